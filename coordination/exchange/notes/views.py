"""Pages of notes: those that concern the reader, and one note with its earlier versions."""

from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.list_page import list_page
from agencies.kernel.paging import rows_shown
from agencies.kernel.permissions import CASE_READER, STAFF, actor_of, page
from cases.casefile.models import Case

from .actions import read_notes
from .filters import DEFAULT_SORT, SORTS, NoteFilter
from .models import Mention, Note, NoteQuerySet

NOTE_PARTS = ("agency", "unit", "author")
NAMED_IN = (Prefetch("mentions", queryset=Mention.objects.select_related("person", "unit")),)


@page(CASE_READER)
def notes(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    visible = Note.objects.visible_to(actor)
    marked = visible.with_unread(actor).select_related("case", *NOTE_PARTS).prefetch_related(*NAMED_IN)
    filters = NoteFilter(request.GET, marked, actor=actor)
    context = list_page(
        request.GET,
        filters,
        filters.qs,
        sorts=SORTS,
        default=DEFAULT_SORT,
        lists=(_("Note filter"), _lists(visible, actor)),
        facets=("state", "audience", "agency"),
        size=rows_shown(request.GET),
    )
    return render(request, "notes/notes.html", context)


@page(CASE_READER)
def note(request: HttpRequest, pk: UUID) -> HttpResponse:
    actor = actor_of(request)
    visible = Note.objects.visible_to(actor).with_unread(actor).select_related("case", *NOTE_PARTS)
    found = get_object_or_404(visible.prefetch_related(*NAMED_IN), pk=pk)
    earlier = list(found.versions())[:-1] if found.edits else []
    return render(request, "notes/note.html", {"note": found, "one": [found], "versions": earlier})


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


def _lists(visible: NoteQuerySet, actor: Actor) -> tuple[CountedList, ...]:
    return (
        (_("Unread"), "unread=1", visible.unread_by(actor)),
        (_("Mentioning me"), "named=1", visible.standing().mentioning(actor)),
        (_("Mine"), "mine=1", visible.written_by(actor)),
        (_("All"), "", visible),
    )
