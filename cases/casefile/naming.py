"""The case that an object belongs to, and its name for a reader."""

from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Concat

from agencies.kernel.actor import Actor

from .models import Case, label_of_case


def case_id_of(thing: Any) -> Any:
    """The id of the case, or of the case of an object; None if it belongs to none."""
    return thing.pk if isinstance(thing, Case) else getattr(thing, "case_id", None)


def case_around(thing: Any, actor: Actor) -> Case | None:
    """The case of an object, if the actor sees it; None for a case itself."""
    case_id = None if isinstance(thing, Case) else case_id_of(thing)
    return Case.objects.visible_to(actor).filter(pk=case_id).first() if case_id else None


def case_named(actor: Actor, of: str) -> Subquery:
    """Number and title of the case with the id in this column, NULL if the actor does not see it."""
    seen = Case.objects.visible_to(actor).order_by().filter(pk=OuterRef(of))
    words = Concat(F("number"), Value(" "), label_of_case(), output_field=models.CharField())
    return Subquery(seen.values(words=words)[:1])
