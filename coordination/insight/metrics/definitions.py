"""Figures of supervision: each is a named query with its definition and its list.

Figure and list use the same QuerySet methods and URL filters; a test follows every link and counts.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import quote

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.actor import Actor, Role
from agencies.kernel.filtering import start_of
from cases.casefile.models import Case, CaseQuerySet
from cases.intake.models import Lead, LeadQuerySet
from coordination.exchange.referrals.models import Referral, ReferralQuerySet
from coordination.exchange.tasks.models import Task, TaskQuerySet

from .models import Snapshot

Text = str | Promise
Rows = list[Sequence[Any]]


@dataclass(frozen=True)
class Month:
    """A calendar month in Shanghai: as days for reader and URL, as times for the database."""

    first: date
    last: date

    @classmethod
    def of(cls, moment: datetime) -> "Month":
        first = timezone.localdate(moment).replace(day=1)
        return cls(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))

    @property
    def period(self) -> tuple[datetime, datetime]:
        return start_of(self.first), start_of(self.last + timedelta(days=1))


@dataclass(frozen=True)
class Subject:
    """A kind of object that is counted. `agency` is the column of the agency it counts for, `filter` that agency's
    parameter in the list named `page`."""

    key: str
    title: Text
    model: type[Any]
    page: str
    agency: str
    filter: str
    counted_for: Text


@dataclass(frozen=True, eq=False)  # compared by identity; hashing by content would translate its labels
class Figure:
    subject: Subject
    key: str
    name: Text
    definition: Text
    cut: Callable[[Any, Month], QuerySet[Any]]
    params: Callable[[Month], dict[str, str]]
    is_overdue: bool = False

    def of(self, actor: Actor, month: Month) -> QuerySet[Any]:
        """Counted rows visible to this reader; for a unit lead, those of their own agency."""
        seen = self.cut(self.subject.model.objects.visible_to(actor), month)
        return seen if actor.is_centre else seen.filter(**{self.subject.agency: actor.own_agency})

    def url(self, month: Month, agency_code: str = "") -> str:
        """Address of the list of exactly what is counted."""
        return self.urls(month)(agency_code)

    def urls(self, month: Month) -> Callable[[str], str]:
        """The list of any agency by code, or of all with "". The common part is built once."""
        everything = f"{reverse(self.subject.page)}?{urlencode(self.params(month))}"
        return lambda code: f"{everything}&{self.subject.filter}={quote(code)}" if code else everything


LEADS = Subject("leads", _("Leads"), Lead, "leads", "agency_id", "agency", _("the agency that holds the lead"))
CASES = Subject("cases", _("Cases"), Case, "cases", "lead_id", "lead", _("the lead agency"))
REFERRALS = Subject(
    *("referrals", _("Referrals"), Referral, "referrals", "holder_id", "holder"),
    _("the agency of the next or last step"),
)
TASKS = Subject("tasks", _("Tasks"), Task, "tasks", "agency_id", "agency", _("the agency that does the task"))
SUBJECTS = (LEADS, CASES, REFERRALS, TASKS)

OPEN, OVERDUE, DONE = _("Open"), _("Late"), pgettext_lazy("this month", "Done")
FIGURES: list[Figure] = []


def figure(subject: Subject, key: str, name: Text, definition: Text, params: Any) -> Callable[[Any], Any]:
    """Registers the query below it. `params` are the list's filters: a dict, or a function of the month."""

    def register(cut: Callable[[Any, Month], QuerySet[Any]]) -> Callable[[Any, Month], QuerySet[Any]]:
        params_of = params if callable(params) else lambda month: params
        FIGURES.append(Figure(subject, key, name, definition, cut, params_of, is_overdue=key == "overdue"))
        return cut

    return register


def between(start: str, end: str) -> Callable[[Month], dict[str, str]]:
    return lambda month: {start: month.first.isoformat(), end: month.last.isoformat()}


@figure(LEADS, "open", OPEN, _("Received or in triage: neither attached to a case nor closed."), {"to_triage": "1"})
def leads_open(leads: LeadQuerySet, month: Month) -> LeadQuerySet:
    return leads.to_triage()


@figure(LEADS, "overdue", OVERDUE, _("Open, and past the deadline for triage."), {"overdue": "1"})
def leads_overdue(leads: LeadQuerySet, month: Month) -> LeadQuerySet:
    return leads.overdue()


@figure(
    *(LEADS, "done", DONE),
    _("Turned into a case, attached to a case or closed in this calendar month."),
    between("done_from", "done_to"),
)
def leads_done(leads: LeadQuerySet, month: Month) -> LeadQuerySet:
    return leads.done_between(*month.period)


@figure(CASES, "open", OPEN, _("Opened, in progress or concluded: not closed."), {"open": "1"})
def cases_open(cases: CaseQuerySet, month: Month) -> CaseQuerySet:
    return cases.open()


@figure(
    *(CASES, "overdue", OVERDUE),
    _("Open, with at least one late statutory duty of any agency."),
    {"overdue": "1"},
)
def cases_overdue(cases: CaseQuerySet, month: Month) -> CaseQuerySet:
    return cases.overdue()


