"""People of an agency notified of an event: handlers and deciders, otherwise unit leads."""

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
from coordination.exchange.conferences.models import Conference
from coordination.exchange.corrections.models import Correction
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions.models import Opinion, OpinionRound
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.models import Task

from .models import Because, Topic

EventAgency = tuple[int, int]  # event and agency
Paths = dict[str, tuple[Any, tuple[str, ...]]]
INSIDE = ("proceeding__handler", "proceeding__team")
ON_CASE = ("case__proceedings__handler", "case__proceedings__team")
# kind of object → its rows, and paths from a row to its handlers
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
    "instruction": (Instruction.objects, ("drafter", "handler")),
    "conference": (Conference.objects, ("convener", "participants__people")),
    "round": (OpinionRound.objects, ("asker", "opinions__handler")),
    "opinion": (Opinion.objects, ("handler", "round__asker")),
    "reminder": (Reminder.objects, ("handler", "writer")),
}
# The asker or sender; for them, the other side's action is the outcome.
ASKED: Paths = {"task": (Task.objects, ("asker",)), "referral": (Referral.objects, ("drafter",))}
# States that wait for the responsible person of the acting agency.
DECIDES = {
    ("referral", Referral.State.HEAD_DECISION),
    ("decision", Decision.State.REVIEW),
    ("instruction", Instruction.State.HEAD_DECISION),
    ("opinion", Opinion.State.WITH_HEAD),
}
TOPICS = {Because.DECIDES: Topic.DECISION, Because.ASKED: Topic.OUTCOME, Because.IN_HAND: Topic.NEWS}
CHASES = {"send", "remind", "insist", "take_to_office"}
DEADLINES = {"near", "breach", "expire", "bridge", "recount", "escalate"}
STRONGEST = {because: place for place, because in enumerate(Because)}


def topic_of(event: Event, because: str) -> Topic:
    if event.verb in DEADLINES or (event.object_kind == "reminder" and event.verb in CHASES):
        return Topic.DEADLINE
    return TOPICS.get(Because(because), Topic.ASKED)


def recipients(waiting: Iterable[Delivery]) -> dict[tuple[int, UUID], Because]:
    """(event, person) → reason. The number of queries does not depend on the number of deliveries."""
    listed = list(waiting)
    for_agencies = [one for one in listed if one.person_id is None]
    told = {(one.event_id, one.person_id): Because(one.because) for one in listed if one.person_id is not None}
    leading = unit_leads({one.agency_id for one in for_agencies})
    holding = _holding({one.agency_id for one in for_agencies})
    in_hand, asked = _along(for_agencies, IN_HAND), _along(for_agencies, ASKED)
    for one in for_agencies:
        key = (one.event_id, one.agency_id)
        for person, because in _of_agency(
            one, in_hand[key], asked[key], leading[one.agency_id], holding[one.agency_id]
        ):
            before = told.get((one.event_id, person), because)
            told[one.event_id, person] = min(before, because, key=STRONGEST.__getitem__)
    actors = {one.event_id: one.event.actor_id for one in listed}
    return {(event, person): why for (event, person), why in told.items() if actors[event] != str(person)}


def _of_agency(
    one: Delivery, in_hand: set[UUID], asked: set[UUID], leading: set[UUID], holding: set[UUID]
) -> Iterator[tuple[UUID, Because]]:
    event, own = one.event, one.because == Delivery.OWN
    outside = event.agency_id != one.agency_id
    yield from ((person, Because.IN_HAND) for person in (in_hand - asked if outside else in_hand))
    yield from ((person, Because.ASKED) for person in asked if outside or person not in in_hand)
    if own and (event.object_kind, event.to_state) in DECIDES and event.from_state != event.to_state:
        yield from ((person, Because.DECIDES) for person in holding)
    # For an agency's own action nobody else is needed; an event from outside must not wait unseen.
    if not (own or in_hand or asked):
        yield from ((person, Because.LEADS) for person in leading)
        if not leading:
            yield from ((person, Because.HOLDS_OFFICE) for person in holding)


def _along(listed: list[Delivery], table: Paths) -> dict[EventAgency, set[UUID]]:
    """For each event and agency, the active people of that agency at the ends of the table's paths."""
    by_kind: dict[str, set[UUID]] = defaultdict(set)
    for one in listed:
        by_kind[one.event.object_kind].add(one.event.object_id)
    found: dict[tuple[UUID, int], set[UUID]] = defaultdict(set)
    for kind, ids in by_kind.items():
        for pk, person, agency in _reached(kind, ids, table):
            found[pk, agency].add(person)
    return defaultdict(set, {(o.event_id, o.agency_id): found[o.event.object_id, o.agency_id] for o in listed})


def _reached(kind: str, ids: set[UUID], table: Paths) -> Iterator[tuple[UUID, UUID, int]]:
    rows, paths = table.get(kind, (None, ()))
    for path in paths:
        reached = rows.order_by().filter(**{"pk__in": ids, f"{path}__is_active": True})
        yield from reached.values_list("pk", f"{path}__pk", f"{path}__agency_id")


def in_hand_of(kind: str, pk: UUID, agency_id: int) -> set[UUID]:
    """Active people of an agency who handle the object."""
    return {person for _pk, person, agency in _reached(kind, {pk}, IN_HAND) if agency == agency_id}


def unit_leads(agencies: set[int]) -> dict[int, set[UUID]]:
    """Present unit leads by agency."""
    held = Membership.objects.current().filter(role=Role.LEAD, user__agency__in=agencies, user__is_active=True)
    return _by_agency(held.values_list("user__agency_id", "user_id"))


def _holding(agencies: set[int]) -> dict[int, set[UUID]]:
    held = OfficeHolder.objects.current().filter(agency__in=agencies, user__is_active=True)
    return _by_agency(held.values_list("agency_id", "user_id"))


def _by_agency(rows: Iterable[tuple[int, UUID]]) -> dict[int, set[UUID]]:
    people: dict[int, set[UUID]] = defaultdict(set)
    for agency, person in rows:
        people[agency].add(person)
    return people
