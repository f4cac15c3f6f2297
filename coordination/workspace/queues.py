"""Queues (队列): questions over tasks, leads, referrals and whatever else waits for an agency, each one page.

A queue is a query and never a copy: one case may stand in those of several agencies at once, and every row is cut to
its reader's sight by the same `visible_to` as everywhere.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from typing import Any

from django.db.models import BigIntegerField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, ExtractDay, ExtractHour, ExtractMonth, ExtractYear
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import Compiled, Moment
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import Choice
from agencies.kernel.filtering import NEVER
from agencies.kernel.lookups import id_if_among
from agencies.kernel.paging import PAGE_SIZE, Page, merged_page
from agencies.kernel.records import SOON
from agencies.kernel.resource import resource_of
from cases.casefile.models import Case
from cases.clocks.models import Clock, Side
from cases.intake.models import Lead
from cases.proceedings.models import Decision, Proceeding
from coordination.automation.routing.models import Routing, priority_column
from coordination.automation.routing.placed import placed_of
from coordination.exchange.conferences.models import Conference
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions.models import Opinion
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.models import Task
from coordination.lists.bulk_actions import pick_of
from coordination.workspace.form_drafts.models import LastLook

from .gates import count_through, gated
from .lines import (
    RETURNED,
    Line,
    Text,
    conference_line,
    instruction_line,
    lead_line,
    next_button,
    nothing,
    opinion_line,
    referral_line,
    reminder_line,
    task_line,
)

RELATED: dict[Any, tuple[str, ...]] = {
    Lead: ("source_agency", "officer", "agency"),
    Task: ("asked_by", "assignee", "agency"),
    Referral: ("case", "sender", "receiver", "offence"),
    Proceeding: ("case", "agency", "handler"),
    Clock: ("case", "rule", "holder"),
    Instruction: ("case", "sender", "receiver"),
    Opinion: ("round__case", "round__agency", "agency"),
    Reminder: ("sender", "agency", "handler"),
    Conference: ("agency",),
}
# Before anything was recorded: who never looked through his queues finds everything new.
NEVER_YET = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Work:
    """All that is open and that this actor sees; leads, referrals and directions where the next step is his
    agency's."""

    actor: Actor

    @property
    def leads(self) -> Any:
        return Lead.objects.visible_to(self.actor).to_triage().filter(agency=self.actor.agency_id)

    @property
    def referrals(self) -> Any:
        return Referral.objects.visible_to(self.actor).waiting_on(self.actor.agency_id)

    @property
    def tasks(self) -> Any:
        return Task.objects.visible_to(self.actor).open().filter(agency=self.actor.agency_id)

    @property
    def instructions(self) -> Any:
        return Instruction.objects.visible_to(self.actor).waiting_on(self.actor.agency_id)

    @property
    def opinions(self) -> Any:
        return Opinion.objects.visible_to(self.actor).waiting_on(self.actor.agency_id)

    @property
    def conferences(self) -> Any:
        """Those to which the agency owes an answer, or a word on the minutes."""
        return Conference.objects.visible_to(self.actor).waiting_on(self.actor).with_due()

    @property
    def proceedings(self) -> Any:
        return Proceeding.objects.contents_for(self.actor).open()

    @property
    def letters(self) -> Any:
        """Reminders to which the agency owes a reply."""
        return Reminder.objects.visible_to(self.actor).waiting_on(self.actor.agency_id)

    def ours(self, **which: Any) -> list[Any]:
        """Of all nouns what hangs on the agency's own desks."""
        return [
            rows.filter(**which)
            for rows in (self.referrals, self.tasks, self.leads, self.proceedings, self.instructions)
        ]


def _in_hand(person: str | None) -> Q:
    """Referrals that lie with this person of the agency whose step is next; with None, with nobody there."""
    return Q(receiver_id=F("holder_id"), handler_id=person) | Q(sender_id=F("holder_id"), drafter_id=person)


def _me(work: Work) -> str | None:
    return work.actor.id if work.actor.kind == "user" else None


def _mine(work: Work, now: datetime) -> list[Any]:
    me = _me(work)
    return [
        work.referrals.filter(_in_hand(me)),
        work.tasks.filter(assignee_id=me),
        work.leads.filter(officer_id=me),
        work.proceedings.filter(handler_id=me),
        work.instructions.of_person(work.actor),
        work.opinions.of_person(work.actor),
        work.letters.filter(handler_id=me),
        work.conferences.of_person(work.actor),
    ]


