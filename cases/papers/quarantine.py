"""Notices of files in which malware was found, for the people of the agency that sent them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import SIGNED_IN, actor_of, page
from agencies.people.models import User

from .models import QuarantineNotice


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
    """Marks only the notices that the page showed, not those that arrived since."""
    shown = [pk for pk in request.POST.getlist("notice") if _is_id(pk)]
    QuarantineNotice.objects.visible_to(actor_of(request)).filter(pk__in=shown).mark_read()
    return redirect("home")


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
