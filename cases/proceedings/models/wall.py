"""The wall inside an anti-smuggling bureau (行刑隔离): one agency, two capacities, two lines of duty.

Who handles a case in one capacity reads and does nothing in the other, until a conversion joins the two proceedings.
The holder of the office decides in both and is not walled off.
"""

from typing import Any

from django.db.models import Model, QuerySet

from agencies.kernel.actor import Actor

from .proceeding import Proceeding, ProceedingQuerySet, has_a_wall


def walled_off(actor: Actor) -> ProceedingQuerySet:
    """The proceedings of his own bureau that he may not look into, because he handles the other side of the case."""
    walled: ProceedingQuerySet = Proceeding.objects.walled_off_from(actor)
    return walled


def walled_rows(model: type[Model], through: str, actor: Actor) -> QuerySet[Any] | None:
    """The ids of the rows that hang, by the path `through`, on a proceeding which this actor may not look into."""
    if not has_a_wall(actor):
        return None
    return model._base_manager.filter(**{f"{through}__in": walled_off(actor).values("pk")}).values("pk")
