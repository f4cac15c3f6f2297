"""The page where any signed-in person asks what the control law says."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.kernel.permissions import SIGNED_IN, page

from .checking import CheckForm
from .store import current
from .verdicts import controls


@page(SIGNED_IN)
def check(request: HttpRequest) -> HttpResponse:
    """Reads the question from the URL and records nothing."""
    book = current()
    form = CheckForm(request.GET if "on" in request.GET else None, book=book)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        verdict = controls(form.facts, form.cleaned_data["on"], book)
        said = [one for one in verdict.rules if one.status != "does_not"]
        others = [one for one in verdict.rules if one.status == "does_not"]
        context |= {"verdict": verdict, "said": said, "others": others, "destination": form.cleaned_data["destination"]}
    return render(request, "controls/check.html", context)
