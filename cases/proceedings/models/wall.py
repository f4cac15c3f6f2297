"""The wall inside an anti-smuggling bureau (行刑隔离): one organ, two capacities, two lines of duty.

Who handles a case in one capacity reads and does nothing in the other, until a conversion joins the two proceedings.
The holder of the office decides in both and is not walled off.
"""

from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from agencies.kernel.actor import Actor
from agencies.organs.models import is_antismuggling

from .proceeding import Proceeding, ProceedingQuerySet

CRIMINAL = Q(kind=Proceeding.Kind.CRIMINAL)


def has_a_wall(actor: Actor) -> bool:
    """Only a bureau has both capacities; asked first, so that nobody else pays for the question."""
    return actor.kind == "user" and is_antismuggling(actor.organ_code) and actor.is_staff and not actor.offices


def walled_off(actor: Actor) -> ProceedingQuerySet:
    """The proceedings of his own bureau that he may not look into, because he handles the other side of the case."""
    own = Proceeding.objects.filter(organ_id=actor.organ_id)
    handled = own.filter(Q(handler=actor.id) | Q(team=actor.id))
    of_case = handled.filter(case=OuterRef("case"))
    other_side = CRIMINAL & Exists(of_case.exclude(CRIMINAL)) | ~CRIMINAL & Exists(of_case.filter(CRIMINAL))
    joined = handled.filter(Q(pk=OuterRef("converted_from")) | Q(converted_from=OuterRef("pk")))
    walled: ProceedingQuerySet = own.filter(other_side).exclude(Exists(joined)).exclude(pk__in=handled.values("pk"))
    return walled


def walled_rows(model: type[Model], through: str, actor: Actor) -> QuerySet[Any] | None:
    """The ids of the rows that hang, by the path `through`, on a proceeding which this actor may not look into."""
    if not has_a_wall(actor):
        return None
    return model._base_manager.filter(**{f"{through}__in": walled_off(actor).values("pk")}).values("pk")
