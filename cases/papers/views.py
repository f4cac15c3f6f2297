"""The file of an incoming paper."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from agencies.kernel.permissions import CASE_READER, actor_of, page

from .files import scan_response
from .models import IncomingPaper


@page(CASE_READER)
def incoming_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The scan as it was received."""
    visible = IncomingPaper.objects.visible_to(actor_of(request))
    return scan_response(get_object_or_404(visible, pk=pk))
