"""Home: the work of the reader today. People who do not work on cases see what their role is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.duty.lookups import Post, first_on_duty
from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.counting import Compiled, format_count
from agencies.kernel.open_items import lists_of
from agencies.kernel.permissions import SIGNED_IN, actor_of, page
from agencies.organisations.models import Agency
from agencies.work.reading import Reader
from cases.casefile.models import Case
from cases.intake.models import Lead
from cases.papers import quarantine
from coordination.insight.supervision.overview import HomePanel

from . import approvals, inbox, news, worklist
from .navigation import WORK, counts_and_rows, reader_of
from .waiting import TOP, queue, to_count

NEWS_SHOWN = 5
UNCLAIMED, AWAITED = "unclaimed here", "awaited here"  # names of lists that only this page counts
DUTIES: dict[Role, str | Promise] = {
    Role.AUDITOR: _("You read the journal: who did what and when. You cannot see the contents of cases."),
    Role.SYSADMIN: _("You maintain accounts: create, disable, reset. You cannot read cases."),
    Role.SECADMIN: _("You grant roles and offices and supervise the keys of connected systems. You cannot read cases."),
    Role.AGENCY_ADMIN: _("You manage the accounts of your agency: people, desks, telephones, roles."),
}


@page(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    work, mine, recent, counted = _work_and_news(request, actor)
    context = {
        "now": times.now(),
        "worklist": work,
        "total": format_count(counted.get(WORK, 0)),
        "unclaimed": counted.get(UNCLAIMED, 0),
        "awaited_number": format_count(counted.get(AWAITED, 0)),
        "mine": mine,
        "news": mine or recent,
        "unread": counted.get("inbox", 0),
        "alarms": approvals.alarms(actor, counted),
        "quarantined": quarantine.notices_of(actor) if _may_have_notices(actor, counted) else [],
        "to_confirm": counted.get("confirmations", 0),
        "centre": _centre(actor, counted) if actor.is_centre else None,
        "figures": HomePanel(actor, times.now()) if _heads(actor) else None,
        "posts": _on_duty(request, work),
        "duties": [words for role, words in DUTIES.items() if role in actor.roles],
    }
    return render(request, "home.html", context)


def _heads(actor: Actor) -> bool:
    """The responsible person of an agency starts with its figures; unit leads find them under "Supervision"."""
    return actor.is_staff and actor.is_responsible(actor.agency_id)


def _work_and_news(
    request: HttpRequest, actor: Actor
) -> tuple[worklist.Worklist | None, list[news.News], list[news.News], Mapping[str, int]]:
    """The work, the news of the person (or else of the agency) and all counters."""

    def alarms(counts: Mapping[str, int]) -> dict[str, QuerySet[Any]]:
        return approvals.counting_alarms(actor, counts)

    if not actor.is_staff:
        return None, [], [], counts_and_rows(request, _lists, alarms, _no_rows, approvals.kinds_with_alarms)[0]
    asked = (_lists, alarms, _found, approvals.kinds_with_alarms)
    counted, found = counts_and_rows(request, *asked, with_desk=TOP, with_decisions=True)
    items = inbox.newest(actor, NEWS_SHOWN) if counted.get("inbox") else []
    notices = [] if items else news.latest(actor, NEWS_SHOWN)
    known: Any = request
    work = worklist.read(reader_of(request), counted, known.work_on_desk, found)
    entries = news.news_of([*items, *notices], actor)
    return work, entries[: len(items)], entries[len(items) :], counted


def _found(reader: Reader, counts: Mapping[str, int]) -> dict[str, Compiled]:
    """The decisions of the reader."""
    return {**approvals.decidable_lists(reader.actor, counts)}


def _no_rows(_reader: Reader, _counts: Mapping[str, int]) -> dict[str, Compiled]:
    return {}


def _lists(reader: Reader) -> dict[str, Any]:
    """Everything else that the page counts."""
    lists: dict[str, Any] = quarantine.counting_notices(reader.actor)
    if not reader.actor.is_staff:
        return lists
    return {**lists, UNCLAIMED: queue("unclaimed", reader), **lists_of(AWAITED, to_count("awaited", reader))}


def _may_have_notices(actor: Actor, counted: Mapping[str, int]) -> bool:
    """For readers of cases they are counted with everything else; for administrators they are read directly."""
    return bool(counted.get(quarantine.UNREAD)) or not actor.reads_cases


def _on_duty(request: HttpRequest, work: worklist.Worklist | None) -> list[tuple[Agency, Post]]:
    """Who answers the telephone now, at the reader's agency and at those on the page."""
    if work is None:
        return []
    person: Any = request.user
    near = [person.agency, *(line.waits for line in [*work.awaited, *work.lines] if line.waits)]
    agencies = {agency.pk: agency for agency in near}
    posts = first_on_duty(list(agencies)[:5])
    return [(agencies[pk], posts[pk]) for pk in agencies if pk in posts]


# The centre -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Centre:
    """The start of a coordinator or supervisor: leads that wait for the centre, cases without a decided lead agency,
    and their part of the overview of figures, with the late items of the desk of reminders."""

    intake: int | None
    leads: list[Lead]
    undecided: list[Case]
    figures: HomePanel


def _centre(actor: Actor, counted: Mapping[str, int]) -> Centre:
    number = counted.get("leads", 0) if actor.has_role(Role.COORDINATOR) else None
    leads = Lead.objects.visible_to(actor).to_triage().filter(agency=actor.agency_id).select_related("source_agency")
    offered = Case.objects.visible_to(actor).open().exclude(lead_offered_to=None)
    return Centre(
        intake=number,
        leads=list(leads.order_by("due_at", "pk")[:NEWS_SHOWN]) if number else [],
        undecided=list(offered.select_related("lead", "lead_offered_to").order_by("created_at", "pk")[:NEWS_SHOWN]),
        figures=HomePanel(actor, times.now()),
    )
