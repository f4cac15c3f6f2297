"""Scans every uploaded file for malware before the page or API operation runs, with one function.

Before, because the view runs in a transaction that a refusal rolls back, and the finding must remain recorded.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from agencies.kernel.actor import Actor
from agencies.kernel.counting import Compiled, compiled
from agencies.kernel.permissions import SIGNED_IN, actor_of, page
from agencies.people.models import User
from cases.papers.models import QuarantineNotice
from cases.papers.scanning import scan

API = "/api/"
UNREAD = "quarantine"  # a count of the home page


class ScanMiddleware:
    """For pages. An API operation first has to find out which system is calling (`ApiView.initial`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not request.path.startswith(API):
            scan_files_of(request, actor_of(request))


def scan_files_of(request: Any, actor: Actor) -> None:
    """Skips requests of accounts without an agency. Oversized files are refused where they are read, before their
    contents."""
    if request.content_type is None or not request.content_type.startswith("multipart/") or actor.agency_id is None:
        return
    for _name, files in request.FILES.lists():
        for file in files:
            if file.size <= settings.PAPER_MAX_BYTES:
                scan(file, actor=actor)


# Notices -------------------------------------------------------------------------------------------------------------
def counting_notices(actor: Actor) -> dict[str, Compiled]:
    """Count for the home page. Usually zero, so the notices themselves need no query."""
    return {UNREAD: compiled(QuarantineNotice.objects.visible_to(actor).unread())} if actor.kind == "user" else {}


def notices_of(actor: Actor) -> list[tuple[QuarantineNotice, User | None]]:
    """Unread notices with the person who sent the file; None if a system did."""
    unread = QuarantineNotice.objects.visible_to(actor).unread()
    notices = list(unread.select_related("event__note").order_by("-event"))
    senders = {one.event.actor_id for one in notices if one.event.actor_kind == "user"}
    people = {str(person.pk): person for person in User.objects.filter(pk__in=senders)} if senders else {}
    return [(one, people.get(one.event.actor_id)) for one in notices]


@page(SIGNED_IN)
@require_POST
def quarantine_read(request: HttpRequest) -> HttpResponse:
    """Marks only the notices that the page showed, not those that arrived since. R! _told _located"""
    shown = [pk for pk in request.POST.getlist("notice") if _is_id(pk)]
    QuarantineNotice.objects.visible_to(actor_of(request)).filter(pk__in=shown).mark_read()
    return redirect("home")


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
