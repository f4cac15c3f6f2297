"""The wall inside an anti-smuggling bureau (行刑隔离): one agency with an administrative and a criminal capacity.

The handler of a case in one capacity reads and does nothing in the other, until a conversion joins the two proceedings.
The office holder decides in both and is not walled off.
"""

from typing import Any

from django.db.models import Model, QuerySet

from agencies.kernel.actor import Actor

from .proceeding import Proceeding, ProceedingQuerySet, has_a_wall


def walled_off(actor: Actor) -> ProceedingQuerySet:
    """Proceedings of the actor's bureau hidden from them, because they handle the other side of the case."""
    walled: ProceedingQuerySet = Proceeding.objects.walled_off_from(actor)
    return walled


def walled_rows(model: type[Model], through: str, actor: Actor) -> QuerySet[Any] | None:
    """Ids of the rows that belong, by the path `through`, to a proceeding hidden from this actor; None without a
    wall.
    """
    if not has_a_wall(actor):
        return None
    return model._base_manager.filter(**{f"{through}__in": walled_off(actor).values("pk")}).values("pk")
