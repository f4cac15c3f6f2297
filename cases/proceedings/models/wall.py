"""The wall inside an anti-smuggling bureau (行刑隔离): one agency with an administrative and a criminal capacity.

The handler of a case in one capacity reads and does nothing in the other, until a conversion joins the two proceedings.
The office holder decides in both and is not walled off.
"""

from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from agencies.kernel.actor import Actor
from cases.casefile.walls import has_a_wall, walled_ids

from .proceeding import Proceeding, ProceedingQuerySet

Rows = TypeVar("Rows", bound="QuerySet[Any]")


def walled_off(actor: Actor) -> ProceedingQuerySet:
    """Proceedings of the actor's bureau hidden from them, because they handle the other side of the case.

    For actions, which decide by what their own transaction changed. Queries over many rows use `walled_ids`.
    """
    walled: ProceedingQuerySet = Proceeding.objects.walled_off_from(actor.agency_id, actor.id)
    return walled


def without_other_side(rows: Rows, actor: Actor, author: str, shared: Q) -> Rows:
    """The rows of cases without those that a handler of the other side wrote for the agency alone. `author` is the
    column of the person, `shared` selects the rows that other agencies read.
    """
    if not has_a_wall(actor):
        return rows
    handlers = Q(handler=OuterRef(author)) | Q(team=OuterRef(author))
    other_side = Proceeding.objects.filter(handlers, case=OuterRef("case"), pk__in=walled_ids(actor))
    return rows.exclude(Q(agency_id=actor.agency_id) & ~shared & Exists(other_side))


def walled_rows(model: type[Model], through: str, actor: Actor) -> QuerySet[Any] | None:
    """Ids of the rows that belong, by the path `through`, to a proceeding hidden from this actor; None without a
    wall.
    """
    if not has_a_wall(actor):
        return None
    return model._base_manager.filter(**{f"{through}__in": walled_ids(actor)}).values("pk")