@figure(CASES, "done", DONE, _("Closed in this calendar month."), between("closed_from", "closed_to"))
def cases_done(cases: CaseQuerySet, month: Month) -> CaseQuerySet:
    return cases.closed_between(*month.period)


@figure(REFERRALS, "open", OPEN, _("From the first draft until completion."), {"open": "1"})
def referrals_open(referrals: ReferralQuerySet, month: Month) -> ReferralQuerySet:
    return referrals.open()


@figure(REFERRALS, "overdue", OVERDUE, _("Past the statutory deadline for the next step."), {"overdue": "1"})
def referrals_overdue(referrals: ReferralQuerySet, month: Month) -> ReferralQuerySet:
    return referrals.overdue()


@figure(
    *(REFERRALS, "done", DONE),
    _("Completed in this calendar month: filed or not filed, answered, taken over, declined, refused or withdrawn."),
    between("ended_from", "ended_to"),
)
def referrals_done(referrals: ReferralQuerySet, month: Month) -> ReferralQuerySet:
    return referrals.ended_between(*month.period)


@figure(TASKS, "open", OPEN, _("Unclaimed or in progress."), {"open": "1"})
def tasks_open(tasks: TaskQuerySet, month: Month) -> TaskQuerySet:
    return tasks.open()


@figure(TASKS, "overdue", OVERDUE, _("Open, and past the requested date."), {"overdue": "1"})
def tasks_overdue(tasks: TaskQuerySet, month: Month) -> TaskQuerySet:
    return tasks.overdue()


@figure(TASKS, "done", DONE, _("Done in this calendar month."), between("done_from", "done_to"))
def tasks_done(tasks: TaskQuerySet, month: Month) -> TaskQuerySet:
    return tasks.done_between(*month.period)


@dataclass
class Counts:
    """All figures for all agencies, and the agencies that have any."""

    by_figure: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, *counted: Iterable[Sequence[Any]]) -> "Counts":
        """From rows of (subject, key, agency id, number); several rows of one figure are added."""
        counts = cls()
        for subject, key, agency_id, number in chain(*counted):
            by_agency = counts.by_figure.setdefault((subject, key), {})
            by_agency[agency_id] = by_agency.get(agency_id, 0) + number
        return counts

    def of(self, figure: Figure, agency_id: int) -> int:
        return self.by_figure.get((figure.subject.key, figure.key), {}).get(agency_id, 0)

    def total(self, figure: Figure) -> int:
        return sum(self.by_figure.get((figure.subject.key, figure.key), {}).values())

    def agencies(self, figures: Iterable[Figure]) -> set[int]:
        return {agency for f in figures for agency, n in self.by_figure.get((f.subject.key, f.key), {}).items() if n}


# A reader of the centre without an agency: what all such readers see alike.
CENTRE = Actor(kind="user", id="", agency_id=0, roles=frozenset({Role.SUPERVISOR}))


def count_all(actor: Actor, month: Month) -> Counts:
    """All figures in one query."""
    return Counts.of_rows(_all_of((one, one.of(actor, month)) for one in FIGURES))


def count_with(tally: Snapshot, actor: Actor, month: Month) -> Counts:
    """All figures from a snapshot. What the reader sees through their own agency is counted now."""
    if not actor.is_centre:
        return Counts.of_rows(row for row in tally.for_agencies if row[2] == actor.own_agency)
    # Only case officers see more cases and referrals than other readers of the centre.
    more = [one for one in FIGURES if actor.is_staff or one.subject in (LEADS, TASKS)]
    return Counts.of_rows(tally.for_centre, _all_of((one, _by_own_right(one, actor, month)) for one in more))


def counted_for_centre(month: Month) -> Rows:
    return _all_of((one, one.of(CENTRE, month)) for one in FIGURES)


def counted_for_agencies(month: Month) -> Rows:
    """Everything counted for each agency, which sees all of it."""
    return _all_of((one, one.cut(one.subject.model.objects.all(), month)) for one in FIGURES)


def _by_own_right(one: Figure, actor: Actor, month: Month) -> QuerySet[Any]:
    """Rows the reader sees beyond what all readers of the centre see, searched among those of their agency."""
    rows = one.subject.model.objects
    colleague = replace(actor, roles=frozenset({Role.OFFICER}))
    seen, shared = (rows.visible_to(reader).filter(pk=OuterRef("pk")) for reader in (actor, CENTRE))
    return one.cut(rows.visible_to(colleague), month).filter(Exists(seen), ~Exists(shared))


def _all_of(cuts: Iterable[tuple[Figure, QuerySet[Any]]]) -> Rows:
    """(subject, key, agency id, number) for all cuts in one query."""
    first, *others = [_counted(one, rows) for one, rows in cuts]
    rows: Rows = list(first.union(*others, all=True))
    return rows


def _counted(one: Figure, rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    counted: QuerySet[Any, Any] = (
        rows.order_by()
        .annotate(for_agency=F(one.subject.agency))
        .values_list("for_agency")
        .annotate(subject=Value(one.subject.key), key=Value(one.key), number=Count("pk"))
        .values_list("subject", "key", "for_agency", "number")
    )
    return counted
