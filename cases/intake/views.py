"""Pages of leads: the inbox, triage, intake by hand."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from agencies.idempotency.actions import once
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.counting import count_up_to
from agencies.kernel.errors import Invalid
from agencies.kernel.facets import FacetChoice, Facets, named
from agencies.kernel.limits import SHOWN_ROWS
from agencies.kernel.paging import page_of, rows_shown
from agencies.kernel.permissions import CASE_READER, INTAKE, actor_of, page
from agencies.kernel.problems import field_errors
from agencies.organisations.models import Agency
from cases.casefile.models import Case, Severity
from cases.controls.words import VERDICTS

from .filters import DEFAULT_SORT, SORTS, LeadFilter
from .forms import MOST_ROWS, IntakeForm, add_empty_row, suggestions
from .labels import ROWS, value_label
from .models import Lead, LeadQuerySet
from .reading import read_lead
from .receiving import ReportEffect, enter_lead
from .serializers import occurred_of, validate_report
from .similar import find_similar

INBOX = QueryDict("to_triage=1&sort=due")
"""The default filter: leads to triage, nearest deadline first."""
EVERYTHING = "?sort=-received"
MOST_SYSTEMS = 12  # the largest sources; others are reached by the URL


FACETS = {
    "severity": ("severity",),
    "verdict": ("verdict",),
    "source_system": ("source_system", "source_system"),
    "agency": named("agency"),
}


# Inbox ---------------------------------------------------------------------------------------------------------------
@page(CASE_READER)
def leads(request: HttpRequest) -> HttpResponse:
    # Links of the page (sort, next page, filters) use request.GET.
    request.GET = query = request.GET or INBOX
    actor = actor_of(request)
    visible = Lead.objects.visible_to(actor)
    cut = LeadFilter(query, visible.with_news().select_related("agency", "officer"), actor=actor)
    shown = page_of(cut.qs, query, sorts=SORTS, default=DEFAULT_SORT, size=rows_shown(query))
    facets = Facets(cut, query, FACETS)
    context = {
        "page": shown,
        "may_enter": INTAKE.allows(actor),
        "all_url": EVERYTHING,
        "is_inbox": "to_triage" in cut.active,
        "chips": _chips(query, visible),
        "chosen": facets.chosen("to_triage"),
        "facets": _facets(facets, actor),
    }
    return render(request, "intake/leads.html", context)


def _chips(query: QueryDict, visible: LeadQuerySet) -> list[FacetChoice]:
    """One chip per state: the inbox first, all leads last."""
    lists = {state: visible.filter(state=state) for state in Lead.State.values}
    lists |= {"to_triage": visible.to_triage(), "all": visible}
    counts = {name: count_up_to(rows) for name, rows in lists.items()}
    chosen = query.getlist("state")
    return [
        FacetChoice(_("To triage"), "?", counts["to_triage"], "to_triage" in query),
        *(
            FacetChoice(label, f"?state={state}", counts[state], chosen == [state])
            for state, label in Lead.State.choices
        ),
        FacetChoice(_("All"), EVERYTHING, counts["all"], not chosen and "to_triage" not in query),
    ]


def _facets(facets: Facets, actor: Actor) -> list[tuple[str, list[FacetChoice]]]:
    system = "source_system"
    by_system = facets.by_row(system, *FACETS[system], label=partial(value_label, field=system))
    shown = [
        (_("Deadline"), facets.ticks(overdue=_("Late"))),
        (_("Severity"), facets.by_choice("severity", "severity", Severity.choices)),
        (_("Control verdict"), facets.by_choice("verdict", "verdict", VERDICTS.items())),
        (_("Source system"), by_system[:MOST_SYSTEMS]),
    ]
    if actor.is_centre:
        agencies = facets.by_row("agency", *FACETS["agency"], label=pick)
        shown.append((_("Agency"), agencies))
    return shown


# Triage --------------------------------------------------------------------------------------------------------------
@page(CASE_READER)
def lead(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    found = get_object_or_404(
        Lead.objects.visible_to(actor)
        .with_news()
        .select_related("agency", "officer", "source_agency", "stands_for", "assigned_by"),
        pk=pk,
    )
    case = Case.objects.visible_to(actor).filter(pk=found.case_id).first() if found.case_id else None
    most = None if request.GET.get("all") == "1" else SHOWN_ROWS
    reading = read_lead(found, older=request.GET.get("from"), newer=request.GET.get("to"), most=most)
    context = {
        "lead": found,
        "case": case,
        "reading": reading,
        "most": SHOWN_ROWS,
        "similar": find_similar(found, actor),
    }
    return render(request, "intake/lead.html", context)


# Intake by hand ------------------------------------------------------------------------------------------------------
@page(INTAKE)
def lead_new(request: HttpRequest) -> HttpResponse:
    """Without JavaScript, “add another” submits the form, which returns with one more row."""
    actor = actor_of(request)
    agency = Agency.objects.get(pk=actor.own_agency)
    adding, status = request.POST.get("add"), 200
    if adding is not None:
        form = IntakeForm(agency, add_empty_row(request.POST, adding))
        form.forget_errors()
    elif request.method == "POST":
        form = IntakeForm(agency, request.POST)
        with once(request) as sent:
            sent.target = sent.target or _enter(request, form, actor, agency)
        if sent.target:
            return redirect(sent.target)
        status = 400
    else:
        form = IntakeForm(agency)
    context = {"form": form, "suggestions": suggestions(), "words": ROWS, "most_rows": MOST_ROWS}
    return render(request, "intake/lead_new.html", context, status=status)


def _enter(request: HttpRequest, form: IntakeForm, actor: Actor, agency: Agency) -> str:
    """Returns the URL of the lead, or "" if there are errors, which the form then shows."""
    is_valid = form.is_valid()
    try:
        content = validate_report(form.content())
        if is_valid:
            lead, result = enter_lead(
                content,
                actor=actor,
                agency=agency,
                occurred=occurred_of(content),
                happened_at=form.head.cleaned_data["received_at"],
            )
            messages.success(request, _received(lead, result is ReportEffect.NEW))
            return reverse("lead", args=[lead.pk])
    except ValidationError as wrong:
        form.show(field_errors(wrong.detail))
    except Invalid as wrong:
        form.show(wrong.errors)
    return ""


def _received(lead: Lead, is_new: bool) -> str:
    if is_new and lead.verdict not in ("", "not_controlled"):
        given = {"number": lead.source_ref, "verdict": lead.get_verdict_display()}
        return _("Recorded as lead %(number)s. Control verdict: %(verdict)s.") % given
    if is_new:
        return _("Recorded as lead %(number)s.") % {"number": lead.source_ref}
    return _("This reference is already known: the report was recorded as revision %(number)s.") % {
        "number": lead.revision
    }
