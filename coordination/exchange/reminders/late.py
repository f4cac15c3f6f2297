"""Late items and the agencies that owe them: legal periods, and requests of one agency to another past their due date.

Leads, referrals and proceedings are late by their periods. A task from a step of a referral is late with the referral's
period, and a playbook step that follows a period of its own agency with that period; neither is listed twice. Tasks,
instructions, opinions and conferences are late past the due date set by the asking agency, while the other owes
something.
"""

from collections.abc import Callable, Collection, Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value, When
from django.db.models import Case as Which
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.lookups import is_among
from cases.casefile.models import Case
from cases.clocks.models import Clock, ClockQuerySet, subjects_of_clocks
from cases.clocks.texts import about as about_clock
from cases.proceedings.models import Proceeding, has_a_wall, walled_ids
from coordination.exchange.conferences.models import TO_WRITE_MINUTES, Conference, Participant
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions.models import Opinion, OpinionRound
from coordination.exchange.tasks.models import Task, TaskQuerySet

Text = str | Promise
CLOCK, TASK, INSTRUCTION, OPINION, CONFERENCE = "clock", "task", "instruction", "opinion", "conference"
LEAD, REFERRAL, CHASE = "lead", "referral", "reminder"  # subjects of periods


def visible_clocks(actor: Actor, kinds: Container[str] | None = None) -> ClockQuerySet:
    """Periods of subjects that the actor sees, so that lateness discloses nothing. `kinds` limits them to these kinds
    of subjects.

    A lead without a case is visible as the lead is. The reply to a reminder is not listed separately.
    """
    return Clock.objects.filter(_checked(actor, kinds))


def _checked(actor: Actor, kinds: Container[str] | None = None) -> Q:
    """The condition of `visible_clocks`, checked row by row: there are far more periods than late ones."""
    seen: Any = Q(pk__in=[])  # typed as Any: a Q that contains a condition on another model
    for subject in subjects_of_clocks():
        # Any: the subjects are several models, each with its own visibility.
        model: Any = subject
        if model.clock_kind != CHASE and (kinds is None or model.clock_kind in kinds):
            seen |= Q(subject_kind=model.clock_kind) & is_among(model.objects.visible_to(actor), "subject_id")
    checked: Q = seen & (Q(subject_kind=LEAD) | is_among(Clock.objects.visible_to(actor), "pk"))
    return checked


def visible_tasks(actor: Actor) -> TaskQuerySet:
    return _late_by_themselves(Task.objects.visible_to(actor))


def _late_by_themselves(tasks: TaskQuerySet) -> TaskQuerySet:
    own = Proceeding.objects.filter(pk=OuterRef("proceeding"), agency=OuterRef("agency"))
    return tasks.filter(source=None).exclude(~Q(follows="") & Q(Exists(own)))


# Readers of the centre see almost all that is late. To count it, what they may not see is read once as short lists of
# ids; only rows about these are checked one by one.
def clocks_to_count(actor: Actor) -> ClockQuerySet:
    """The same as `visible_clocks`."""
    if not actor.is_centre:
        return visible_clocks(actor)
    # Of what is kept from the centre its staff may see cases of their own, others leads at most.
    own = _checked(actor, None if actor.is_staff else {LEAD})
    return Clock.objects.filter(_clocks_of_centre() | own)


def _clocks_of_centre() -> Q:
    """Periods that every reader of the centre may see."""
    seen: Any = Q(pk__in=[])
    for subject in subjects_of_clocks():
        kept = subject.kept_from_centre()
        if subject.clock_kind != CHASE:
            seen |= Q(subject_kind=subject.clock_kind) & (Q() if kept is None else ~Q(subject_id__in=kept))
    unrestricted = Q(case__isnull=False) & ~Q(case_id__in=Case.objects.restricted().values("pk"))
    found: Q = (Q(subject_kind=LEAD) | unrestricted) & seen
    return found


def tasks_to_count(actor: Actor) -> TaskQuerySet:
    """The same as `visible_tasks`."""
    if not actor.is_centre:
        return visible_tasks(actor)
    ours: Any = Q(agency_id=actor.agency_id) | Q(asked_by_id=actor.agency_id)
    ours &= is_among(Task.objects.visible_to(actor), "pk")
    return _late_by_themselves(Task.objects.filter(_tasks_of_centre() | ours))


def _tasks_of_centre() -> Q:
    """Tasks that every reader of the centre may see."""
    return ~Q(case_id__in=Case.objects.restricted().values("pk"))


