"""Marks notes as read."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from agencies.kernel.permissions import STAFF, actor_of, page
from cases.casefile.models import Case

from .actions import read_notes
from .models import Note


@page(STAFF)
@require_POST
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Marks notes as read up to the given one, the newest on the reader's page."""
    actor = actor_of(request)
    case = get_object_or_404(Case.objects.visible_to(actor), pk=pk)
    upto = get_object_or_404(Note.objects.visible_to(actor), pk=_uuid(request.POST.get("upto", "")), case=case)
    read_notes(case, actor=actor, upto=upto)
    return HttpResponseRedirect(f"{reverse('case', args=[case.pk])}?tab=notes")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
