"""Home: the work of the reader today. People who do not work on cases see what their role is for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor, Role
from agencies.kernel.counting import Compiled
from agencies.kernel.facets import Choice
from agencies.kernel.permissions import SIGNED_IN, actor_of, page
from agencies.kernel.resource import RESOURCES, Resource
from agencies.organisations.models import Agency
from agencies.work.reading import Reader
from coordination.config import upload_scanning
from coordination.messaging.notifications.models import InboxItem, Notice

from . import approvals, inbox, news, queues, worklist
from .navigation import ITEMS, counts_and_rows, reader_of

NEWS_SHOWN = 10
MINE_SHOWN = 5
DUTIES: dict[Role, str | Promise] = {
    Role.AUDITOR: _("You read the journal: who did what and when. You cannot see the contents of cases."),
    Role.SYSADMIN: _("You maintain accounts: create, disable, reset. You cannot read cases."),
    Role.SECADMIN: _("You grant roles and offices and supervise the keys of connected systems. You cannot read cases."),
    Role.AGENCY_ADMIN: _("You manage the accounts of your agency: people, desks, telephones, roles."),
}


@page(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    sections, mine, recent, counted = _waiting_and_news(request, actor)
    context = {
        "sections": sections,
        "queues": queues.choices(queues.of_queues(counted)) if actor.is_staff else [],
        "alarms": approvals.alarms(actor, counted),
        "quarantined": upload_scanning.notices_of(actor) if _may_have_notices(actor, counted) else [],
        "to_confirm": counted.get("confirmations", 0),
        "mine": mine,
        "news": recent,
        "overdue": overdue_by_agency(actor) if actor.is_centre else None,
        "intake": counted.get("leads", 0) if actor.has_role(Role.COORDINATOR) else None,
        "duties": [words for role, words in DUTIES.items() if role in actor.roles],
    }
    return render(request, "home.html", context)


def _waiting_and_news(
    request: HttpRequest, actor: Actor
) -> tuple[list[worklist.Section], list[news.News], list[news.News], Mapping[str, int]]:
    """Reads the sections, the news of person and agency and all counters in the two queries of the navigation."""

    def alarms(counts: Mapping[str, int]) -> dict[str, QuerySet[Any]]:
        return approvals.counting_alarms(actor, counts)

    def rows(reader: Reader, counts: Mapping[str, int]) -> dict[str, Compiled]:
        latest = inbox.newest(actor, counts) | news.newest(actor, counts)
        return worklist.questions(reader, counts) | latest

    if not actor.is_staff:
        return [], [], [], counts_and_rows(request, _lists, alarms)[0]
    counted, found = counts_and_rows(request, _lists, alarms, rows, news.recent_kinds)
    unread = islice(news.visible_of(found.pop(inbox.MINE, {})).items(), MINE_SHOWN)
    items = news.read_found(InboxItem.objects.all(), actor, dict(unread))
    latest = news.shown_of(found.pop(news.NEWS, {}), actor, NEWS_SHOWN, counted)
    notices = news.read_found(Notice.objects.all(), actor, latest)
    known = {item.event_id for item in items}
    notices = [notice for notice in notices if notice.event_id not in known]
    reader = reader_of(request)
    sections = worklist.sections(reader, found)
    agencies = [line.waits for section in sections for line in section.lines if line.waits]
    person: Any = request.user
    shown = news.news_of([*items, *notices], actor, near=[person.agency, *agencies])
    return sections, shown[: len(items)], shown[len(items) :], counted


def _lists(reader: Reader) -> dict[str, Any]:
    """Everything else that the page counts."""
    lists = {**approvals.waiting_rows(reader, alarms=True), **upload_scanning.counting_notices(reader.actor)}
    return {**lists, **queues.all_queues(reader)} if reader.actor.is_staff else lists


def _may_have_notices(actor: Actor, counted: Mapping[str, int]) -> bool:
    """For readers of cases they are counted with everything else; for administrators they are read directly."""
    return bool(counted.get(upload_scanning.UNREAD)) or not actor.reads_cases


@dataclass(frozen=True)
class LateList:
    """A list of which the centre sees the late rows by agency; `agency` is its filter, and the column."""

    noun: Resource
    agency: str

    def cell(self, agency: Agency, number: int) -> Choice:
        url = f"{reverse(self.noun.name)}?{self.agency}={agency.code}&overdue=1"
        return Choice(str(self.noun.plural), url, number)


def late_lists() -> list[LateList]:
    """In the order of the navigation."""
    places = [name for name, _label, _permission in ITEMS]
    declared = [
        LateList(resource, resource.listing.late_by)
        for resource in RESOURCES.values()
        if resource.listing and resource.listing.late_by
    ]
    return sorted(declared, key=lambda one: places.index(one.noun.name))


def overdue_by_agency(actor: Actor) -> list[tuple[Agency, list[Choice]]]:
    """For the centre: each agency with late items, and how many of each list; most late items first.

    Each number comes with the address of exactly the list that it counts.
    """
    lists = late_lists()
    counts = {(name, agency): rows for name, agency, rows in _overdue_counts(actor, lists)}
    agencies = Agency.objects.in_bulk({agency for _noun, agency in counts})
    late = [
        (agency, [one.cell(agency, counts.get((one.noun.name, agency.pk), 0)) for one in lists])
        for agency in agencies.values()
    ]
    return sorted(late, key=lambda row: (-sum(cell.count or 0 for cell in row[1]), row[0].pk))


def _overdue_counts(actor: Actor, lists: Iterable[LateList]) -> Iterable[tuple[str, int, int]]:
    first, *others = [
        rows.order_by().values_list(Value(one.noun.name), f"{one.agency}_id").annotate(Count("pk"))
        for one in lists
        for rows in [one.noun.model.objects.visible_to(actor).overdue()]
    ]
    counted: Iterable[tuple[str, int, int]] = first.union(*others, all=True)
    return counted
