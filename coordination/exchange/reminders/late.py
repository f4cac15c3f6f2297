"""Late items and the agencies that owe them: legal periods, and requests of one agency to another past their due date.

Leads, referrals and proceedings are late by their periods. A task from a step of a referral is late with the referral's
period, and a playbook step that follows a period of its own agency with that period; neither is listed twice. Tasks,
instructions, opinions and conferences are late past the due date set by the asking agency, while the other owes
something.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from django.db.models import BooleanField, CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.lookups import is_among
from agencies.kernel.texts import Text
from cases.casefile.models import Case
from cases.clocks.models import Clock, ClockQuerySet, subjects_of_clocks
from cases.clocks.texts import about as about_clock
from cases.proceedings.models import Proceeding
from coordination.exchange.conferences.models import TO_WRITE_MINUTES, Conference, Participant
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions.models import Opinion, OpinionRound
from coordination.exchange.tasks.models import Task, TaskQuerySet

CLOCK, TASK, INSTRUCTION, OPINION, CONFERENCE = "clock", "task", "instruction", "opinion", "conference"
LEAD, REFERRAL, CHASE = "lead", "referral", "reminder"  # subjects of periods


def visible_clocks(actor: Actor, kinds: Collection[str] | None = None) -> ClockQuerySet:
    """Periods of subjects that the actor sees, so that lateness discloses nothing. `kinds` limits them to these kinds
    of subjects.

    A lead without a case is visible as the lead is. The reply to a reminder is not listed separately.
    """
    rows = Clock.objects.all() if kinds is None else Clock.objects.filter(subject_kind__in=kinds)
    if not actor.is_centre:
        return rows.filter(_checked(actor, kinds))
    # Of what is kept from the centre its staff may see cases of their own, others leads at most.
    own = _checked(actor, kinds if actor.is_staff else {LEAD})
    return rows.filter(_clocks_of_centre() | own)


def _checked(actor: Actor, kinds: Collection[str] | None) -> Q:
    """Whether the actor sees a period, asked for each row: there are far more periods than late ones."""
    seen: Any = Q(pk__in=[])  # typed as Any: a Q that contains a condition on another model
    for subject in subjects_of_clocks():
        # Any: the subjects are several models, each with its own visibility.
        model: Any = subject
        if model.clock_kind != CHASE and (kinds is None or model.clock_kind in kinds):
            seen |= Q(subject_kind=model.clock_kind) & is_among(model.objects.visible_to(actor), "subject_id")
    checked: Q = seen & (Q(subject_kind=LEAD) | is_among(Clock.objects.visible_to(actor), "pk"))
    return checked


def _clocks_of_centre() -> Q:
    """Periods that every reader of the centre may see: nearly all. What is kept from it is read as short lists."""
    seen: Any = Q(pk__in=[])
    for subject in subjects_of_clocks():
        kept = subject.kept_from_centre()
        if subject.clock_kind != CHASE:
            seen |= Q(subject_kind=subject.clock_kind) & (Q() if kept is None else ~Q(subject_id__in=kept))
    found: Q = (Q(subject_kind=LEAD) | Q(case__isnull=False) & _unrestricted("case")) & seen
    return found


def visible_tasks(actor: Actor) -> TaskQuerySet:
    if not actor.is_centre:
        return _late_by_themselves(Task.objects.visible_to(actor))
    ours: Any = Q(agency_id=actor.agency_id) | Q(asked_by_id=actor.agency_id)
    ours &= is_among(Task.objects.visible_to(actor), "pk")
    return _late_by_themselves(Task.objects.filter(_unrestricted("case") | ours))


def _unrestricted(case: str) -> Q:
    """Whether every reader of the centre sees the case in this column, or there is none."""
    return ~Q(**{f"{case}_id__in": Case.objects.restricted().values("pk")})


def _late_by_themselves(tasks: TaskQuerySet) -> TaskQuerySet:
    own = Proceeding.objects.filter(pk=OuterRef("proceeding"), agency=OuterRef("agency"))
    return tasks.filter(source=None).exclude(~Q(follows="") & Q(Exists(own)))


@dataclass(frozen=True)
class LateKind:
    """A resource that can be late. `debtor`, `since`, `handler` and `case` name its columns: who owes, since when, who
    handles it, which case. `related` are the relations that its words need. `owed_to` selects the rows owed to an
    agency."""

    name: str
    word: Text
    model: type[Any]
    page: str
    debtor: str
    since: str
    handler: str
    case: str
    related: tuple[str, ...]
    visible_rows: Callable[[Actor], QuerySet[Any]]
    late: Callable[[QuerySet[Any], datetime], QuerySet[Any]]
    owed_to: Callable[[int | None], Q]
    title: Callable[[Any], Text]
    about: Callable[[Any], Text]

    def late_items(self, actor: Actor, now: datetime) -> QuerySet[Any]:
        """Late rows of this resource that concern the actor, with the common columns of `late_items` below."""
        owing = self.owed_to(actor.agency_id)
        rows = self.late(self.visible_rows(actor), now)
        if not actor.is_centre:
            rows = rows.filter(Q(**{self.debtor: actor.agency_id}) | owing)
        is_owed: Any = owing & ~Q(**{self.debtor: actor.agency_id})
        found: QuerySet[Any] = self._with_handler(rows).annotate(
            late_since=F(self.since),
            resource=Cast("subject_kind" if self.name == CLOCK else Value(self.name), CharField()),
            debtor_id=F(self.debtor),
            is_owed=ExpressionWrapper(is_owed, output_field=BooleanField()),
        )
        return found

    def case_of(self, row: Any) -> Case | None:
        found: Case | None = reduce(getattr, self.case.split("__"), row)
        return found

    def _with_handler(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The handler of a period is that of its subject."""
        if self.name == CLOCK:
            clocks: Any = rows
            with_theirs: QuerySet[Any] = clocks.with_handler()
            return with_theirs
        with_person: QuerySet[Any] = rows.annotate(handled_by=F(self.handler))
        return with_person


