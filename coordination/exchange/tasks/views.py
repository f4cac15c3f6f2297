"""Pages of tasks: queues of an agency, and one task."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.list_page import list_page
from agencies.kernel.paging import rows_shown
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.organisations.models import Agency
from cases.casefile.of_case import with_case_seen
from cases.casefile.steps import steps_of
from cases.files.naming import files_about, named_files
from cases.papers.texts import FORMS
from coordination.exchange.letters.reading import timeline

from .facts import FACTS, is_settled
from .filters import DEFAULT_SORT, SORTS, TaskFilter
from .models import Task, TaskQuerySet
from .needs import blocking_tasks

RELATED = ("case", "agency", "unit", "asked_by", "assignee")
# Long columns that the list does not show.
LONG = ("body", "result", "case__summary", "case__outcome")


@page(CASE_READER)
def tasks(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    visible = Task.objects.visible_to(actor)
    filters = TaskFilter(request.GET, visible, actor=actor)
    rows = with_case_seen(filters.qs, actor).select_related(*RELATED).defer(*LONG)
    context = list_page(
        request.GET,
        filters,
        rows,
        sorts=SORTS,
        default=DEFAULT_SORT,
        lists=(_("Queues"), _staff_queues(visible, actor) if actor.is_staff else _centre_queues(visible)),
        facets=("state", "agency", "asked_by"),
        size=rows_shown(request.GET),
    )
    return render(request, "tasks/tasks.html", context)


@page(CASE_READER)
def task(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    visible = with_case_seen(Task.objects.visible_to(actor), actor)
    found = get_object_or_404(visible.select_related(*RELATED, "asker"), pk=pk)
    agencies = [found.agency, found.asked_by]
    context = {
        "task": found,
        "by_referral": found.source is not None,
        "blocking_tasks": blocking_tasks(found, actor) if found.is_open else [],
        "papers": [FORMS[code].name for code in found.papers],
        "facts": [(FACTS[code].words, is_settled(found.case, code)) for code in found.facts],
        "files": named_files(files_about(found, actor), actor),
        "steps": steps_of([(found, agencies)], actor, case_id=found.case_id)[found.pk],
        "events": timeline(actor, found),
    }
    return render(request, "tasks/task.html", context)


def _staff_queues(visible: TaskQuerySet, actor: Actor) -> list[CountedList]:
    """Queues of the reader's desk, each a filter of this list with its rows."""
    # The filters are described here and not run: each would look up the agency again.
    agency, ours = actor.agency_code, visible.filter(agency=actor.agency_id)
    units = Agency.objects.filter(pk__in=actor.units, is_agency=False).order_by("id")
    return [
        (_("Mine"), "mine=1&open=1", visible.of_person(actor).open()),
        (_("Unclaimed"), f"unclaimed=1&agency={agency}", ours.unclaimed()),
        *((unit.name, f"open=1&unit={unit.code}", visible.open().filter(unit=unit)) for unit in units),
        (_("My agency"), f"open=1&agency={agency}", ours.open()),
        (_("Asked by us"), f"open=1&asked_by={agency}", visible.open().filter(asked_by_id=actor.agency_id)),
        (_("Late"), f"overdue=1&agency={agency}", ours.overdue()),
        (_("All"), "", visible),
    ]


def _centre_queues(visible: TaskQuerySet) -> list[CountedList]:
    return [
        (_("All open"), "open=1", visible.open()),
        (_("Late"), "overdue=1", visible.overdue()),
        (_("All"), "", visible),
    ]
