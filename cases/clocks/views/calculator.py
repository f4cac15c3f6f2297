"""The deadline calculator: when a period would end, with each step."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.kernel.errors import Invalid
from agencies.kernel.permissions import CASE_READER, page
from cases.clocks.forms import CalculatorForm
from cases.clocks.previewing import Preview, extension_steps_of, preview
from cases.clocks.texts import length_of, longest, sentence_of


@page(CASE_READER)
def calculator(request: HttpRequest) -> HttpResponse:
    """Reads all input from the URL and records nothing."""
    form = CalculatorForm(request.GET if "rule" in request.GET else None)
    found = _counted(form) if form.is_bound and form.is_valid() else None
    context: dict[str, Any] = {"form": form, "found": found}
    if found:
        context |= {
            "length": length_of(found.rule),
            "steps": [sentence_of(step) for step in found.due.steps],
            "extensions": [(step, longest(step)) for step in extension_steps_of(found.rule)],
            "grounds": list(found.rule.pause_grounds.all()),
        }
    return render(request, "clocks/calculator.html", context)


def _counted(form: CalculatorForm) -> Preview | None:
    data = form.cleaned_data
    try:
        return preview(data["rule"], data["start"], form.pauses, data["extend"], data["lengths"])
    except Invalid as wrong:
        form.refuse(wrong)
        return None
