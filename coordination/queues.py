"""Queues (队列): questions over tasks, leads, referrals and proceedings, each one page with the next step on every row.

A queue is a query and never a copy: one case may stand in those of several organs at once, and every row is cut to its
reader's sight by the same `visible_to` as everywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.counting import count_each
from agencies.kernel.doors import STAFF, actor_of, page
from agencies.kernel.facets import Choice
from agencies.kernel.filtering import NEVER
from agencies.kernel.paging import merged_page
from agencies.kernel.records import SOON
from agencies.kernel.refusals import Invalid
from cases.intake.models import Lead
from cases.proceedings.models import Proceeding
from coordination.referrals.models import Referral
from coordination.tasks.models import Task

from .nouns import NOUNS
from .worklist import RETURNED, Line, Text, lead_line, referral_line, task_line

RELATED: dict[Any, tuple[str, ...]] = {
    Lead: ("source_organ", "officer", "organ"),
    Task: ("asked_by", "assignee", "organ"),
    Referral: ("case", "sender", "receiver", "offence"),
    Proceeding: ("case", "organ", "handler"),
}


@dataclass(frozen=True)
class Work:
    """All that is open and that this actor sees; `leads` and `referrals` only where the next step is his organ's."""

    actor: Actor

    @property
    def leads(self) -> Any:
        return Lead.objects.visible_to(self.actor).to_triage().filter(organ_id=self.actor.organ_id)

    @property
    def referrals(self) -> Any:
        return Referral.objects.visible_to(self.actor).waiting_on(self.actor.organ_id)

    @property
    def tasks(self) -> Any:
        return Task.objects.visible_to(self.actor).open().filter(organ_id=self.actor.organ_id)

    @property
    def proceedings(self) -> Any:
        return Proceeding.objects.contents_for(self.actor).open()

    def ours(self, **which: Any) -> list[Any]:
        """Of all four nouns what hangs on the organ's own desks."""
        return [rows.filter(**which) for rows in (self.referrals, self.tasks, self.leads, self.proceedings)]


def _mine(work: Work, now: datetime) -> list[Any]:
    me = work.actor.id if work.actor.kind == "user" else None
    in_hand = Q(receiver_id=F("holder_id"), handler_id=me) | Q(sender_id=F("holder_id"), drafter_id=me)
    return [
        work.referrals.filter(in_hand),
        work.tasks.filter(assignee_id=me),
        work.leads.filter(officer_id=me),
        work.proceedings.filter(handler_id=me),
    ]


def _unit(work: Work, now: datetime) -> list[Any]:
    return [work.tasks.filter(unit_id__in=work.actor.units)]


def _unclaimed(work: Work, now: datetime) -> list[Any]:
    nobody = Q(receiver_id=F("holder_id"), handler=None) | Q(sender_id=F("holder_id"), drafter=None)
    return [
        work.referrals.filter(nobody),
        work.tasks.unclaimed(),
        work.leads.filter(officer=None),
        work.proceedings.filter(handler=None),
    ]


def _led(work: Work, now: datetime) -> list[Any]:
    lead = {"case__lead_id": work.actor.organ_id}
    return [work.referrals.filter(**lead), work.tasks.filter(**lead), work.proceedings.filter(**lead)]


def _elsewhere(work: Work, now: datetime) -> list[Any]:
    """What we sent or asked for and another organ has to act on."""
    ours = work.actor.organ_id
    sent = Referral.objects.visible_to(work.actor).open().filter(Q(sender_id=ours) | Q(receiver_id=ours))
    asked = Task.objects.visible_to(work.actor).open().filter(asked_by_id=ours)
    return [sent.exclude(holder_id=ours), asked.exclude(organ_id=ours)]


def _overdue(work: Work, now: datetime) -> list[Any]:
    return [work.referrals.overdue(now), work.tasks.overdue(now), work.leads.overdue(now), _late(work.proceedings, now)]


def _late(proceedings: Any, now: datetime) -> Any:
    return proceedings.filter(breach_at__lt=now)


