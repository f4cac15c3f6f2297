"""What may be done with a whole list, whichever it is: taking it out as a file."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

from agencies.kernel.doors import CASE_READER, actor_of, page
from agencies.people.sheets import send_once

from .exporting import AT_ONCE, count_of, export_at_once, start_export
from .lists import list_named


@page(CASE_READER)
def list_export(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """Only by POST: who took what out is told to the journal. A small file at once, a large one from the worker."""
    listed, actor = list_named(name), actor_of(request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    rows = listed.found(request.GET, actor)
    if count_of(rows) <= AT_ONCE:
        return export_at_once(listed, rows, request.GET, form, actor=actor)
    start = lambda: reverse("run", args=[start_export(listed, rows, request.GET, form, actor=actor).pk])  # noqa: E731
    return redirect(send_once(request, start))
