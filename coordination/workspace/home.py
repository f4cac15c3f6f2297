"""Home: the work of the reader today. People who do not work on cases see what their role is for."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from agencies.duty.lookups import Post, first_on_duty
from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.counting import format_count
from agencies.kernel.permissions import SIGNED_IN, actor_of, page
from agencies.kernel.resource import RESOURCES
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency
from agencies.work.models import WorkItem
from agencies.work.reading import DeskReader
from cases.casefile.models import Case
from cases.papers import quarantine
from coordination.insight.supervision.overview import HomePanel

from . import approvals, inbox, news, worklist
from .desk import WORK, PersonalDesk, desk_of
from .queues import things_of
from .waiting import ORDER, QUEUES, numbers

NEWS_SHOWN = 5
DUTIES: dict[Role, Text] = {
    Role.AUDITOR: _("You read the journal: who did what and when. You cannot see the contents of cases."),
    Role.SYSADMIN: _("You maintain accounts: create, disable, reset. You cannot read cases."),
    Role.SECADMIN: _("You grant roles and offices and supervise the keys of connected systems. You cannot read cases."),
    Role.AGENCY_ADMIN: _("You manage the accounts of your agency: people, desks, telephones, roles."),
}


@page(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    actor, desk = actor_of(request), desk_of(request)
    counted = desk.numbers
    work = worklist.read(desk) if actor.is_staff else None
    mine, recent = _news(actor, desk) if actor.is_staff else ([], [])
    beside = {key: QUEUES[key][1](desk.reader) for key in ("unclaimed", "awaited")} if actor.is_staff else {}
    queued = numbers(desk.reader, beside)
    context = {
        "now": times.now(),
        "worklist": work,
        "total": format_count(counted.get(WORK, 0)),
        "unclaimed": queued.get("unclaimed", 0),
        "awaited_number": format_count(queued.get("awaited", 0)),
        "mine": mine,
        "news": mine or recent,
        "unread": counted["inbox"],
        "alarms": approvals.alarms(actor),
        "quarantined": quarantine.notices_of(actor) if actor.kind == "user" else [],
        "to_confirm": counted.get("confirmations", 0),
        "centre": _centre(desk) if actor.is_centre else None,
        "figures": HomePanel(actor, times.now()) if _heads(actor) else None,
        "posts": _on_duty(request, work),
        "duties": [words for role, words in DUTIES.items() if role in actor.roles],
    }
    return render(request, "home.html", context)


def _heads(actor: Actor) -> bool:
    """The responsible person of an agency starts with its figures; unit leads find them under "Supervision"."""
    return actor.is_staff and actor.is_responsible(actor.agency_id)


def _news(actor: Actor, desk: PersonalDesk) -> tuple[list[news.NewsItem], list[news.NewsItem]]:
    """The unread news of the person; without any, the newest of the agency."""
    items = inbox.newest(actor, NEWS_SHOWN) if desk.numbers["inbox"] else []
    notices = [] if items else news.latest(actor, NEWS_SHOWN)
    entries = news.news_of([*items, *notices], actor)
    return entries[: len(items)], entries[len(items) :]


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
    leads: list[Any]
    undecided: list[Case]
    figures: HomePanel


def _centre(desk: PersonalDesk) -> Centre:
    actor, counted = desk.actor, desk.numbers
    number = counted.get("leads", 0) if actor.has_role(Role.COORDINATOR) else None
    offered = Case.objects.visible_to(actor).open().exclude(lead_offered_to=None)
    return Centre(
        intake=number,
        leads=_first_counted("leads", desk.reader) if number else [],
        undecided=list(offered.select_related("lead", "lead_offered_to").order_by("created_at", "pk")[:NEWS_SHOWN]),
        figures=HomePanel(actor, times.now()),
    )


def _first_counted(noun: str, reader: DeskReader) -> list[Any]:
    """The first objects of those that the number in the navigation counts."""
    page = RESOURCES[noun].navigation
    counted = page.items(reader) if page else None
    rows = WorkItem.objects.visible_to(reader.actor).filter(counted).order_by(*ORDER) if counted else ()
    return things_of(rows[:NEWS_SHOWN], reader)
