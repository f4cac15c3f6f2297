"""The page that requests a list of tasks on a case from a spreadsheet."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language

from agencies.idempotency.actions import once
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.tables import XLSX_TYPE, xlsx_file
from agencies.people.forms import post_data, submit_form
from cases.casefile.models import Case

from .importing import CHINESE, COLUMNS, TaskSheetForm, before_text, import_before, request_tasks
from .starts import STARTS

ASK = "ask_task"


@page(CASE_READER)
def tasks_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Reads a table, shows its rows, and requests those that are still chosen. `template` is an empty table."""
    actor = actor_of(request)
    case = get_object_or_404(Case.objects.visible_to(actor).prefetch_related("shares"), pk=pk)
    STARTS.check(ASK, actor, case)
    if "template" in request.GET:
        headings = list(CHINESE) if get_language() == "zh-hans" else list(COLUMNS)
        name = {"Content-Disposition": 'attachment; filename="tasks.xlsx"'}
        return HttpResponse(xlsx_file("tasks", [headings]), content_type=XLSX_TYPE, headers=name)
    form = TaskSheetForm(post_data(request), request.FILES or None, case=case, actor=actor)
    rows = form.cleaned_data["rows"] if form.is_valid() else []
    numbers = {one.number for one in rows}
    if rows and "go" in request.POST:
        numbers &= {int(number) for number in request.POST.getlist("take") if number.isdecimal()}
        with once(request) as sent:
            if not sent.target:
                run = submit_form(
                    form,
                    lambda _given: request_tasks(
                        case, rows, actor=actor, numbers=numbers, again="again" in request.POST
                    ),
                )
                sent.target = reverse("run", args=[run.pk]) if run else ""
        if sent.target:
            return redirect(sent.target)
    earlier = import_before(case, rows, actor) if rows else None
    context = {
        "form": form,
        "case": case,
        "rows": rows,
        "sure": bool(rows),
        "back": f"{reverse('case', args=[case.pk])}?tab=tasks",
        "taken": numbers,
        "csv": form.cleaned_data["csv"] if rows else "",
        "earlier": earlier,
        "before": before_text(earlier) if earlier else "",
        "is_own": bool(earlier and str(earlier.started_by_id) == actor.id),
    }
    return render(request, "tasks/import.html", context, status=form.status)
