"""Exports a list as a file."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

from agencies.idempotency.actions import once
from agencies.kernel.permissions import CASE_READER, actor_of, page

from .export import AT_ONCE, count_of, export_at_once, start_export
from .listing import ResourceList, list_named


@page(CASE_READER)
def list_export(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """POST only, because the export is recorded in the journal. A small file at once, a large one by the worker."""
    listed = list_named(name)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    return taken_out(request, listed, listed.found(request.GET, actor_of(request)), form)


def taken_out(request: HttpRequest, listed: ResourceList, rows: QuerySet[Any], form: str) -> HttpResponse:
    actor = actor_of(request)
    if count_of(rows) <= AT_ONCE:
        return export_at_once(listed, rows, request.GET, form, actor=actor)
    with once(request) as sent:
        if not sent.target:
            run = start_export(listed, rows, request.GET, form, actor=actor)
            sent.target = reverse("run", args=[run.pk])
    return redirect(sent.target)
