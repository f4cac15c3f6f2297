"""Who in an organ hears of an event in person: whoever has the matter in hand or must decide it, else who leads."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from agencies.confirmations.models import Confirmation
from agencies.journal.models import Delivery, Event
from agencies.kernel.actor import Role
from agencies.people.models import Membership, OfficeHolder
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.custody.models import GoodsLot
from cases.intake.models import Lead
from cases.papers.models import IncomingPaper, Paper
from cases.proceedings.models import Decision, Measure, Proceeding, PropertyMeasure, Suspect
from coordination.chasing.models import ChaseLetter
from coordination.conferences.models import Conference
from coordination.corrections.models import Correction
from coordination.directions.models import Direction
from coordination.opinions.models import Opinion, OpinionRound
from coordination.referrals.models import Referral
from coordination.tasks.models import Task

from .models import Because, Topic

Heard = tuple[int, int]  # an event and an organ
Paths = dict[str, tuple[Any, tuple[str, ...]]]
INSIDE = ("proceeding__handler", "proceeding__team")
ON_CASE = ("case__proceedings__handler", "case__proceedings__team")
# kind of thing → its rows, and the paths from a row to the people who have it in hand
IN_HAND: Paths = {
    "lead": (Lead.objects, ("officer",)),
    "case": (Case.objects, ("proceedings__handler", "proceedings__team")),
    "proceeding": (Proceeding.objects, ("handler", "team")),
    "decision": (Decision.objects, INSIDE),
    "suspect": (Suspect.objects, INSIDE),
    "property": (PropertyMeasure.objects, INSIDE),
    "measure": (Measure.objects, ("suspect__proceeding__handler", "suspect__proceeding__team")),
    "referral": (Referral.objects, ("drafter", "handler", "team")),
    "task": (Task.objects, ("assignee",)),
    "lot": (GoodsLot.objects, ON_CASE),
    "clock": (Clock.objects, ON_CASE),
    "incoming": (IncomingPaper.objects, ON_CASE),
    "paper": (Paper.objects, ("drafter",)),
    "correction": (Correction.objects, ("proposer",)),
    "confirmation": (Confirmation.objects, ("requester",)),
    "direction": (Direction.objects, ("drafter", "handler")),
    "conference": (Conference.objects, ("convener", "participants__people")),
    "round": (OpinionRound.objects, ("asker", "opinions__handler")),
    "opinion": (Opinion.objects, ("handler", "round__asker")),
    "chase": (ChaseLetter.objects, ("handler", "writer")),
}
# Who asked for it, or sent it: what the other side does with it is the outcome, to him.
ASKED: Paths = {"task": (Task.objects, ("asker",)), "referral": (Referral.objects, ("drafter",))}
# Reached by an act, these states wait for the responsible person of the organ that acted.
DECIDES = {
    ("referral", Referral.State.HEAD_DECISION),
    ("decision", Decision.State.REVIEW),
    ("direction", Direction.State.HEAD_DECISION),
    ("opinion", Opinion.State.WITH_HEAD),
}
TOPICS = {Because.DECIDES: Topic.DECISION, Because.ASKED: Topic.OUTCOME, Because.IN_HAND: Topic.NEWS}
CHASES = {"send", "remind", "insist", "take_to_office"}
DEADLINES = {"near", "breach", "expire", "bridge", "recount", "escalate"}
STRONGEST = {because: place for place, because in enumerate(Because)}


def topic_of(event: Event, because: str) -> Topic:
    if event.verb in DEADLINES or (event.object_kind == "chase" and event.verb in CHASES):
        return Topic.DEADLINE
    return TOPICS.get(Because(because), Topic.ASKED)


def recipients(waiting: Iterable[Delivery]) -> dict[tuple[int, UUID], Because]:
    """(event, person) → why he hears of it. The number of queries does not depend on the number of deliveries."""
    listed = list(waiting)
    for_organs = [one for one in listed if one.person_id is None]
    told = {(one.event_id, one.person_id): Because(one.because) for one in listed if one.person_id is not None}
    leading = unit_leads({one.organ_id for one in for_organs})
    holding = _holding({one.organ_id for one in for_organs})
    in_hand, asked = _along(for_organs, IN_HAND), _along(for_organs, ASKED)
    for one in for_organs:
        key = (one.event_id, one.organ_id)
        for person, because in _of_organ(one, in_hand[key], asked[key], leading[one.organ_id], holding[one.organ_id]):
            before = told.get((one.event_id, person), because)
            told[one.event_id, person] = min(before, because, key=STRONGEST.__getitem__)
    actors = {one.event_id: one.event.actor_id for one in listed}
    return {(event, person): why for (event, person), why in told.items() if actors[event] != str(person)}


def _of_organ(
    one: Delivery, in_hand: set[UUID], asked: set[UUID], leading: set[UUID], holding: set[UUID]
) -> Iterator[tuple[UUID, Because]]:
    event, own = one.event, one.because == Delivery.OWN
    outside = event.organ_id != one.organ_id
    yield from ((person, Because.IN_HAND) for person in (in_hand - asked if outside else in_hand))
    yield from ((person, Because.ASKED) for person in asked if outside or person not in in_hand)
    if own and (event.object_kind, event.to_state) in DECIDES and event.from_state != event.to_state:
        yield from ((person, Because.DECIDES) for person in holding)
    # What one's own organ did needs nobody else; what came from outside must not wait unseen.
    if not (own or in_hand or asked):
        yield from ((person, Because.LEADS) for person in leading)
        if not leading:
            yield from ((person, Because.HOLDS_OFFICE) for person in holding)


def _along(listed: list[Delivery], table: Paths) -> dict[Heard, set[UUID]]:
    """For each event and organ, the active people of that organ at the ends of the table's paths."""
    by_kind: dict[str, set[UUID]] = defaultdict(set)
    for one in listed:
        by_kind[one.event.object_kind].add(one.event.object_id)
    found: dict[tuple[UUID, int], set[UUID]] = defaultdict(set)
    for kind, ids in by_kind.items():
        for pk, person, organ in _reached(kind, ids, table):
            found[pk, organ].add(person)
    return defaultdict(set, {(o.event_id, o.organ_id): found[o.event.object_id, o.organ_id] for o in listed})


def _reached(kind: str, ids: set[UUID], table: Paths) -> Iterator[tuple[UUID, UUID, int]]:
    rows, paths = table.get(kind, (None, ()))
    for path in paths:
        reached = rows.order_by().filter(**{"pk__in": ids, f"{path}__is_active": True})
        yield from reached.values_list("pk", f"{path}__pk", f"{path}__organ_id")


def in_hand_of(kind: str, pk: UUID, organ_id: int) -> set[UUID]:
    """The active people of an organ who have this thing in hand."""
    return {person for _pk, person, organ in _reached(kind, {pk}, IN_HAND) if organ == organ_id}


def unit_leads(organs: set[int]) -> dict[int, set[UUID]]:
    """Who leads a unit of these organs today, by organ."""
    held = Membership.objects.current().filter(role=Role.LEAD, user__organ__in=organs, user__is_active=True)
    return _by_organ(held.values_list("user__organ_id", "user_id"))


def _holding(organs: set[int]) -> dict[int, set[UUID]]:
    held = OfficeHolder.objects.current().filter(organ__in=organs, user__is_active=True)
    return _by_organ(held.values_list("organ_id", "user_id"))


def _by_organ(rows: Iterable[tuple[int, UUID]]) -> dict[int, set[UUID]]:
    people: dict[int, set[UUID]] = defaultdict(set)
    for organ, person in rows:
        people[organ].add(person)
    return people
