"""The content of a file and its preview."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import CASE_READER, actor_of, page
from cases.papers.files import attachment, stored_content
from cases.papers.opening import first_page

from .kinds import SUFFIXES
from .models import Attachment
from .page import DRAWN


@page(CASE_READER)
def file_content(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file as it was received, always as a download with its detected type."""
    return content_response(visible_file(pk, actor_of(request)))


def content_response(file: Any) -> HttpResponse:
    """Raises TransitionRefused if the digest of the stored file no longer fits."""
    suffix = SUFFIXES[file.media_type]
    name = file.title if file.title.lower().endswith(f".{suffix}") else f"{file.title}.{suffix}"
    return attachment(stored_content(file), file.media_type, name)


@page(CASE_READER)
def file_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A picture of the file: its first page, made anew, so that nothing else of the file reaches the browser."""
    return preview_response(visible_file(pk, actor_of(request)))


def preview_response(found: Any) -> HttpResponse:
    picture = first_page(stored_content(found), found.media_type) if found.media_type in DRAWN else b""
    if not picture:
        raise Http404
    response = HttpResponse(picture, content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def visible_file(pk: UUID, actor: Actor) -> Attachment:
    visible = Attachment.objects.visible_to(actor)
    found: Attachment = get_object_or_404(visible, pk=pk)
    return found