def _unit(work: Work, now: datetime) -> list[Any]:
    """What was asked of the unit by name, and what the agency's rules sent there."""
    units = work.actor.units
    sent = Routing.objects.standing().filter(agency=work.actor.agency_id, unit__in=units, unit__is_agency=False)
    here = sent.values("subject")
    others = (work.referrals, work.leads, work.proceedings)
    # One list of both, which is short: for an OR all open tasks of the agency would be looked through.
    asked = Task.objects.open().filter(unit_id__in=units).order_by().values("pk").union(here)
    return [work.tasks.filter(pk__in=asked), *(rows.filter(pk__in=here) for rows in others)]


def _unclaimed(work: Work, now: datetime) -> list[Any]:
    return [
        work.referrals.filter(_in_hand(None)),
        work.tasks.unclaimed(),
        work.leads.filter(officer=None),
        work.proceedings.filter(handler=None),
        work.instructions.filter(receiver_id=work.actor.agency_id, handler=None),
        work.opinions.filter(handler=None),
        work.letters.filter(handler=None),
        work.conferences.of_nobody(work.actor.agency_id),
    ]


def _led(work: Work, now: datetime) -> list[Any]:
    # Asked of each row that waits: as a join it would be a list of all cases that the agency ever led.
    led = id_if_among(Case.objects.filter(lead_id=work.actor.agency_id).order_by(), "case_id")
    lists = (work.referrals, work.tasks, work.proceedings, work.instructions)
    return [rows.annotate(led=led).filter(led__isnull=False) for rows in lists]


def _elsewhere(work: Work, now: datetime) -> list[Any]:
    """What we sent or asked for and another agency has to act on."""
    ours = work.actor.agency_id
    sent = Referral.objects.visible_to(work.actor).open().filter(Q(sender_id=ours) | Q(receiver_id=ours))
    asked = Task.objects.visible_to(work.actor).open().filter(asked_by_id=ours)
    written = Instruction.objects.visible_to(work.actor).filter(sender_id=ours, state__in=Instruction.WITH_RECEIVER)
    owed = Opinion.objects.visible_to(work.actor).filter(round__agency=ours, state__in=Opinion.WAITING)
    return [sent.exclude(holder_id=ours), asked.exclude(agency=ours), written, owed.exclude(agency=ours)]


def _of_parties(work: Work, now: datetime) -> list[Any]:
    """Periods in which a party may speak, or must pay, and the agency waits for it: a right that lapses by itself."""
    ours = Clock.objects.visible_to(work.actor).filter(holder_id=work.actor.agency_id, agency=None)
    return [ours.pending(now).filter(rule__owner_side=Side.PARTY)]


def _new(work: Work, now: datetime) -> list[Any]:
    """What came to me, my unit or nobody in particular since I last looked, by somebody else's doing."""
    last = LastLook.objects.visible_to(work.actor).values("at")[:1]
    return [arrived(rows, work.actor, Coalesce(Subquery(last), Value(NEVER_YET))) for rows in before_me(work)]


def before_me(work: Work) -> list[Any]:
    """All that this person has to look at: his own, his unit's, what nobody has, what came back."""
    me = _me(work)
    mine, units = Q(assignee_id=me), Q(unit_id__in=work.actor.units)
    free = Q(state__in=[Task.State.ASKED, Task.State.OPEN]) | Q(returned_at__isnull=False)
    return [
        work.referrals.filter(_in_hand(me) | _in_hand(None) | Q(state__in=RETURNED)),
        work.tasks.filter(mine | units | free),
        work.leads.filter(Q(officer_id=me) | Q(officer=None)),
        work.proceedings.filter(Q(handler_id=me) | Q(handler=None)),
        work.instructions.of_person_or_nobody(work.actor),
        work.opinions.filter(Q(handler_id=me) | Q(handler=None)),
        work.conferences.of_nobody(work.actor.agency_id) | work.conferences.of_person(work.actor),
    ]


def arrived(rows: Any, actor: Actor, since: Any) -> Any:
    """Those on which somebody else acted since then, within the reader's reach.

    A step of a referral is made without an event of its own; then the row says when it was made.
    """
    acts = Event.objects.readable_by_agency(actor.agency_id).filter(recorded_at__gt=since).exclude(actor_id=actor.id)
    kind = resource_of(rows.model()).kind
    came = Q(Exists(acts.filter(object_kind=kind, object_id=OuterRef("pk"))))
    if rows.model is Task:
        came |= Q(source__isnull=False, created_at__gt=since)
    if rows.model is Conference:  # its acts are told to whoever takes part, but are the caller's own
        came |= Q(created_at__gt=since) | Q(state=Conference.State.MINUTES, updated_at__gt=since)
    return rows.filter(came)


def _overdue(work: Work, now: datetime) -> list[Any]:
    rows = (work.referrals, work.tasks, work.leads, work.instructions, work.opinions, work.letters)
    return [*(one.overdue(now) for one in rows), _late(work.proceedings, now)]


def _late(proceedings: Any, now: datetime) -> Any:
    return proceedings.filter(breach_at__lt=now)


