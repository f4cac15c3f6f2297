"""Home: what its reader works down today. Whoever works no cases is told what his role is for."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor, Role
from agencies.kernel.counting import Worded
from agencies.kernel.doors import SIGNED_IN, actor_of, page
from agencies.organs.models import Agency
from cases.casefile.models import Case
from cases.intake.models import Lead
from coordination.referrals.models import Referral
from coordination.tasks.models import Task

from . import approvals, news, queues, scanned, worklist
from .navigation import waiting, waiting_and_found

NEWS_SHOWN = 10
NEWS = "news"  # among the lists that are asked for; no noun is called so
DUTIES: dict[Role, str | Promise] = {
    Role.AUDITOR: _("You read the journal: who did what when. Contents of cases are not shown to you."),
    Role.SYSADMIN: _("You keep accounts in working order: create, disable, reset. You read no cases."),
    Role.SECADMIN: _("You grant roles and offices and watch the keys of connected systems. You read no cases."),
    Role.AGENCY_ADMIN: _("You keep the accounts of your organ: people, desks, telephones, roles."),
}


@page(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    sections, told, counted = _waiting_and_news(request, actor)
    context = {
        "sections": sections,
        "queues": queues.choices(queues.summed(counted)) if actor.is_staff else [],
        "alarms": approvals.alarms(actor, counted),
        "to_confirm": counted.get("confirmations", 0),
        "quarantined": scanned.notices_of(actor) if _may_have_notices(actor, counted) else [],
        "news": told,
        "overdue": overdue_by_organ(actor) if actor.is_centre else None,
        "duties": [words for role, words in DUTIES.items() if role in actor.roles],
    }
    return render(request, "home.html", context)


def _waiting_and_news(
    request: HttpRequest, actor: Actor
) -> tuple[list[worklist.Section], list[news.News], Mapping[str, int]]:
    """What lies on every desk, what is new, and how much waits: asked with what the navigation counts anyway."""
    if not actor.is_staff:
        return [], [], waiting(request, approvals.counting_alarms(actor) | scanned.counting_notices(actor))

    def first(counts: Mapping[str, int]) -> dict[str, Worded]:
        return worklist.questions(actor, counts) | {NEWS: news.newest(actor, NEWS_SHOWN)}

    also = queues.all_standing(actor) | approvals.counting_alarms(actor) | scanned.counting_notices(actor)
    counted, found = waiting_and_found(request, also, first)
    about = found.pop(NEWS)
    sections = worklist.sections(actor, found)
    organs = [line.waits for section in sections for line in section.lines if line.waits]
    person: Any = request.user
    return sections, news.told_of(about, actor, near=[person.organ, *organs]), counted


def _may_have_notices(actor: Actor, counted: Mapping[str, int]) -> bool:
    """For whoever reads cases they are counted with everything else; administrators are asked for theirs."""
    return bool(counted.get(scanned.UNREAD)) or not actor.reads_cases


def overdue_by_organ(actor: Actor) -> list[tuple[Agency, list[tuple[int, str]]]]:
    """For the centre: each organ that is late, with how many leads, cases, referrals and tasks, the latest first.

    Each number comes with the address of exactly the list that it counts.
    """
    counts = {(noun, organ): rows for noun, organ, rows in _overdue_counts(actor)}
    organs = Agency.objects.in_bulk({organ for _noun, organ in counts})
    late = [(organ, [_cell(noun, organ, counts) for noun in ORGAN_FILTERS]) for organ in organs.values()]
    return sorted(late, key=lambda row: (-sum(rows for rows, _url in row[1]), row[0].pk))


# noun → the filter by which its list names the organ that is late
ORGAN_FILTERS = {"leads": "organ", "cases": "lead", "referrals": "holder", "tasks": "organ"}


def _overdue_counts(actor: Actor) -> Iterable[tuple[str, int, int]]:
    lists: dict[str, QuerySet[Any]] = {
        "leads": Lead.objects.visible_to(actor).overdue(),
        "cases": Case.objects.visible_to(actor).overdue(),
        "referrals": Referral.objects.visible_to(actor).overdue(),
        "tasks": Task.objects.visible_to(actor).overdue(),
    }
    first, *others = [
        rows.order_by().values_list(Value(noun), f"{ORGAN_FILTERS[noun]}_id").annotate(Count("pk"))
        for noun, rows in lists.items()
    ]
    counted: Iterable[tuple[str, int, int]] = first.union(*others, all=True)
    return counted


def _cell(noun: str, organ: Agency, counts: dict[tuple[str, int], int]) -> tuple[int, str]:
    return counts.get((noun, organ.pk), 0), f"{reverse(noun)}?{ORGAN_FILTERS[noun]}={organ.code}&overdue=1"
