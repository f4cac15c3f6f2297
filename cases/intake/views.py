"""The page for the intake of a lead by hand, and the files of a report."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from agencies.idempotency.actions import once
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.permissions import CASE_READER, INTAKE, actor_of, page
from agencies.kernel.problems import field_errors
from agencies.organisations.models import Agency
from cases.files.views import content_response

from .doubts import refuse_doubts
from .forms import MOST_ROWS, IntakeForm, add_empty_row
from .labels import ROWS
from .models import Lead, ReportFile
from .receiving import ReportEffect, enter_lead
from .serializers import occurred_of, validate_report


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
    context = {"form": form, "words": ROWS, "most_rows": MOST_ROWS}
    return render(request, "intake/lead_new.html", context, status=status)


@page(CASE_READER)
def report_file(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    """A file of the report as it was received, always as a download with its detected type."""
    visible = ReportFile.objects.visible_to(actor_of(request))
    return content_response(get_object_or_404(visible, pk=file, lead=pk))


def _enter(request: HttpRequest, form: IntakeForm, actor: Actor, agency: Agency) -> str:
    """Returns the URL of the lead, or "" if there are errors, which the form then shows."""
    is_valid = form.is_valid()
    try:
        content = validate_report(form.content())
        refuse_doubts(content)
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