@dataclass(frozen=True)
class Kind:
    """A resource that can be late. `debtor`, `since`, `handler` and `case` name its columns: who owes, since when, who
    handles it, which case. `owed_to` selects the rows owed to an agency. `title` and `about` read a period, or an
    `Asked` made from the columns in `words`."""

    name: str
    word: Text
    model: type[Any]
    page: str
    debtor: str
    since: str
    handler: str
    case: str
    words: dict[str, str]
    visible_rows: Callable[[Actor], QuerySet[Any]]
    late: Callable[[QuerySet[Any], datetime], QuerySet[Any]]
    owed_to: Callable[[int | None], Q]
    title: Callable[[Any], Text]
    about: Callable[[Any], Text]

    def late_items(self, actor: Actor, now: datetime, *, to_count: bool = False) -> QuerySet[Any]:
        """Late rows of this resource that concern the actor, with the common columns."""
        owing = self.owed_to(actor.agency_id)
        visible = TO_COUNT.get(self.name, self.visible_rows) if to_count else self.visible_rows
        rows = self.late(visible(actor), now)
        if not actor.is_centre:
            rows = rows.filter(Q(**{self.debtor: actor.agency_id}) | owing)
        is_owed: Any = owing & ~Q(**{self.debtor: actor.agency_id})
        found: QuerySet[Any] = self.with_columns(self._with_handler(rows)).annotate(
            is_owed=ExpressionWrapper(is_owed, output_field=BooleanField())
        )
        return found

    def with_columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Since when, what, and who owes it."""
        found: QuerySet[Any] = rows.annotate(
            late_since=F(self.since),
            resource=Cast("subject_kind" if self.name == CLOCK else Value(self.name), CharField()),
            debtor_id=F(self.debtor),
        )
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


WORDS = ("number", "title", "title_en", "step", "letter_kind")


@dataclass(frozen=True)
class Asked:
    """A request of one agency to another as a late item; the same for all resources, so that one query reads them."""

    pk: UUID
    resource: str
    case_id: UUID | None
    case_number: str
    case_title: str
    case_title_en: str
    handling: str
    case_seen: bool
    number: str
    title: str
    title_en: str
    step: str
    letter_kind: str
    late_since: datetime | None = None
    debtor_id: int = 0
    handled_by: UUID | None = None
    is_owed: bool = False

    @classmethod
    def read(cls, lists: Iterable[QuerySet[Any]], actor: Actor, *more: str) -> QuerySet[Any, tuple[Any, ...]]:
        """Reads rows of several resources in one shape, with further columns that all of them have."""
        first, *others = (_in_common_shape(rows, actor, more) for rows in lists)
        return first.union(*others, all=True)


_KINDS = (
    Kind(
        *(CLOCK, _("Period"), Clock, "clock", "agency_id", "breach_at", "", "case", {}),
        visible_rows=visible_clocks,
        late=_past_period,
        owed_to=_clocks_owed_to,
        title=lambda clock: clock.rule.name,
        about=about_clock,
    ),
    Kind(
        *(TASK, _("Task"), Task, "task", "agency_id", "due_at", "assignee_id", "case"),
        {"title": "title", "title_en": "title_en", "step": "step"},
        visible_rows=visible_tasks,
        late=_past_day,
        owed_to=lambda agency_id: Q(asked_by_id=agency_id),
        title=lambda asked: Task(title=asked.title, title_en=asked.title_en, step=asked.step).label,
        about=lambda asked: _("Task"),
    ),
    Kind(
        *(
            INSTRUCTION,
            _("Instructions"),
            Instruction,
            "instruction",
            "receiver_id",
            "due_at",
            "handler_id",
            "case",
        ),
        {"number": "number", "title": "title", "letter_kind": "kind"},
        visible_rows=lambda actor: Instruction.objects.visible_to(actor),
        late=_unanswered,
        owed_to=lambda agency_id: Q(sender_id=agency_id),
        title=lambda asked: f"{asked.number} {asked.title}".strip(),
        about=lambda asked: Instruction.Kind(asked.letter_kind).label,
    ),
    Kind(
        *(OPINION, _("Opinions"), Opinion, "opinion", "agency_id", "due_at", "handler_id", "round__case"),
        {"title": "round__title"},
        visible_rows=lambda actor: Opinion.objects.visible_to(actor),
        late=_without_opinion,
        owed_to=lambda agency_id: Q(round__agency_id=agency_id),
        title=lambda asked: asked.title,
        about=lambda asked: _("Opinion requested"),
    ),
    Kind(
        *(CONFERENCE, _("Conferences"), Conference, "conference", "agency_id", "starts_at", "convener_id", "case"),
        {"title": "title"},
        visible_rows=lambda actor: Conference.objects.visible_to(actor),
        late=_without_minutes,
        owed_to=_takes_part,
        title=lambda asked: asked.title,
        about=lambda asked: _("Conference without minutes"),
    ),
)
KINDS = {one.name: one for one in _KINDS}
TO_COUNT: dict[str, Callable[[Actor], QuerySet[Any]]] = {CLOCK: clocks_to_count, TASK: tasks_to_count}
BY_MODEL = {one.model: one for one in _KINDS}


def kind_of(row: Any) -> Kind:
    return KINDS[row.resource] if isinstance(row, Asked) else BY_MODEL[type(row)]


def key_of(row: Any) -> str:
    """The key of the item in a letter."""
    return f"{kind_of(row).name}:{row.pk}"


def with_case(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Adds `case_seen`: only readers of the case learn which it is."""
    seen: Any = is_among(Case.objects.visible_to(actor), BY_MODEL[rows.model].case)
    values: QuerySet[Any] = rows.annotate(case_seen=ExpressionWrapper(seen, output_field=BooleanField()))
    return values


