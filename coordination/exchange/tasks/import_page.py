"""The page that requests a list of tasks on a case from a spreadsheet."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext

from agencies.idempotency.actions import once
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.tables import XLSX_TYPE, xlsx_file
from agencies.people.forms import post_data, submit_form
from cases.casefile.models import Case
from cases.casefile.workflow import CASE

from .importing import CHINESE, COLUMNS, TaskSheetForm, request_tasks

ASK = "ask_task"


@page(CASE_READER)
def tasks_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Reads a table, shows its rows, and requests those that are still chosen. `template` is an empty table."""
    actor = actor_of(request)
    case = get_object_or_404(Case.objects.visible_to(actor).prefetch_related("shares"), pk=pk)
    CASE.check(ASK, actor, case)
    if "template" in request.GET:
        headings = list(CHINESE) if get_language() == "zh-hans" else list(COLUMNS)
        name = {"Content-Disposition": 'attachment; filename="tasks.xlsx"'}
        return HttpResponse(xlsx_file("tasks", [headings]), content_type=XLSX_TYPE, headers=name)
    back = f"{reverse('case', args=[case.pk])}?tab=tasks"
    form = TaskSheetForm(post_data(request), request.FILES or None, case=case, actor=actor)
    rows = form.cleaned_data["rows"] if form.is_valid() else []
    taken = {one.number for one in rows}
    if rows and "go" in request.POST:
        taken &= {int(number) for number in request.POST.getlist("take") if number.isdecimal()}

        def act() -> str:
            made = submit_form(
                form, lambda _given: request_tasks(case, [one for one in rows if one.number in taken], actor=actor)
            )
            if made is None:
                return ""
            words = ngettext("%(count)d task was requested.", "%(count)d tasks were requested.", len(made))
            messages.success(request, words % {"count": len(made)})
            return back

        if target := once(request, act):
            return redirect(target)
    context = {
        "form": form,
        "case": case,
        "rows": rows,
        "sure": bool(rows),
        "back": back,
        "taken": taken,
        "csv": form.cleaned_data["csv"] if rows else "",
    }
    return render(request, "tasks/import.html", context, status=400 if form.errors else 200)