def _soon(work: Work, now: datetime) -> list[Any]:
    near = work.proceedings.filter(due_at__lte=now + SOON, breach_at__gte=now)
    lists = (work.referrals, work.tasks, work.leads, work.instructions, work.opinions, work.letters)
    meeting = work.conferences.filter(due_at__gte=now, due_at__lte=now + SOON)
    return [*(rows.soon(now) for rows in lists), near, meeting]


def _returned(work: Work, now: datetime) -> list[Any]:
    return [work.referrals.filter(state__in=RETURNED), work.tasks.filter(returned_at__isnull=False), _back(work)]


def _back(work: Work) -> Any:
    """What was asked of the superior and came back to be completed."""
    return work.instructions.filter(state=Instruction.State.RETURNED)


SORTS = {"due": "due_order", "priority": "urgency_order"}
MORE_THAN_HOURS = 10**8  # than there are to the end of the calendar; three times it is still a number of four bytes
Rows = Callable[[Work, datetime], list[Any]]
QUEUES: dict[str, tuple[Text, Rows]] = {
    "mine": (_("On my desk"), _mine),
    "new": (_("New since my last visit"), _new),
    "unit": (_("My unit"), _unit),
    "unclaimed": (_("Unclaimed"), _unclaimed),
    "overdue": (_("Late"), _overdue),
    "soon": (_("Due within 24 hours"), _soon),
    "returned": (_("Returned to us"), _returned),
    "led": (_("In cases we lead"), _led),
    "elsewhere": (_("Waiting for another agency"), _elsewhere),
    "party": (_("Waiting for the party"), _of_parties),
}


def parse_moment(text: str) -> datetime | None:
    """A time with its offset, as a page of ours carries it; None for anything else."""
    try:
        found = parse_datetime(text[:40])
        return found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def queue_asked_for(params: Any) -> str:
    key: str = params.get("queue") or "mine"
    if key not in QUEUES:
        raise Invalid.field("queue", "choice", gettext("Choose one of: %(names)s.") % {"names": ", ".join(QUEUES)})
    return key


def queue_page(
    actor: Actor, now: datetime, params: Any, *, about: Case | None = None, size: int = PAGE_SIZE,
    counted: Mapping[str, int] | None = None,
) -> Page:  # fmt: skip
    """One page of lines, the nearest deadline first, or with `sort=priority` the most urgent.

    `counted` are the numbers of `parts`, if they are known: a list that is empty is not asked for.
    """
    sort = params.get("sort") or "due"
    if sort not in SORTS:
        raise Invalid.field("sort", "choice", gettext("Sort by one of: %(names)s.") % {"names": ", ".join(SORTS)})
    rows = _open_on(about, actor) if about else _filled(parts_of(queue_asked_for(params), actor, now), counted)
    lists = [in_order(one.select_related(*RELATED[one.model]), actor, sort) for one in rows]
    shown = merged_page(lists, params, column=SORTS[sort], size=size)
    placed = placed_of([row.pk for row in shown.items], actor.agency_id)
    lines = lines_of(shown.items, actor, now)
    # The rows themselves name what was routed: of a referral's step the line is the referral's.
    return shown.of(
        [
            replace(line, routing=placed.get(row.pk), pick="" if about else pick_of(row))
            for row, line in zip(shown.items, lines, strict=True)
        ]
    )


def _filled(lists: dict[str, Any], counted: Mapping[str, int] | None) -> list[Any]:
    return [rows for name, rows in lists.items() if counted is None or counted[name]]


def in_order(rows: Any, actor: Actor, sort: str) -> Any:
    """`due_order`, and for the sort by priority one number of both: the more urgent first, then the nearest hour."""
    ordered = rows.annotate(due_order=Coalesce("due_at", Value(NEVER)))
    if sort != "priority":
        return ordered
    rank = 4 - priority_column(actor.agency_id)
    day = (ExtractYear("due_order") * 12 + ExtractMonth("due_order")) * 31 + ExtractDay("due_order")
    hour = day * 24 + ExtractHour("due_order")
    return ordered.annotate(urgency_order=ExpressionWrapper(rank * MORE_THAN_HOURS + hour, BigIntegerField()))


def _open_on(case: Case, actor: Actor) -> list[QuerySet[Any]]:
    """Of every agency; what the reader sees of each is what he sees of it anywhere."""
    opinions = Opinion.objects.visible_to(actor).filter(round__case=case, state__in=Opinion.WAITING)
    rows = (
        model.objects.visible_to(actor).open().filter(case=case) for model in (Referral, Task, Proceeding, Instruction)
    )
    return [*rows, opinions]


def counts(actor: Actor) -> dict[str, int]:
    """How many rows each queue has: two queries at most for all of them."""
    return summed(count_through(actor.agency_id, all_standing(actor)))


