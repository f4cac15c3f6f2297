"""Pages of changes of the control law: the list, one change with its effect, the import, a suspension interval."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agencies.kernel.permissions import CALENDAR, actor_of, page
from agencies.people.forms import form_page, post_data, submit_form
from cases.controls.rulebook import build
from cases.controls.store import current_tables, overlaid
from cases.controls.tables import REMOVE, SUSPENSIONS, TABLES

from . import effect
from .actions import ProposedRows, draft_change, import_rows
from .forms import ImportForm, SuspensionForm
from .models import RuleChange


@page(CALENDAR)
def rule_change_import(request: HttpRequest) -> HttpResponse:
    """A dry run shows errors, or the difference and its effect; a second POST keeps the rows as a draft."""
    beside = _draft_of(request)
    form = ImportForm(
        post_data(request), request.FILES or None, beside=beside, initial={"table": request.GET.get("table", "")}
    )
    return _dry_run(request, form, beside)


@page(CALENDAR)
def rule_change_suspension(request: HttpRequest) -> HttpResponse:
    """One interval as a form; it continues as an import of one row."""
    beside = _draft_of(request)
    number, held = current_tables()
    book = build(overlaid(held, beside.tables if beside else {}), version=number)
    form = SuspensionForm(post_data(request), book=book, beside=beside, initial={"rule": request.GET.get("rule", "")})
    if form.is_valid():
        data = {"table": SUSPENSIONS.name, "text": form.as_csv, "grounds": form.cleaned_data.get("grounds", "")}
        import_form = ImportForm(data, beside=beside)
        if import_form.is_valid():
            return _dry_run(request, import_form, beside)
        for error in import_form.errors.get("text", []):
            form.add_error(None, error)
    context = {"form": form, "change": beside}
    return form_page(request, "rulechanges/suspension.html", context)


def _draft_of(request: HttpRequest) -> RuleChange | None:
    """The draft that the rows are added to, named in the address. Raises Http404 if the actor has no such draft."""
    named = request.GET.get("change", "")
    if not named:
        return None
    drafts = RuleChange.objects.visible_to(actor_of(request)).filter(state=RuleChange.State.DRAFT)
    return get_object_or_404(drafts, pk=_uuid(named))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _dry_run(request: HttpRequest, form: ImportForm, beside: RuleChange | None) -> HttpResponse:
    actor = actor_of(request)
    context: dict[str, Any] = {"change": beside, "tables": list(TABLES.values()), "remove": REMOVE}
    if form.is_valid():
        if "go" in request.POST:
            seen = request.POST.get("seen", "")
            made = submit_form(form, lambda given: _keep(given, beside, actor=actor, seen=seen))
            if made is not None:
                messages.success(request, _("The rows are kept as a draft. Nothing is in force yet."))
                return redirect("rule_change", made.pk)
        read = form.cleaned_data
        sent = {name: read[name] for name in ("table", "grounds") if name in read} | {"text": read["csv"]}
        context |= _preview(read["rows"], actor) | {"sent": sent}
    return render(request, "rulechanges/import.html", context | {"form": form}, status=form.status)


def _keep(given: dict[str, Any], beside: RuleChange | None, **who: Any) -> RuleChange:
    if beside is None:
        return draft_change(table=given["table"], text=given["csv"], grounds=given["grounds"], **who)
    kept: RuleChange = import_rows(beside, table=given["table"], rows=given["csv"], **who).thing
    return kept


def _preview(found: ProposedRows, actor: Any) -> dict[str, Any]:
    few = effect.how_many() <= effect.AT_ONCE
    result = effect.of_all(found.old, found.new) if few else effect.of_examples(found.old, found.new)
    return {"changes": found.changes, "seen": found.digest, "effect": effect.shown_to(actor, result), "read": True}