def _in_common_shape(rows: QuerySet[Any], actor: Actor, more: tuple[str, ...]) -> QuerySet[Any, tuple[Any, ...]]:
    kind = BY_MODEL[rows.model]
    words = {f"in_{name}": _text(kind.words.get(name)) for name in WORDS}
    case = {
        "in_noun": Cast(Value(kind.name), CharField()),
        "in_case": F(f"{kind.case}_id"),
        "in_case_number": F(f"{kind.case}__number"),
        "in_case_title": F(f"{kind.case}__title"),
        "in_case_title_en": F(f"{kind.case}__title_en"),
        "in_handling": F(f"{kind.case}__handling"),
    }
    values: Any = with_case(rows, actor).annotate(**case, **words)
    read: QuerySet[Any, tuple[Any, ...]] = values.order_by().values_list("pk", *case, "case_seen", *words, *more)
    return read


def _text(column: str | None) -> Any:
    return Cast(F(column) if column else Value(""), CharField())


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


def late_to_count(actor: Actor, now: datetime) -> list[QuerySet[Any]]:
    """The same rows as `late_items`, for counting."""
    return [kind.late_items(actor, now, to_count=True) for kind in KINDS.values()]


def late_at_some_time() -> list[QuerySet[Any]]:
    """Periods and tasks that are late or become so at a known time. `is_kept` are those that not every reader of the
    centre may see; all others are counted alike for each."""
    clocks = Clock.objects.running().duties().filter(agency__isnull=False, breach_at__isnull=False)
    tasks = _late_by_themselves(Task.objects.open()).filter(due_at__isnull=False)
    return [
        KINDS[CLOCK].with_columns(clocks.exclude(subject_kind=CHASE)).annotate(is_kept=_is_not(_clocks_of_centre())),
        KINDS[TASK].with_columns(tasks).annotate(is_kept=_is_not(_tasks_of_centre())),
    ]


def late_for_centre(actor: Actor, now: datetime) -> list[QuerySet[Any]]:
    """The rows of `late_to_count` that every reader of the centre counts."""
    clocks, tasks = (rows.filter(is_kept=False, late_since__lt=now) for rows in late_at_some_time())
    restricted = Case.objects.restricted().values("pk")
    others = [kind for kind in KINDS.values() if kind.name not in TO_COUNT]
    return [
        clocks,
        tasks,
        *(kind.late_items(actor, now).exclude(**{f"{kind.case}__in": restricted}) for kind in others),
    ]


def behind_a_wall(actor: Actor) -> QuerySet[Any, Any] | None:
    """The cases with a proceeding that a wall hides from the actor; None if there is no wall."""
    return Proceeding.objects.filter(pk__in=walled_ids(actor)).values_list("case_id") if has_a_wall(actor) else None


def concerned() -> list[QuerySet[Any, Any]]:
    """(id, agency, `is_kept`) for each agency that owes an item of `late_at_some_time`, or that it is owed to. Those
    that are not kept are visible to all of its staff on every day, but for a wall inside it."""
    clocks, tasks = late_at_some_time()
    referrals = clocks.filter(subject_kind=REFERRAL)
    lists = [("agency_id", clocks), ("holder_id", referrals), ("partner_id", referrals.exclude(partner=None))]
    found: list[QuerySet[Any, Any]] = [
        rows.values_list("pk", column, _is_not(_open_to(OuterRef(column)))) for column, rows in lists
    ]
    return [*found, *(tasks.values_list("pk", column, Value(False)) for column in ("agency_id", "asked_by_id"))]


def _open_to(agency: Any) -> Q:
    """Periods whose subject is open to an agency that they concern."""
    found: Any = Q(pk__in=[])
    for subject in subjects_of_clocks():
        rows = subject.open_to(agency)
        if rows is not None:
            seen: Any = Exists(rows.filter(pk=OuterRef("subject_id")))
            found |= Q(subject_kind=subject.clock_kind) & Q(seen)
    of_agency: Q = found
    return of_agency


def _is_not(condition: Q) -> Which:
    """Also where the condition is neither true nor false."""
    return Which(When(condition, then=Value(False)), default=Value(True))


def may_remind(actor: Actor, row: Any) -> bool:
    """督办: the centre's coordinator may remind of anything owed; agency staff of what is owed to their agency."""
    if row.debtor_id == actor.agency_id:
        return False
    return actor.has_role(Role.COORDINATOR) or (actor.is_staff and bool(row.is_owed))