def _clocks_owed_to(agency_id: int | None) -> Q:
    return Q(subject_kind=REFERRAL) & (Q(holder_id=agency_id) | Q(partner_id=agency_id))


def _past_period(rows: Any, now: datetime) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.overdue(now).filter(agency__isnull=False)
    return found


def _past_day(rows: Any, now: datetime) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.overdue(now)
    return found


def _unanswered(rows: Any, now: datetime) -> QuerySet[Any]:
    """Rows that the addressee still has to answer. A report that was not accepted yet is with the asking agency."""
    found: QuerySet[Any] = rows.filter(state__in=Instruction.WITH_RECEIVER).overdue(now)
    return found


def _without_opinion(rows: Any, now: datetime) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.filter(round__state=OpinionRound.State.OPEN).overdue(now)
    return found


def _without_minutes(rows: QuerySet[Any], now: datetime) -> QuerySet[Any]:
    """Conferences that began, whose caller has neither written minutes nor cancelled."""
    return rows.filter(state=Conference.State.CALLED, starts_at__lt=now + -TO_WRITE_MINUTES)


def _takes_part(agency_id: int | None) -> Q:
    return Q(Exists(Participant.objects.filter(conference=OuterRef("pk"), agency=agency_id)))


_KINDS = (
    LateKind(
        *(CLOCK, _("Period"), Clock, "clock", "agency_id", "breach_at", "", "case", ("rule", "case")),
        visible_rows=visible_clocks,
        late=_past_period,
        owed_to=_clocks_owed_to,
        title=lambda clock: clock.rule.name,
        about=about_clock,
    ),
    LateKind(
        *(TASK, _("Task"), Task, "task", "agency_id", "due_at", "assignee_id", "case", ("case",)),
        visible_rows=visible_tasks,
        late=_past_day,
        owed_to=lambda agency_id: Q(asked_by_id=agency_id),
        title=lambda task: task.label,
        about=lambda task: _("Task"),
    ),
    LateKind(
        *(
            INSTRUCTION,
            _("Instructions"),
            Instruction,
            "instruction",
            "receiver_id",
            "due_at",
            "handler_id",
            *("case", ("case",)),
        ),
        visible_rows=lambda actor: Instruction.objects.visible_to(actor),
        late=_unanswered,
        owed_to=lambda agency_id: Q(sender_id=agency_id),
        title=lambda letter: f"{letter.number} {letter.title}".strip(),
        about=lambda letter: letter.get_kind_display(),
    ),
    LateKind(
        *(OPINION, _("Opinions"), Opinion, "opinion", "agency_id", "due_at", "handler_id"),
        *("round__case", ("round__case",)),
        visible_rows=lambda actor: Opinion.objects.visible_to(actor),
        late=_without_opinion,
        owed_to=lambda agency_id: Q(round__agency_id=agency_id),
        title=lambda opinion: opinion.round.title,
        about=lambda opinion: _("Opinion requested"),
    ),
    LateKind(
        *(CONFERENCE, _("Conferences"), Conference, "conference", "agency_id", "starts_at", "convener_id"),
        *("case", ("case",)),
        visible_rows=lambda actor: Conference.objects.visible_to(actor),
        late=_without_minutes,
        owed_to=_takes_part,
        title=lambda conference: conference.title,
        about=lambda conference: _("Conference without minutes"),
    ),
)
KINDS = {one.name: one for one in _KINDS}
BY_MODEL = {one.model: one for one in _KINDS}


