"""Pages of bulletins: the sheet for printing and as PDF, a new one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.permissions import CASE_READER, CENTRE, actor_of, page
from agencies.people.forms import form_page, post_data, submit_form
from cases.papers.files import attachment

from .actions import draft_bulletin
from .drafts import last_complete
from .forms import NewBulletin
from .models import Bulletin
from .page import language_of
from .rendering import pdf_of, sheet_html


@page(CASE_READER)
def bulletin_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheet alone; needs only a browser."""
    found = _found(pk, actor_of(request))
    return HttpResponse(
        sheet_html(found, language_of(request.GET), css_url=static("paper.css"), icon_url=static("mark.svg"))
    )


@page(CASE_READER)
def bulletin_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, short = _found(pk, actor_of(request)), language_of(request.GET)
    return attachment(pdf_of(found, short), "application/pdf", f"{found.number or found.title} {short}.pdf")


@page(CENTRE)
def bulletin_new(request: HttpRequest) -> HttpResponse:
    """By hand, for a period without a bulletin; those of the past week and month are drafted by schedule."""
    actor = actor_of(request)
    first, _last = last_complete(Bulletin.Kind.WEEKLY, times.today())
    form = NewBulletin(post_data(request), initial={"day": first})
    made = submit_form(form, lambda given: draft_bulletin(actor=actor, **given))
    if made is not None:
        return redirect("bulletin", made.pk)
    return form_page(request, "bulletins/new.html", {"form": form})


def _found(pk: UUID, actor: Actor) -> Bulletin:
    visible = Bulletin.objects.visible_to(actor).select_related("agency__signs_as", "drafter", "issuer", "replaces")
    found: Bulletin = get_object_or_404(visible, pk=pk)
    return found
