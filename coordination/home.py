"""Home: what its reader works down today. Whoever works no cases is told what his role is for."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor, Role
from agencies.kernel.doors import SIGNED_IN, actor_of, page
from agencies.organs.models import Agency
from cases.casefile.models import Case
from cases.intake.models import Lead
from coordination.referrals.models import Referral
from coordination.tasks.models import Task

from . import approvals, news, queues, worklist
from .navigation import waiting

NEWS_SHOWN = 10
DUTIES: dict[Role, str | Promise] = {
    Role.AUDITOR: _("You read the journal: who did what when. Contents of cases are not shown to you."),
    Role.SYSADMIN: _("You keep accounts in working order: create, disable, reset. You read no cases."),
    Role.SECADMIN: _("You grant roles and offices and watch the keys of connected systems. You read no cases."),
    Role.AGENCY_ADMIN: _("You keep the accounts of your organ: people, desks, telephones, roles."),
}


@page(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    # Counted with what the navigation counts anyway.
    asked = queues.all_standing(actor) if actor.is_staff else {}
    counted = waiting(request, asked | approvals.counting_alarms(actor))
    context = {
        "sections": worklist.worklist(actor, counted) if actor.is_staff else [],
        "queues": queues.choices(queues.summed(counted)) if actor.is_staff else [],
        "alarms": approvals.alarms(actor, counted),
        "news": news.newest(actor, NEWS_SHOWN) if actor.is_staff else [],
        "overdue": overdue_by_organ(actor) if actor.is_centre else None,
        "duties": [words for role, words in DUTIES.items() if role in actor.roles],
    }
    return render(request, "home.html", context)


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
