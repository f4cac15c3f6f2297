"""Every file of every request is scanned for malware before its page or operation runs, by one function.

Before, because what asks runs within a transaction that a refusal undoes, and what was found must stay on record.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from agencies.kernel.actor import Actor
from agencies.kernel.counting import Worded, worded
from agencies.kernel.doors import SIGNED_IN, actor_of, page
from agencies.people.models import User
from cases.papers.models import QuarantineNotice
from cases.papers.scanning import scan

API = "/api/"
UNREAD = "quarantine"  # among what home counts


class ScanMiddleware:
    """For pages. An operation of the API first has to find out which system calls (`ApiView.initial`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not request.path.startswith(API):
            scan_files_of(request, actor_of(request))


def scan_files_of(request: Any, actor: Actor) -> None:
    """Whoever has no agency has nothing to send; what is too large is refused where it is read, before its contents."""
    if request.content_type is None or not request.content_type.startswith("multipart/") or actor.organ_id is None:
        return
    for _name, files in request.FILES.lists():
        for file in files:
            if file.size <= settings.PAPER_MAX_BYTES:
                scan(file, actor=actor)


# Whom it is told ------------------------------------------------------------------------------------------------------
def counting_notices(actor: Actor) -> dict[str, Worded]:
    """For home: as a rule there are none, and nothing more is asked."""
    return {UNREAD: worded(QuarantineNotice.objects.visible_to(actor).unread())} if actor.kind == "user" else {}


def notices_of(actor: Actor) -> list[tuple[QuarantineNotice, User | None]]:
    """With the person who sent the file, unless a system did."""
    unread = QuarantineNotice.objects.visible_to(actor).unread()
    notices = list(unread.select_related("event__note").order_by("-event"))
    senders = {one.event.actor_id for one in notices if one.event.actor_kind == "user"}
    people = {str(person.pk): person for person in User.objects.filter(pk__in=senders)} if senders else {}
    return [(one, people.get(one.event.actor_id)) for one in notices]


@page(SIGNED_IN)
@require_POST
def quarantine_read(request: HttpRequest) -> HttpResponse:
    """Those that the page showed: what came in meanwhile stays."""
    shown = [pk for pk in request.POST.getlist("notice") if _is_id(pk)]
    QuarantineNotice.objects.visible_to(actor_of(request)).filter(pk__in=shown).mark_read()
    return redirect("home")


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