def all_standing(actor: Actor) -> dict[str, Compiled]:
    """The lists of every queue, each under a name of its own, for `count_through`."""
    today = times.today()
    return {name: question for key in QUEUES for name, question in standing(key, actor, today).items()}


@lru_cache(maxsize=2048)
def standing(key: str, actor: Actor, day: date) -> Mapping[str, Compiled]:
    """The questions that count a queue, put into words once a person and day: every page asks some of them. No answer
    is kept, and no right outlives its end: an Actor is all that was read of the person's rights for this request, so
    whoever gains or loses one asks other questions, and what is shared with his agency is part of the answer."""
    return {name: gated(rows) for name, rows in parts_of(key, actor, Moment()).items()}


def parts_of(key: str, actor: Actor, now: Any) -> dict[str, Any]:
    return {f"{key} {n}": rows for n, rows in enumerate(QUEUES[key][1](Work(actor), now))}


def summed(counted: Mapping[str, int]) -> dict[str, int]:
    """Of the parts each queue's sum."""
    found = dict.fromkeys(QUEUES, 0)
    for name, number in counted.items():
        key, _space, part = name.rpartition(" ")
        if key in found and part.isdigit():
            found[key] += number
    return found


def choices(number: Mapping[str, int], chosen: str = "") -> list[Choice]:
    """Every queue with how much lies in it."""
    address = reverse("queues")
    return [
        Choice(str(title), f"{address}?queue={key}", number[key], active=key == chosen, value=key)
        for key, (title, _rows) in QUEUES.items()
    ]


def lines_of(rows: Iterable[Any], actor: Actor, now: datetime) -> list[Line]:
    listed = list(rows)
    decided = [row.subject_id for row in listed if isinstance(row, Clock) and row.subject_kind == Decision.clock_kind]
    parties = dict(
        Decision.objects.visible_to(actor).filter(pk__in=decided).values_list("pk", "party__name") if decided else ()
    )
    return [
        _party_line(row, parties.get(row.subject_id, "")) if isinstance(row, Clock) else line_of(row, actor, now)
        for row in listed
    ]


def line_of(row: Any, actor: Actor, now: datetime) -> Line:
    """One row of whatever noun; of what another agency has in hand its state, and not who has it there."""
    if isinstance(row, Lead):
        return lead_line(row, actor, now)
    if isinstance(row, Proceeding):
        return _proceeding_line(row, actor)
    if isinstance(row, Reminder):
        return reminder_line(row, actor, now)
    if isinstance(row, Conference):
        return conference_line(row)
    if isinstance(row, Opinion):
        away, doer = row.agency_id != actor.agency_id, row.agency
        line = opinion_line(row, actor, now)
    elif isinstance(row, Instruction):
        line = instruction_line(row, actor, now)
        away, doer = row.holder.pk != actor.agency_id, row.holder
    elif isinstance(row, Task):
        away, doer = row.agency_id != actor.agency_id, row.agency
        shelf = "mine" if str(row.assignee_id) == actor.id else "others"
        line = task_line(row, shelf, actor, now)
    else:
        away = row.holder_id != actor.agency_id
        doer = row.receiver if row.holder_id == row.receiver_id else row.sender
        line = referral_line(row, actor, now)
    return replace(line, why=str(row.get_state_display()), waits=doer, offer=nothing) if away else line


def _party_line(clock: Clock, party: str) -> Line:
    """A period of a party; its own page explains it, a decision's page has what the agency does afterwards."""
    decision = clock.subject_kind == Decision.clock_kind and party
    return Line(
        key=("clock", clock.pk),
        sections=frozenset(),
        source=None,
        what=party or clock.rule.name,
        note=f"{clock.case.number} {clock.case.title}" if clock.case else "",
        url=reverse("decision", args=[clock.subject_id]) if decision else reverse("clock", args=[clock.pk]),
        waits=clock.holder,
        why=clock.rule.name,
        due_at=clock.due_at,
        breach_at=None,
        offer=nothing,
        kind=clock.rule.kind,
    )


def _proceeding_line(proceeding: Proceeding, actor: Actor) -> Line:
    return Line(
        key=("proceeding", proceeding.pk),
        sections=frozenset(),
        source=None,
        what=f"{proceeding.get_kind_display()} {proceeding.external_number}".strip(),
        note=f"{proceeding.case.number} {proceeding.case.title}",
        url=reverse("proceeding", args=[proceeding.pk]),
        waits=proceeding.agency if proceeding.agency_id != actor.agency_id else None,
        why=str(proceeding.get_state_display()),
        due_at=proceeding.due_at,
        breach_at=proceeding.breach_at,
        offer=partial(next_button, "proceedings", actor, proceeding),
    )
