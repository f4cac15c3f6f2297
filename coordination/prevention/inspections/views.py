"""Pages of inspections: the form with one line for each point of the checklist, and the coverage."""

from functools import partial
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agencies.kernel.permissions import CASE_READER, STAFF, actor_of, page
from agencies.kernel.resource import RESOURCES
from agencies.kernel.texts import TextField
from agencies.people.forms import post_data
from coordination.prevention.sheets import RowsForm, rows_page

from .actions import ACTIONS
from .coverage import coverage
from .models import ChecklistItem, Finding
from .reading import FINDINGS, LONGEST_REMARK
from .workflow import INSPECTION


@page(STAFF)
def inspection_findings(request: HttpRequest, pk: UUID, resource: str, verb: str) -> HttpResponse:
    """What was found about all points of the checklist in one form, with the minutes."""
    actor = actor_of(request)
    inspection = RESOURCES[resource].find(actor, pk)
    INSPECTION.check(verb, actor, inspection)
    minutes = TextField(
        label=pgettext("inspection", "Minutes"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    form = RowsForm(
        post_data(request),
        rows=list(inspection.checklist.all()),
        columns={
            "finding": (pgettext("inspection", "Finding"), _finding_field),
            "remark": (pgettext("review", "Remark"), _remark_field),
        },
        more={"minutes": minutes},
        version=inspection.version,
    )
    words = INSPECTION.labels[verb].button
    return rows_page(
        request,
        form=form,
        table=FINDINGS,
        template="prevention/rows.html",
        act=partial(ACTIONS[verb], inspection, actor=actor),
        context={
            "heading": words,
            "help_text": _("Every point needs a finding. An irregularity needs a remark that says what was found."),
            "button": words,
            "back": reverse("inspection", args=[inspection.pk]),
            "back_label": inspection,
            "as_table": reverse("verb", args=[resource, inspection.pk, verb]),
        },
    )


def _finding_field(row: ChecklistItem) -> forms.Field:
    return forms.ChoiceField(choices=[("", "—"), *Finding.choices], initial=row.finding)


def _remark_field(row: ChecklistItem) -> forms.Field:
    widget = forms.Textarea(attrs={"rows": 2})
    return TextField(initial=row.remark, max_length=LONGEST_REMARK, widget=widget)


@page(CASE_READER)
def inspection_coverage(request: HttpRequest) -> HttpResponse:
    return render(request, "inspections/coverage.html", {"tables": coverage(actor_of(request))})