def _soon(work: Work, now: datetime) -> list[Any]:
    near = work.proceedings.filter(due_at__lte=now + SOON, breach_at__gte=now)
    return [work.referrals.soon(now), work.tasks.soon(now), work.leads.soon(now), near]


def _returned(work: Work, now: datetime) -> list[Any]:
    return [work.referrals.filter(state__in=RETURNED), work.tasks.filter(returned_at__isnull=False)]


Rows = Callable[[Work, datetime], list[Any]]
QUEUES: dict[str, tuple[Text, Rows]] = {
    "mine": (_("On my desk"), _mine),
    "unit": (_("My unit"), _unit),
    "unclaimed": (_("Unclaimed"), _unclaimed),
    "overdue": (_("Overdue"), _overdue),
    "soon": (_("Due within 24 hours"), _soon),
    "returned": (_("Returned to us"), _returned),
    "led": (_("In cases we lead"), _led),
    "elsewhere": (_("Waiting for another organ"), _elsewhere),
}


@page(STAFF)
def queues(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    key = request.GET.get("queue", "mine")
    if key not in QUEUES:
        raise Invalid.field("queue", "choice", _now("Choose one of: %(names)s.") % {"names": ", ".join(QUEUES)})
    lists = [
        rows.select_related(*RELATED[rows.model]).annotate(due_order=Coalesce("due_at", Value(NEVER)))
        for rows in QUEUES[key][1](Work(actor), now)
    ]
    shown = merged_page(lists, request.GET, column="due_order")
    context = {
        "title": QUEUES[key][0],
        "page": shown.of([line_of(row, actor, now) for row in shown.items]),
        "queues": _choices(actor, now, key),
    }
    return render(request, "queues.html", context)


def counts(actor: Actor, now: datetime) -> dict[str, int]:
    """How many rows each queue has: one query for all of them."""
    parts = {
        f"{key} {number}": rows
        for key, (_title, rows_of) in QUEUES.items()
        for number, rows in enumerate(rows_of(Work(actor), now))
    }
    found = dict.fromkeys(QUEUES, 0)
    for name, number in count_each(parts).items():
        found[name.split()[0]] += number
    return found


def _choices(actor: Actor, now: datetime, chosen: str) -> list[Choice]:
    number = counts(actor, now)
    return [
        Choice(str(title), f"?queue={key}", number[key], active=key == chosen) for key, (title, _rows) in QUEUES.items()
    ]


def line_of(row: Any, actor: Actor, now: datetime) -> Line:
    """One row of whatever noun; of what another organ has in hand its state, and not who has it there."""
    if isinstance(row, Lead):
        return lead_line(row, actor, now)
    if isinstance(row, Proceeding):
        return _proceeding_line(row, actor)
    if isinstance(row, Task):
        away, doer = row.organ_id != actor.organ_id, row.organ
        shelf = "mine" if str(row.assignee_id) == actor.id else "others"
        line = task_line(row, shelf, actor, now)
    else:
        away = row.holder_id != actor.organ_id
        doer = row.receiver if row.holder_id == row.receiver_id else row.sender
        line = referral_line(row, actor, now)
    return replace(line, why=str(row.get_state_display()), waits=doer, button=None) if away else line


def _proceeding_line(proceeding: Proceeding, actor: Actor) -> Line:
    buttons = NOUNS["proceedings"].buttons(actor, proceeding)
    return Line(
        key=("proceeding", proceeding.pk),
        sections=frozenset(),
        source=None,
        what=f"{proceeding.get_kind_display()} {proceeding.external_number}".strip(),
        note=f"{proceeding.case.number} {proceeding.case.title}",
        url=reverse("proceeding", args=[proceeding.pk]),
        waits=None,
        why=str(proceeding.get_state_display()),
        due_at=proceeding.due_at,
        breach_at=proceeding.breach_at,
        button=next((one for one in buttons if one.words.tone == "primary"), None),
    )
