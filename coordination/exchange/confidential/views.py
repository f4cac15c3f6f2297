"""The list of confidential letters. It is none of the usual lists: what these offer would disclose a letter."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.kernel.paging import page_of
from agencies.kernel.permissions import CASE_READER, actor_of, page

from .filters import ConfidentialFilter, ConfidentialList
from .models import ConfidentialLetter


@page(CASE_READER)
def confidential_letters(request: HttpRequest) -> HttpResponse:
    visible = ConfidentialLetter.objects.visible_to(actor := actor_of(request)).select_related("agency")
    rows = ConfidentialFilter(request.GET, visible, actor=actor).qs
    found = page_of(rows, request.GET, sorts=ConfidentialList.sorts, default=ConfidentialList.default)
    return render(request, "confidential/confidential_letters.html", {"page": found})
