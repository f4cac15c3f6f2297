"""Checks that the tables agree with the journal, to find rows that were changed without an action.

Each rule checks all rows, in parts of `ROWS`: the state is the one reached by the last event and began with one of the
events; stored answers are unchanged; responsible people and agencies are named by the events; intervals have no gaps;
periods end as their rule says; each valid share of a case was granted by an action; stored walls follow from the
handlers of the case; what was frozen at issue fits the digest that its event recorded; nothing ends on an earlier day
than it begins, so that no stock in the figures is negative. What no event holds and nothing implies cannot be compared
and is listed in `UNSEEN`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from agencies.calendar.workdays import load_calendar
from agencies.journal.digests import canonical
from agencies.journal.models import Event, StateInterval
from agencies.journal.transitions import to_json_value
from agencies.kernel.resource import RESOURCES, Resource
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.work.actions import differences
from cases.clocks.due_times import due_of
from cases.clocks.models import Clock, subjects_of_clocks
from cases.papers.models import Paper
from cases.proceedings.models import WALL
from cases.sharing.models import Share
from coordination.insight.metrics.levels import reversed_objects

ROWS = 500
# Columns that no event holds and that cannot be derived from events. The command lists them with every result.
UNSEEN = (
    "columns that an action set without an answer or a name: priorities, marks and counters for lists",
    "nearest deadlines of cases and other objects (due_at, breach_at), except of running periods themselves",
    "who handles a reminder letter, copy recipients, respondents, arbiters and suggested agencies of referrals",
    "the agencies and answers of a confirmation, and addressees of issued papers",
    "which of the people and agencies named by its events is responsible for an object now",
    "rows without events: reference data, accounts, rosters, notices, saved views, search index, figures",
    "files in folders (their digest is compared when they are read), and rows deleted together with their events",
    "rows whose notes of events were erased: the answers in those notes",
)
# Responsible people, present or past. Each is in the hashed text or in the note of an event of the object.
PEOPLE = (
    "officer",
    "handler",
    "assignee",
    "drafter",
    "approver",
    "reviewer",
    "asker",
    "author",
    "convener",
    "proposer",
)
AGENCIES = ("agency", "lead", "sender", "receiver", "holder", "keeper", "custodian", "title_agency", "asked_by")
UNNAMED = {("reminder", "handler"), ("confirmation", "agency")}


@dataclass(frozen=True)
class InvariantFault:
    """A row that disagrees with the journal: the object, the column, and the reason in one line."""

    kind: str
    id: str
    column: str
    why: str


def faults() -> Iterator[InvariantFault]:
    for resource in RESOURCES.values():
        yield from _of_resource(resource)
    yield from _of_periods()
    yield from _of_papers()
    yield from _of_intervals()
    yield from _of_shares()
    yield from _of_walls()
    yield from _of_levels()


def total() -> int:
    """Number of rows to check."""
    return sum(
        [int(resource.model._base_manager.count()) for resource in RESOURCES.values()], start=Share.objects.count()
    )


def _of_resource(resource: Resource) -> Iterator[InvariantFault]:
    stored = {
        ask.name
        for table in resource.workflows
        for line in table.transitions.values()
        for ask in line.fields
        if ask.stores
    }
    for rows in _parts(resource.model._base_manager.order_by("pk")):
        found = _events(resource.kind, [row.pk for row in rows])
        for row in rows:
            yield from _of_row(resource.kind, row, found.get(row.pk, []), stored)


def _parts(rows: Any) -> Iterator[list[Any]]:
    """By key instead of offset, which would read all earlier rows again."""
    last = None
    while part := list((rows if last is None else rows.filter(pk__gt=last))[:ROWS]):
        yield part
        last = part[-1].pk


def _events(kind: str, ids: list[Any]) -> dict[UUID, list[Event]]:
    """The events of each object in order of recording."""
    found: dict[UUID, list[Event]] = {}
    events = Event.objects.filter(object_kind=kind, object_id__in=ids).select_related("note").order_by("id")
    for event in events:
        found.setdefault(event.object_id, []).append(event)
    return found


def _of_row(kind: str, row: Any, events: list[Event], stored: set[str]) -> Iterator[InvariantFault]:
    yield from _of_state_and_answers(kind, row, events, stored)
    if events and kind != "clock" and not _began_with_an_event(row, events):
        yield InvariantFault(kind, str(row.pk), "state_since", "no action happened then")
    yield from _of_names(kind, row, events)
    if hasattr(row, "is_whole"):
        yield from _of_frozen(kind, row, events)


def _of_frozen(kind: str, row: Any, events: list[Event]) -> Iterator[InvariantFault]:
    """Issued papers, bulletins and published cases. Their digest is on the row and in the event."""
    if not row.is_whole:
        yield InvariantFault(kind, str(row.pk), "content", "it does not fit the digest taken at issue")
    recorded = [event.remark.data["digest"] for event in events if event.remark and "digest" in event.remark.data]
    if recorded and row.digest != recorded[-1]:
        yield InvariantFault(kind, str(row.pk), "digest", "the event of the issue recorded another one")


def _of_state_and_answers(kind: str, row: Any, events: list[Event], stored: set[str]) -> Iterator[InvariantFault]:
    reached = next((event.to_state for event in reversed(events) if event.to_state), None)
    if reached is not None and row.state != reached and not _ended_by_another(kind, row):
        yield InvariantFault(kind, str(row.pk), "state", f"the journal says {reached}, the row says {row.state}")
    for name, given in _answers(events, stored).items():
        field = _field(row, name)
        if field is not None and not _same(field, given, getattr(row, name)):
            yield InvariantFault(kind, str(row.pk), name, "the row differs from the recorded answer")


def _began_with_an_event(row: Any, events: list[Event]) -> bool:
    """Whether the state began with an event of the object or its case, because an action on one object may begin or end
    another."""
    at, within = row.state_since, timedelta(minutes=1)
    if at is None or any(event.happened_at == at or abs(event.recorded_at - at) < within for event in events):
        return True
    streams = {event.stream_id for event in events}
    return Event.objects.filter(_at(at), stream__in=streams).exists()


def _at(at: datetime) -> Q:
    """Events that happened at this time, or were recorded within a minute of it."""
    within = timedelta(minutes=1)
    return Q(happened_at=at) | Q(recorded_at__range=(at - within, at + within))


def _of_names(kind: str, row: Any, events: list[Event]) -> Iterator[InvariantFault]:
    """Checks its own events, then all of its case, because a proceeding may begin with an action on a referral."""
    relations = {field.name: field for field in row._meta.concrete_fields if field.related_model in (Agency, User)}
    held = [one for one in (*PEOPLE, *AGENCIES) if one in relations and (kind, one) not in UNNAMED]
    wanted = {name: pk for name in held if (pk := getattr(row, relations[name].attname)) is not None}
    if not events or not (missing := _missing(row, wanted, events)):
        return
    streams = {event.stream_id for event in events}
    events_of_case = Event.objects.filter(stream__in=streams).select_related("note")
    for name in _missing(row, {name: wanted[name] for name in missing}, events_of_case.iterator()):
        yield InvariantFault(kind, str(row.pk), name, "no action names it")


def _missing(row: Any, wanted: dict[str, Any], events: Iterable[Event]) -> list[str]:
    """Columns whose person or agency no event names; [] if the note of an event was erased, because it may have named
    them."""
    collected, agencies = [], set[int | None]()
    for event in events:
        if event.remark is None:
            return []
        collected += [event.body, canonical(event.remark.data)]
        agencies |= {event.agency_id, event.on_behalf_of_id, event.counterpart_id}
    texts = "".join(collected)
    return [name for name, pk in wanted.items() if pk not in agencies and not _is_in(texts, getattr(row, name))]


def _is_in(texts: str, one: Agency | User) -> bool:
    """Actions name people by id, rules by name, and agencies by code."""
    names = [str(one.pk), one.name_zh, one.name_en] if isinstance(one, User) else [one.code]
    return any(f'"{name}"' in texts for name in names if name)


# States that may end without an event of their own, because another action ends them: a step by its referral, an issued
# paper by its replacement. Ends of periods are checked separately.
ENDED_BY_ANOTHER = {"task": "DONE", "paper": "WITHDRAWN"}


def _ended_by_another(kind: str, row: Any) -> bool:
    """Whether an action in the same case happened at that moment."""
    if kind == "clock":
        return bool(row.state == Clock.State.STOPPED)
    if ENDED_BY_ANOTHER.get(kind) != row.state or row.case_id is None or row.state_since is None:
        return False
    then = Event.objects.filter(stream__kind="case", stream__subject=row.case_id, happened_at=row.state_since)
    return then.exists()


def _answers(events: Iterable[Event], stored: set[str]) -> dict[str, Any]:
    """The last answer for each column; omitted if a later action set the column without an answer."""
    given: dict[str, Any] = {}
    for event in events:
        data = event.remark.data if event.remark else {}
        for name in event.fields.split(","):
            if name in stored and name in data and event.refers_to_id is None:
                given[name] = data[name]
            else:
                given.pop(name, None)
    return given


def _field(row: Any, name: str) -> "models.Field[Any, Any] | None":
    fields = {field.name: field for field in row._meta.concrete_fields if not field.is_relation}
    return fields.get(name)


def _same(field: "models.Field[Any, Any]", given: Any, now: Any) -> bool:
    if to_json_value(now) == given:
        return True
    try:
        return bool(field.to_python(given) == now)
    except (ValidationError, TypeError, ValueError):
        return False


# Periods -------------------------------------------------------------------------------------------------------------
def _of_periods() -> Iterator[InvariantFault]:
    """A running period ends as its rule, start, pauses and extensions say; a stopped one was stopped by an action. Each
    is behind the wall of the proceeding to which its subject belongs."""
    calendar, clocks = load_calendar(), Clock.objects.select_related("rule").prefetch_related("pauses", "extensions")
    for rows in _parts(clocks.order_by("pk")):
        proceedings = _proceedings_of(rows)
        for clock in rows:
            if clock.proceeding_id != proceedings.get(clock.subject_id):
                yield InvariantFault(
                    "clock", str(clock.pk), "proceeding_id", "its subject belongs to another proceeding"
                )
            if clock.rule_kind != clock.rule.kind:
                yield InvariantFault("clock", str(clock.pk), "rule_kind", "its rule has another kind")
            if clock.state == Clock.State.RUNNING:
                due = due_of(clock, calendar)
                if (due.due_at, due.breach_at) != (clock.due_at, clock.breach_at):
                    yield InvariantFault(
                        "clock", str(clock.pk), "due_at", "its rule, start and extensions give another time"
                    )
            elif clock.state == Clock.State.STOPPED and not _stopped_by_an_action(clock):
                yield InvariantFault("clock", str(clock.pk), "stopped_at", "no action on its case happened then")


def _of_papers() -> Iterator[InvariantFault]:
    """Each is behind the wall of the proceeding to which its subject belongs."""
    for rows in _parts(Paper.objects.order_by("pk")):
        proceedings = _proceedings_of(rows)
        for paper in rows:
            if paper.proceeding_id != proceedings.get(paper.subject_id):
                yield InvariantFault(
                    "paper", str(paper.pk), "proceeding_id", "its subject belongs to another proceeding"
                )


def _proceedings_of(rows: list[Any]) -> dict[UUID, UUID | None]:
    """By subject."""
    found: dict[UUID, UUID | None] = {}
    for model in subjects_of_clocks():
        ids = [row.subject_id for row in rows if row.subject_kind == model.clock_kind]
        if ids:
            found |= {pk: subject.clock_proceeding for pk, subject in model._base_manager.in_bulk(ids).items()}
    return found


def _stopped_by_an_action(clock: Clock) -> bool:
    """A period that began after the action that stops it ends at its own start, or at the time of recording."""
    at = clock.stopped_at
    if clock.case_id is None or at is None or at == clock.started_at:
        return True
    return Event.objects.filter(_at(at), stream__kind="case", stream__subject=clock.case_id).exists()


# Intervals -----------------------------------------------------------------------------------------------------------
def _of_intervals() -> Iterator[InvariantFault]:
    """One is written whenever an object leaves its state and desk; each begins where the previous one ends."""
    before: StateInterval | None = None
    for interval in StateInterval.objects.order_by("object_id", "number").iterator(ROWS):
        follows = before is not None and before.object_id == interval.object_id
        if (
            follows
            and before is not None
            and (before.number + 1, before.left_at) != (interval.number, interval.entered_at)
        ):
            yield InvariantFault(
                interval.object_kind,
                str(interval.object_id),
                "intervals",
                f"row {interval.number} does not follow the previous one",
            )
        elif not follows and interval.number != 1:
            yield InvariantFault(
                interval.object_kind, str(interval.object_id), "intervals", f"begins with row {interval.number}"
            )
        before = interval


# Shares --------------------------------------------------------------------------------------------------------------
# Actions on these may open the whole case to the agencies involved; a task, note or answer does not.
OPENS_A_CASE = ("proceeding", "referral", "instruction", "suspect", "decision")


@dataclass
class _Access:
    """Of one case: the last share or unshare for each agency, by code; agencies whose actions open the case; all
    agencies involved."""

    shared: dict[str, tuple[str, str]]
    acted: set[int]
    concerned: set[int]


def _of_shares() -> Iterator[InvariantFault]:
    """A valid share belongs to the lead agency, to an agency it was shared with, or to one involved in an action."""
    for shares in _parts(Share.objects.select_related("agency", "case").order_by("pk")):
        values = _access_of([share.case_id for share in shares])
        for share in shares:
            if share.ended_at is None and share.case.lead_id != share.agency_id:
                yield from _of_share(share, values.get(share.case_id) or _Access({}, set(), set()))


def _of_walls() -> Iterator[InvariantFault]:
    """What a wall within a bureau hides from a person follows from who handles the proceedings of the case."""
    for _kind, pk in differences([WALL]):
        yield InvariantFault(
            WALL, str(pk), "person", "the handlers of the case hide it from others: run rebuild_projections"
        )


def _of_levels() -> Iterator[InvariantFault]:
    """As the ledger of figures has it, which a nightly job compares with the rows."""
    for one in reversed_objects():
        yield InvariantFault(
            one.kind, str(one.object_id), one.measure, f"it ends before it begins, on {one.day.isoformat()}"
        )


def _of_share(share: Share, access: _Access) -> Iterator[InvariantFault]:
    verb, profile = access.shared.get(share.agency.code, ("", ""))
    wrong = None
    if not verb and share.agency_id not in access.concerned:
        wrong = ("agency", "no action granted it")
    elif verb == "unshare":
        wrong = ("ended_at", "an action ended it")
    elif profile == Share.Profile.STATUS != share.profile and share.agency_id not in access.acted:
        wrong = ("profile", "it shows more than the action granted")
    if wrong:
        yield InvariantFault("share", f"{share.case_id} {share.agency.code}", *wrong)


def _access_of(cases: list[UUID]) -> dict[UUID, _Access]:
    found: dict[UUID, _Access] = {}
    events = Event.objects.filter(stream__kind="case", stream__subject__in=cases).select_related("note", "stream")
    for event in events.order_by("id"):
        access = found.setdefault(event.stream.subject, _Access({}, set(), set()))
        data = event.remark.data if event.remark else {}
        if event.object_kind == "case" and event.verb in ("share", "unshare"):
            access.shared[str(data.get("agency", ""))] = (event.verb, str(data.get("profile", "")))
            continue
        had_part = {pk for pk in (event.agency_id, event.on_behalf_of_id, event.counterpart_id) if pk}
        access.concerned |= had_part
        if event.object_kind in OPENS_A_CASE:
            access.acted |= had_part
    return found
