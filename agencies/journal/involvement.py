"""Who may not decide an object, by the journal: one rule for every workflow (APL arts. 42, 57; D310 art. 5).

A person who ever drafted or edited what is decided, was on the team or handled the matter stays involved. Leaving the
team, handing over or a new round does not change that. Returning, commenting and refusing do not involve a person.
"""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.kernel.actor import NOT_INVOLVED, Actor

from .models import Involvement

Things = dict[str, Any]  # kind in the journal → id of the object, or the column of a row that holds it


def involved_in(**things: UUID) -> QuerySet[Involvement]:
    """Returns the involvements in any of these objects, by kind: `involved_in(decision=…, proceeding=…)`."""
    return Involvement.objects.filter(_any(things))


def is_involved(actor: Actor, **things: UUID) -> bool:
    """Whether the person is involved in any of these objects. One indexed query."""
    is_person = actor.kind == "user" and actor.id != NOT_INVOLVED
    return is_person and involved_in(**things).filter(person_id=actor.id).exists()


def involves_person(person: Any, **columns: str) -> Exists:
    """Returns a condition for rows whose `columns` hold the ids: true if the person is involved."""
    return Exists(Involvement.objects.filter(_any(_outer(columns, OuterRef)), person_id=person))


def exclude_involved(holders: QuerySet[Any], **things: Any) -> QuerySet[Any]:
    """Limits office holders to those not involved. `things` may be references to an outer row."""
    return holders.exclude(Exists(Involvement.objects.filter(_any(things), person_id=OuterRef("user"))))


def are_all_involved(holders: QuerySet[Any], **things: UUID) -> bool:
    """Whether there are holders and all of them are involved. One query."""
    involved = Exists(Involvement.objects.filter(_any(things), person_id=OuterRef("user")))
    return set(holders.annotate(takes_part=involved).values_list("takes_part", flat=True)) == {True}


def outer_references(**columns: str) -> Things:
    """Returns references for `exclude_involved` inside a list: the columns of the row two queries out."""
    return _outer(columns, lambda name: OuterRef(OuterRef(name)))


def _outer(columns: dict[str, str], refer: Any) -> Things:
    return {kind: refer(column) for kind, column in columns.items()}


def _any(things: Things) -> Q:
    condition = Q()
    for kind, value in things.items():
        condition |= Q(object_kind=kind, object_id=value)
    return condition
