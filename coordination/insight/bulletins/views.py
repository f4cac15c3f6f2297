"""Pages of bulletins: the list, one bulletin, its sheet for printing and as PDF, a new one."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils.translation import get_language

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.list_page import list_page
from agencies.kernel.paging import rows_shown
from agencies.kernel.permissions import CASE_READER, CENTRE, actor_of, page
from agencies.people.forms import form_page, post_data, submit_form
from cases.papers.files import attachment
from coordination.documents import pdf

from .access import drafts, editor
from .actions import draft_bulletin
from .comparing import read
from .drafts import last_complete
from .figures import LANGUAGES
from .filters import DEFAULT_SORT, SORTS, BulletinFilter
from .forms import NewBulletin
from .models import Bulletin
from .placeholders import typed_numbers
from .rendering import pdf_of, sheet_context, sheet_html

RELATED = ("agency__signs_as", "drafter", "issuer", "replaces")


@page(CASE_READER)
def bulletins(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    cut = BulletinFilter(request.GET, Bulletin.objects.visible_to(actor), actor=actor)
    context = list_page(
        request.GET,
        cut,
        cut.qs.select_related("agency"),
        sorts=SORTS,
        default=DEFAULT_SORT,
        facets=("kind", "state", "distribution"),
        size=rows_shown(request.GET),
    )
    context["drafts"] = actor.is_centre and drafts(actor, actor.own_agency)
    return render(request, "bulletins/bulletins.html", context)


@page(CASE_READER)
def bulletin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheet, and beside it its figures as issued and as known today."""
    actor = actor_of(request)
    found, short = _found(pk, actor), _language(request)
    reading = read(found, actor, short)
    events = Event.objects.filter(object_kind="bulletin", object_id=pk).readable_by_agency(actor.agency_id)
    edits = editor(actor, found)
    text = found.text_zh if short == "zh" else found.text_en
    context = {
        **sheet_context(found, short, reading.sheet),
        "reading": reading,
        "edits": edits,
        "typed": typed_numbers(text) if edits and not found.is_out else [],
        "newer": Bulletin.objects.visible_to(actor).filter(replaces=found).exclude(state="DISCARDED").first(),
        "pdf_missing": pdf.missing(),
        "events": events.select_related("note").order_by("-happened_at", "-id"),
    }
    return render(request, "bulletins/bulletin.html", context)


@page(CASE_READER)
def bulletin_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sheet alone; needs only a browser."""
    found = _found(pk, actor_of(request))
    return HttpResponse(sheet_html(found, _language(request), css_url=static("paper.css"), icon_url=static("mark.svg")))


@page(CASE_READER)
def bulletin_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    found, short = _found(pk, actor_of(request)), _language(request)
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
    found: Bulletin = get_object_or_404(Bulletin.objects.visible_to(actor).select_related(*RELATED), pk=pk)
    return found


def _language(request: HttpRequest) -> str:
    """The chosen language of the sheet, else that of the reader."""
    chosen: Any = request.GET.get("in")
    return chosen if chosen in LANGUAGES else "zh" if (get_language() or "zh").startswith("zh") else "en"
