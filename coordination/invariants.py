"""What stands in the tables must be what the journal tells: rows that were rewritten beside the product are named.

Each rule goes over all rows, in parts of `ROWS`: the state of a thing is the one that its last event reached, and began
when one of its events happened; an answer that an act stored still stands as it was given; people and agencies who have
a thing in hand are named by its events; what it went through has no gap; periods end as their rule says; each live
share of a case was given by an act. What no event holds and nothing gives cannot be compared: `UNSEEN` names it.
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
from agencies.journal.models import Event, Stay
from agencies.journal.moving import plain
from agencies.organs.models import Agency
from agencies.people.models import User
from cases.clocks.actions import due_of
from cases.clocks.models import Clock
from cases.sharing.models import Share

from .nouns import NOUNS, Noun

ROWS = 500
# Columns that no event holds and that cannot be derived from events. The command says so, whatever it finds.
UNSEEN = (
    "what an act wrote without an answer and without naming it: priorities, marks and counters for lists",
    "nearest deadlines of cases and other things (due_at, breach_at), except of running periods themselves",
    "who handles a reminder letter, copy recipients, respondents, arbiters and suggested agencies of referrals",
    "the agencies and answers of a confirmation, addressees and contents of issued papers (their digest stands beside)",
    "which of the people and agencies that its events name has a thing in hand now",
    "rows of which no event is told: reference data, accounts, rosters, notices, saved views, search index, figures",
    "files in folders (their digest is compared when they are read), and rows that were deleted with their events",
    "rows whose words beside events were erased: what those words gave",
)
# Who has or had a thing in hand. Each stands in the hashed text or in the words of an event of that thing.
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
AGENCIES = ("organ", "lead", "sender", "receiver", "holder", "keeper", "custodian", "title_organ", "asked_by")
NOT_NAMED = {("chase", "handler"), ("confirmation", "organ")}


@dataclass(frozen=True)
class Fault:
    """A row that does not say what the journal tells: the thing, the column, and why in one line."""

    kind: str
    id: str
    column: str
    why: str


def faults() -> Iterator[Fault]:
    for noun in NOUNS.values():
        yield from _of_noun(noun)
    yield from _of_periods()
    yield from _of_stays()
    yield from _of_shares()


def total() -> int:
    """How many rows there are to look at."""
    return sum([int(noun.model._base_manager.count()) for noun in NOUNS.values()], start=Share.objects.count())


def _of_noun(noun: Noun) -> Iterator[Fault]:
    stored = {ask.name for table in noun.workflows for line in table.moves.values() for ask in line.asks if ask.stores}
    for rows in _parts(noun.model._base_manager.order_by("pk")):
        told = _events(noun.kind, [row.pk for row in rows])
        for row in rows:
            yield from _of_row(noun.kind, row, told.get(row.pk, []), stored)


def _parts(rows: Any) -> Iterator[list[Any]]:
    """By key and not by offset, which would read every row before it again."""
    last = None
    while part := list((rows if last is None else rows.filter(pk__gt=last))[:ROWS]):
        yield part
        last = part[-1].pk


def _events(kind: str, ids: list[Any]) -> dict[UUID, list[Event]]:
    """The events of each thing in the order of their recording."""
    found: dict[UUID, list[Event]] = {}
    events = Event.objects.filter(object_kind=kind, object_id__in=ids).select_related("note").order_by("id")
    for event in events:
        found.setdefault(event.object_id, []).append(event)
    return found


def _of_row(kind: str, row: Any, events: list[Event], stored: set[str]) -> Iterator[Fault]:
    yield from _of_state_and_answers(kind, row, events, stored)
    if events and kind != "clock" and not _began_with_an_act(row, events):
        yield Fault(kind, str(row.pk), "state_since", "no act happened then")
    yield from _of_names(kind, row, events)


def _of_state_and_answers(kind: str, row: Any, events: list[Event], stored: set[str]) -> Iterator[Fault]:
    reached = next((event.to_state for event in reversed(events) if event.to_state), None)
    if reached is not None and row.state != reached and not _ended_by_another(kind, row):
        yield Fault(kind, str(row.pk), "state", f"the journal tells {reached}, the row says {row.state}")
    for name, given in _answers(events, stored).items():
        field = _field(row, name)
        if field is not None and not _same(field, given, getattr(row, name)):
            yield Fault(kind, str(row.pk), name, "the row says something else than what was given")


def _began_with_an_act(row: Any, events: list[Event]) -> bool:
    """An act of its own, or of its case: things begin and end with the act on another."""
    at, within = row.state_since, timedelta(minutes=1)
    if at is None or any(event.happened_at == at or abs(event.recorded_at - at) < within for event in events):
        return True
    streams = {event.stream_id for event in events}
    return Event.objects.filter(_at(at), stream__in=streams).exists()


def _at(at: datetime) -> Q:
    """What happened then, or was recorded within a minute of it."""
    within = timedelta(minutes=1)
    return Q(happened_at=at) | Q(recorded_at__range=(at - within, at + within))


def _of_names(kind: str, row: Any, events: list[Event]) -> Iterator[Fault]:
    """By its own events, or by others of its case: a proceeding may begin with the act on a referral."""
    relations = {field.name: field for field in row._meta.concrete_fields if field.related_model in (Agency, User)}
    held = [one for one in (*PEOPLE, *AGENCIES) if one in relations and (kind, one) not in NOT_NAMED]
    wanted = {name: pk for name in held if (pk := getattr(row, relations[name].attname)) is not None}
    if not events or not (missing := _missing(row, wanted, events)):
        return
    streams = {event.stream_id for event in events}
    others = Event.objects.filter(stream__in=streams).select_related("note")
    for name in _missing(row, {name: wanted[name] for name in missing}, others.iterator()):
        yield Fault(kind, str(row.pk), name, "no act names it")


def _missing(row: Any, wanted: dict[str, Any], events: Iterable[Event]) -> list[str]:
    """Those columns whose person or agency none of the events names; none where words are erased, which may have."""
    told, agencies = [], set[int | None]()
    for event in events:
        if event.remark is None:
            return []
        told += [event.body, canonical(event.remark.data)]
        agencies |= {event.organ_id, event.on_behalf_of_id, event.counterpart_id}
    texts = "".join(told)
    return [name for name, pk in wanted.items() if pk not in agencies and not _is_in(texts, getattr(row, name))]


def _is_in(texts: str, one: Agency | User) -> bool:
    """Acts name people by id, and rules by name; agencies by code."""
    names = [str(one.pk), one.name_zh, one.name_en] if isinstance(one, User) else [one.code]
    return any(f'"{name}"' in texts for name in names if name)


# What may end without an event of its own, because another act ends it: a step by the referral whose step it is, an
# issued paper by the one that replaces it. The end of a period is looked at for itself.
ENDED_BY_ANOTHER = {"task": "DONE", "paper": "WITHDRAWN"}


def _ended_by_another(kind: str, row: Any) -> bool:
    """Then that act happened at the same moment in the same case."""
    if kind == "clock":
        return bool(row.state == Clock.State.STOPPED)
    if ENDED_BY_ANOTHER.get(kind) != row.state or row.case_id is None or row.state_since is None:
        return False
    then = Event.objects.filter(stream__kind="case", stream__subject=row.case_id, happened_at=row.state_since)
    return then.exists()


def _answers(events: Iterable[Event], stored: set[str]) -> dict[str, Any]:
    """What was given last for each column; nothing where a later act wrote it without an answer."""
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
    if plain(now) == given:
        return True
    try:
        return bool(field.to_python(given) == now)
    except (ValidationError, TypeError, ValueError):
        return False


# Periods -------------------------------------------------------------------------------------------------------------
def _of_periods() -> Iterator[Fault]:
    """A running period ends when its rule, start, pauses and extensions say; a stopped one was stopped by an act."""
    calendar, clocks = load_calendar(), Clock.objects.select_related("rule").prefetch_related("pauses", "extensions")
    for rows in _parts(clocks.order_by("pk")):
        for clock in rows:
            if clock.state == Clock.State.RUNNING:
                due = due_of(clock, calendar)
                if (due.due_at, due.breach_at) != (clock.due_at, clock.breach_at):
                    yield Fault("clock", str(clock.pk), "due_at", "its rule, start and extensions say another time")
            elif clock.state == Clock.State.STOPPED and not _stopped_by_an_act(clock):
                yield Fault("clock", str(clock.pk), "stopped_at", "no act of its case happened then")


def _stopped_by_an_act(clock: Clock) -> bool:
    """One that began later than the act that stops it ends at its own start, or when that was recorded."""
    at = clock.stopped_at
    if clock.case_id is None or at is None or at == clock.started_at:
        return True
    return Event.objects.filter(_at(at), stream__kind="case", stream__subject=clock.case_id).exists()


# What things went through -------------------------------------------------------------------------------------------
def _of_stays() -> Iterator[Fault]:
    """Written one by one as a thing leaves its state and desk: each begins where the one before ends."""
    before: Stay | None = None
    for stay in Stay.objects.order_by("object_id", "number").iterator(ROWS):
        follows = before is not None and before.object_id == stay.object_id
        if follows and before is not None and (before.number + 1, before.left_at) != (stay.number, stay.entered_at):
            yield Fault(
                stay.object_kind, str(stay.object_id), "stays", f"row {stay.number} does not follow the one before"
            )
        elif not follows and stay.number != 1:
            yield Fault(stay.object_kind, str(stay.object_id), "stays", f"begins with row {stay.number}")
        before = stay


# Shares --------------------------------------------------------------------------------------------------------------
# Acts on these may open the whole case to those who have part in them; a task, a note or an answer opens nothing.
OPENS_A_CASE = ("proceeding", "referral", "direction", "suspect", "decision")


@dataclass
class _Acts:
    """Of one case: the last act of sharing with each agency, by its code; who did what opens it, and who had part."""

    shared: dict[str, tuple[str, str]]
    acted: set[int]
    concerned: set[int]


def _of_shares() -> Iterator[Fault]:
    """A live share belongs to the agency that leads the case, to which it was shared, or that had part in an act."""
    for shares in _parts(Share.objects.select_related("organ", "case").order_by("pk")):
        told = _acts_of([share.case_id for share in shares])
        for share in shares:
            if share.ended_at is None and share.case.lead_id != share.organ_id:
                yield from _of_share(share, told.get(share.case_id) or _Acts({}, set(), set()))


def _of_share(share: Share, acts: _Acts) -> Iterator[Fault]:
    verb, profile = acts.shared.get(share.organ.code, ("", ""))
    wrong = None
    if not verb and share.organ_id not in acts.concerned:
        wrong = ("organ", "no act gave it")
    elif verb == "unshare":
        wrong = ("ended_at", "an act ended it")
    elif profile == Share.Profile.STATUS != share.profile and share.organ_id not in acts.acted:
        wrong = ("profile", "it shows more than the act gave")
    if wrong:
        yield Fault("share", f"{share.case_id} {share.organ.code}", *wrong)


def _acts_of(cases: list[UUID]) -> dict[UUID, _Acts]:
    found: dict[UUID, _Acts] = {}
    events = Event.objects.filter(stream__kind="case", stream__subject__in=cases).select_related("note", "stream")
    for event in events.order_by("id"):
        acts = found.setdefault(event.stream.subject, _Acts({}, set(), set()))
        data = event.remark.data if event.remark else {}
        if event.object_kind == "case" and event.verb in ("share", "unshare"):
            acts.shared[str(data.get("organ", ""))] = (event.verb, str(data.get("profile", "")))
            continue
        had_part = {pk for pk in (event.organ_id, event.on_behalf_of_id, event.counterpart_id) if pk}
        acts.concerned |= had_part
        if event.object_kind in OPENS_A_CASE:
            acts.acted |= had_part
    return found