def kind_of(row: Any) -> LateKind:
    return BY_MODEL[type(row)]


def key_of(row: Any) -> str:
    """The key of the item in a letter."""
    return f"{kind_of(row).name}:{row.pk}"


def with_words(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Visible rows with the relations that their words need, and `case_seen`: only readers of the case learn which it
    is."""
    kind = BY_MODEL[rows.model]
    seen: Any = is_among(Case.objects.visible_to(actor), kind.case)
    if actor.is_centre:
        # The few rows shown are checked one by one, also those that all of the centre may see.
        visible: Any = is_among(rows.model.objects.visible_to(actor), "pk")
        rows = rows.filter(_checked(actor, None) if kind.name == CLOCK else visible)
    annotated: QuerySet[Any] = rows.annotate(case_seen=ExpressionWrapper(seen, output_field=BooleanField()))
    return annotated.select_related(*kind.related)


def visible_rows(actor: Actor, subjects: Collection[str] | None = None) -> dict[str, QuerySet[Any]]:
    """The visible rows of each kind; with `subjects` only of these, as `subject_of` names them."""
    if subjects is None:
        return {name: kind.visible_rows(actor) for name, kind in KINDS.items()}
    clocks = {name.partition(" ")[2] for name in subjects if name.startswith(CLOCK)}
    others = {name: kind.visible_rows(actor) for name, kind in KINDS.items() if subject_of(name) in subjects}
    return others | ({CLOCK: visible_clocks(actor, clocks)} if clocks else {})


def subject_of(kind: str, clock: str = "") -> str:
    """The name of what an item is about: its kind and, of a period, what the period is about."""
    return f"{kind} {clock}"


def still_late(now: datetime) -> dict[str, QuerySet[Any]]:
    return {name: kind.late(kind.model.objects.all(), now) for name, kind in KINDS.items()}


def late_items(actor: Actor, now: datetime | None = None) -> list[QuerySet[Any]]:
    """All late items that concern the actor, one list for each resource: for the centre all visible ones, for an agency
    what it owes and what is owed to it.

    `late_since` is when it became late, `resource` what it is about, `debtor_id` who owes it, `handled_by` who handles
    it, `is_owed` whether another agency owes it to the actor's.
    """
    now = now or times.now()
    return [kind.late_items(actor, now) for kind in KINDS.values()]


def open_to_centre(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of some late items that every reader of the centre may see; figures count no others."""
    if rows.model is Clock:
        return rows.filter(_clocks_of_centre())
    return rows.filter(_unrestricted(BY_MODEL[rows.model].case))


def may_remind(actor: Actor, row: Any) -> bool:
    """督办: the centre's coordinator may remind of anything owed; agency staff of what is owed to their agency."""
    if row.debtor_id == actor.agency_id:
        return False
    return actor.has_role(Role.COORDINATOR) or (actor.is_staff and bool(row.is_owed))
