"""The page that checks a name."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.kernel.permissions import CASE_READER, actor_of, page

from .checking import check
from .forms import CheckForm


@page(CASE_READER)
def check_name(request: HttpRequest) -> HttpResponse:
    """Reads the question from a POST, so that no name is in an address or its log, and records nothing."""
    form = CheckForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        context |= {"asked": True, "found": check(actor_of(request), **form.cleaned_data)}
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "screening/check.html", context, status=status)
