"""Changes since the last working day: each kind is one query, used for both count and list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.calendar.workdays import WorkCalendar
from agencies.kernel.actor import Actor
from agencies.kernel.filtering import start_of
from cases.casefile.models import Case
from cases.intake.models import Lead
from cases.proceedings.models import Decision, Proceeding
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task

Text = str | Promise
NEW, ENDED = _("New"), _("Ended")


@dataclass(frozen=True)
class Since:
    """From the start of the last working day until now."""

    day: date
    now: datetime

    @classmethod
    def last_working_day(cls, work: WorkCalendar, now: datetime) -> "Since":
        day = timezone.localdate(now) - timedelta(days=1)
        while not work.is_workday(day):
            day -= timedelta(days=1)
        return cls(day, now)

    @property
    def start(self) -> datetime:
        return start_of(self.day)


@dataclass(frozen=True)
class Change:
    """A kind of change. `agencies` are the columns of the agencies it counts for, `at` the column of its time, `cut`
    further conditions, `page` and `to` the linked page and the column of its id."""

    key: str
    subject: Text
    name: Text
    definition: Text
    model: type[Any]
    agencies: tuple[str, ...]
    at: str
    page: str
    related: tuple[str, ...]
    cut: Callable[[Any], Any]
    words: Callable[[Any], Text]

    def rows(self, actor: Actor, since: Since) -> QuerySet[Any]:
        """Rows visible to this reader; readers outside the centre get those of their own agency."""
        seen: Any = self.cut(self.model.objects.visible_to(actor))  # each model has query methods of its own
        if not actor.is_centre:
            own = Q()
            for column in self.agencies:
                own |= Q(**{column: actor.own_agency})
            seen = seen.filter(own)
        happened = ExpressionWrapper(F(self.at), output_field=DateTimeField())
        rows: QuerySet[Any] = seen.filter(**{f"{self.at}__gte": since.start, f"{self.at}__lte": since.now})
        values: QuerySet[Any] = rows.annotate(changed_at=happened)
        return values

    @property
    def url(self) -> str:
        return f"{reverse('one_page_list')}?what={self.key}"

    def url_of(self, row: Any) -> str:
        return reverse(self.page, args=[row.pk])


def _states(*states: str) -> Callable[[Any], Any]:
    return lambda rows: rows.filter(state__in=states)


def _all(rows: Any) -> Any:
    return rows


def _never_a_draft(rows: Any) -> Any:
    return rows.filter(delivered_at__isnull=False)


def _referral_text(referral: Referral) -> Text:
    """No more than the envelope shows."""
    return f"{referral.get_kind_display()} {referral.number}".strip()


L, C, T = Lead.State, Case.State, Task.State
SIDES = ("sender_id", "receiver_id")
LEADS, CASES, REFERRALS, TASKS = _("Leads"), _("Cases"), _("Referrals"), _("Tasks")
_LISTED = (
    Change(
        *("new-leads", LEADS, NEW, _("Leads received."), Lead, ("agency_id",), "received_at", "lead", ("agency",)),
        *(_all, lambda row: row.title),
    ),
    Change(
        *(
            "ended-leads",
            LEADS,
            ENDED,
            _("Leads turned into cases, attached to cases or closed."),
            Lead,
            ("agency_id",),
        ),
        *("state_since", "lead", ("agency",), _states(L.PROMOTED, L.ATTACHED, L.CLOSED), lambda row: row.title),
    ),
    Change(
        *("new-cases", CASES, NEW, _("Cases opened."), Case, ("lead_id",), "opened_at", "case", ("lead",)),
        *(_all, lambda row: f"{row.number} {row.title}"),
    ),
    Change(
        *("ended-cases", CASES, ENDED, _("Cases closed."), Case, ("lead_id",), "state_since", "case", ("lead",)),
        *(_states(C.CLOSED), lambda row: f"{row.number} {row.title}"),
    ),
    Change(
        *("new-referrals", REFERRALS, NEW, _("Referrals sent."), Referral, SIDES, "delivered_at", "referral"),
        *(("sender", "receiver"), _all, _referral_text),
    ),
    Change(
        *("ended-referrals", REFERRALS, ENDED, _("Referrals completed after they were sent."), Referral),
        *(SIDES, "state_since", "referral", ("sender", "receiver")),
        *(lambda rows: _never_a_draft(rows).filter(state__in=Referral.ENDED), _referral_text),
    ),
    Change(
        *("new-tasks", TASKS, NEW, _("Tasks requested, without the steps of referrals."), Task),
        *(("agency_id", "asked_by_id"), "created_at", "task", ("agency",)),
        *(lambda rows: rows.filter(source=None), lambda row: row.label),
    ),
    Change(
        *("ended-tasks", TASKS, ENDED, _("Tasks done, declined or cancelled, without the steps of referrals."), Task),
        *(("agency_id", "asked_by_id"), "state_since", "task", ("agency",)),
        *(lambda rows: rows.filter(source=None).exclude(state__in=Task.OPEN_STATES), lambda row: row.label),
    ),
    Change(
        *("decided", _("Decisions"), _("Decided"), _("Decisions on a party: penalty, mitigated, or none."), Decision),
        *(("proceeding__agency_id",), "decided_at", "decision", ("party", "proceeding__agency")),
        *(_all, lambda row: f"{row.party.name} {row.decision_number}".strip()),
    ),
    Change(
        *("filed", _("Criminal proceedings"), _("Filed"), _("Criminal proceedings opened by filing."), Proceeding),
        *(("agency_id",), "opened_at", "proceeding", ("agency",)),
        *(lambda rows: rows.filter(kind=Proceeding.Kind.CRIMINAL), lambda row: row.external_number or str(row)),
    ),
)
CHANGES: Mapping[str, Change] = {one.key: one for one in _LISTED}


def agency_of(row: Any) -> Any:
    """The agency shown beside a row; for a referral, the receiver."""
    for name in ("agency", "lead", "receiver"):
        if hasattr(row, name):
            return getattr(row, name)
    return row.proceeding.agency
