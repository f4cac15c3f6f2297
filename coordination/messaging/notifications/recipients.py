"""People of an agency notified of an event: handlers and deciders, otherwise unit leads."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from agencies.journal.models import Delivery, Event
from agencies.kernel.actor import Role
from agencies.kernel.resource import RESOURCE_OF_KIND, Notices
from agencies.people.models import Membership, OfficeHolder

from .models import NoticeReason, Topic

EventAgency = tuple[int, int]  # event and agency
TOPICS = {NoticeReason.DECIDES: Topic.DECISION, NoticeReason.ASKED: Topic.OUTCOME, NoticeReason.IN_HAND: Topic.NEWS}
DEADLINES = {"near", "breach", "expire", "bridge", "recount", "escalate"}
NONE = Notices()
STRONGEST = {because: place for place, because in enumerate(NoticeReason)}


def _of(kind: str) -> Notices:
    """The resource's declaration of its news; empty for events on other kinds of objects."""
    resource = RESOURCE_OF_KIND.get(kind)
    return resource.notices if resource and resource.notices else NONE


def topic_of(event: Event, because: str) -> Topic:
    if event.verb in DEADLINES or event.verb in _of(event.object_kind).reminds:
        return Topic.DEADLINE
    if because == NoticeReason.IN_HAND and _is_outcome(event):
        return Topic.OUTCOME
    return TOPICS.get(NoticeReason(because), Topic.ASKED)


def _is_outcome(event: Event) -> bool:
    """Whether the event answers the handlers: it moves their object on, or its resource names it as an answer."""
    moves_on = bool(event.from_state) and event.from_state != event.to_state
    return moves_on or event.verb in _of(event.object_kind).answers


def recipients(waiting: Iterable[Delivery]) -> dict[tuple[int, UUID], NoticeReason]:
    """(event, person) → reason. The number of queries does not depend on the number of deliveries."""
    listed = list(waiting)
    for_agencies = [one for one in listed if one.person_id is None]
    data = {(one.event_id, one.person_id): NoticeReason(one.because) for one in listed if one.person_id is not None}
    leading = unit_leads({one.agency_id for one in for_agencies})
    holding = _holding({one.agency_id for one in for_agencies})
    in_hand, asked = _along(for_agencies, "in_hand"), _along(for_agencies, "asked")
    for one in for_agencies:
        key = (one.event_id, one.agency_id)
        for person, because in _of_agency(
            one, in_hand[key], asked[key], leading[one.agency_id], holding[one.agency_id]
        ):
            before = data.get((one.event_id, person), because)
            data[one.event_id, person] = min(before, because, key=STRONGEST.__getitem__)
    actors = {one.event_id: one.event.actor_id for one in listed}
    return {(event, person): why for (event, person), why in data.items() if actors[event] != str(person)}


def _of_agency(
    one: Delivery, in_hand: set[UUID], asked: set[UUID], leading: set[UUID], holding: set[UUID]
) -> Iterator[tuple[UUID, NoticeReason]]:
    event, own = one.event, one.because == Delivery.OWN
    outside = event.agency_id != one.agency_id
    yield from ((person, NoticeReason.IN_HAND) for person in (in_hand - asked if outside else in_hand))
    yield from ((person, NoticeReason.ASKED) for person in asked if outside or person not in in_hand)
    if own and event.to_state in _of(event.object_kind).decides and event.from_state != event.to_state:
        yield from ((person, NoticeReason.DECIDES) for person in holding)
    # For an agency's own action no other person is needed; an event from outside must not wait unseen.
    if not (own or in_hand or asked):
        yield from ((person, NoticeReason.LEADS) for person in leading)
        if not leading:
            yield from ((person, NoticeReason.HOLDS_OFFICE) for person in holding)


def _along(listed: list[Delivery], part: str) -> dict[EventAgency, set[UUID]]:
    """For each event and agency, the active people of that agency at the ends of the paths of this part."""
    by_kind: dict[str, set[UUID]] = defaultdict(set)
    for one in listed:
        by_kind[one.event.object_kind].add(one.event.object_id)
    found: dict[tuple[UUID, int], set[UUID]] = defaultdict(set)
    for kind, ids in by_kind.items():
        for pk, person, agency in _reached(kind, ids, part):
            found[pk, agency].add(person)
    return defaultdict(set, {(o.event_id, o.agency_id): found[o.event.object_id, o.agency_id] for o in listed})


def _reached(kind: str, ids: set[UUID], part: str) -> Iterator[tuple[UUID, UUID, int]]:
    paths: tuple[str, ...] = getattr(_of(kind), part)
    for path in paths:
        reached = RESOURCE_OF_KIND[kind].model.objects.order_by().filter(**{"pk__in": ids, f"{path}__is_active": True})
        yield from reached.values_list("pk", f"{path}__pk", f"{path}__agency_id")


def in_hand_of(kind: str, pk: UUID, agency_id: int) -> set[UUID]:
    """Active people of an agency who handle the object."""
    return {person for _pk, person, agency in _reached(kind, {pk}, "in_hand") if agency == agency_id}


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
