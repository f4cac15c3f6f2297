"""Pages of imports besides their list and the page of one: the upload, the columns, and the rows as a file."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from agencies.idempotency.actions import once
from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.facets import FacetChoice
from agencies.kernel.permissions import INTAKE, actor_of, page
from agencies.kernel.resource import RESOURCES
from agencies.kernel.tables import TYPES, XLSX_TYPE
from agencies.people.forms import add_refusal, form_page, post_data, submit_form

from .actions import check_import, record_file, upload_table
from .files import FILE_TYPES, rows_file, template_of
from .forms import MappingForm, UploadForm
from .kinds import KINDS
from .models import Import
from .page import DOUBTS, LABELS, other_columns
from .workflow import IMPORT

SHOWN = 3
"""Rows of the file that the page of the columns shows."""


@page(INTAKE)
def import_new(request: HttpRequest) -> HttpResponse:
    """Reads a table of one kind, and opens the page of its columns. `template` names a kind whose empty table is
    sent."""
    actor = actor_of(request)
    if name := request.GET.get("template", ""):
        return _template(name)
    kinds = {code: kind for code, kind in KINDS.items() if kind.permission.allows(actor)}
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    kind = asked if asked in kinds else next(iter(kinds))
    form = UploadForm(post_data(request), request.FILES or None, actor=actor, kinds=kinds, kind=kind)
    with once(request) as sent:
        if not sent.target and form.is_valid():
            given = form.cleaned_data
            made = submit_form(
                form,
                lambda _given: upload_table(
                    form.chosen, given["table"], actor=actor, source=given["source"], file_name=given["file"].name
                ),
            )
            sent.target = reverse("import_columns", args=[made.pk]) if made else ""
    if sent.target:
        return redirect(sent.target)
    cuts = [FacetChoice(one.title, f"?kind={code}", None, code == kind) for code, one in kinds.items()]
    return form_page(request, "imports/import_new.html", {"form": form, "kind": kinds[kind], "cuts": cuts})


def _template(name: str) -> HttpResponse:
    if name not in KINDS:
        raise Http404
    kind = KINDS[name]
    answer = HttpResponse(template_of(kind), content_type=XLSX_TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, f"{kind.code}.xlsx") or "attachment"
    return answer


@page(INTAKE)
def import_columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The mapping as proposed, which the person corrects; then the rows are checked."""
    actor, imported = actor_of(request), _find(request, pk)
    IMPORT.require_actor("check", actor, imported)
    if imported.state not in IMPORT.transitions["check"].sources:
        return redirect("import", imported.pk)
    form = MappingForm(post_data(request), imported=imported)
    if form.is_valid():
        mapping, fixed = form.given()
        try:
            check_import(imported, actor=actor, mapping=mapping, fixed=fixed, version=form.cleaned_data["version"])
            return redirect("import", imported.pk)
        except Invalid as wrong:
            form.show(wrong)
        except TransitionRefused as refusal:
            add_refusal(form, refusal)
    context = {"imported": imported, "form": form, "sheets": _sheets(imported, form), "others": other_columns(imported)}
    return form_page(request, "imports/import_columns.html", context)


def _sheets(imported: Import, form: MappingForm) -> Iterator[dict[str, Any]]:
    """Each sheet: its first rows, and its columns with their fields. One of several is folded if every column has a
    heading already."""
    kind = KINDS[imported.kind]
    for code, headings in imported.headings.items():
        rows = imported.rows.filter(sheet=code).order_by("position")[:SHOWN]
        columns = form.columns_of(code)
        assigned = sum(bool(heading.value()) for _column, heading, _value in columns)
        yield {
            "title": kind.sheet(code).words,
            "headings": headings,
            "rows": [[row.cells.get(heading, "") for heading in headings] for row in rows],
            "columns": columns,
            "assigned": assigned,
            "is_open": len(imported.headings) == 1 or form.is_bound or assigned < len(columns),
        }


@page(INTAKE)
def import_rows(request: HttpRequest, pk: UUID, form: str) -> HttpResponse:
    """The rows with one result, by default all, as a file that can be corrected and imported again. POST only, because
    the journal records it."""
    actor, imported = actor_of(request), _find(request, pk)
    if form not in TYPES:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    result = request.POST.get("result", "")
    if result not in ("", DOUBTS, *LABELS):
        raise Http404
    record_file(imported, actor=actor)
    form, content = rows_file(imported, result, form)
    answer = HttpResponse(content, content_type=FILE_TYPES[form])
    name = f"{imported.file_name.rpartition('.')[0] or imported.file_name}-{result or 'all'}.{form}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _find(request: HttpRequest, pk: UUID) -> Import:
    found: Import = RESOURCES["imports"].find(actor_of(request), pk)
    return found
