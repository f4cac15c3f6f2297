"""Pages of typical cases: the list, and one with what remains to be judged."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy

from agencies.journal.models import Event
from agencies.kernel.list_page import list_page
from agencies.kernel.paging import rows_shown
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.texts import Text
from cases.casefile.models import Case

from .filters import DEFAULT_SORT, SORTS, TypicalCaseFilter
from .finding import DoubtfulPassage, findings
from .models import PARTS, TypicalCase
from .terms import terms_of

LABELS: dict[str, Text] = {
    "title": gettext_lazy("Title"),
    "facts": gettext_lazy("Facts"),
    "handling": gettext_lazy("Handling"),
    "significance": gettext_lazy("Significance"),
}
KINDS: dict[str, Text] = {
    "name": gettext_lazy("Name"),
    "identifier": gettext_lazy("Identifier"),
    "address": gettext_lazy("Address"),
    "place": gettext_lazy("Place"),
    "number": gettext_lazy("Number"),
    "date": gettext_lazy("Date"),
}


@dataclass(frozen=True)
class TextPiece:
    """A part of a text; `kind` says what it may disclose."""

    text: str
    kind: Text = ""
    blocks: bool = False


@dataclass(frozen=True)
class AccountPart:
    """One part of the account in one language."""

    label: Text
    language: str
    pieces: list[TextPiece]


@page(CASE_READER)
def typical_cases(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    cut = TypicalCaseFilter(request.GET, TypicalCase.objects.visible_to(actor), actor=actor)
    context = list_page(
        request.GET,
        cut,
        cut.qs.select_related("agency"),
        sorts=SORTS,
        default=DEFAULT_SORT,
        facets=("state",),
        size=rows_shown(request.GET),
    )
    return render(request, "typical_cases/typical_cases.html", context)


@page(CASE_READER)
def typical_case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The text; for readers of the case before publication, with everything marked that could name it."""
    actor = actor_of(request)
    visible = TypicalCase.objects.visible_to(actor).select_related("case", "agency", "drafter", "approver")
    found = get_object_or_404(visible, pk=pk)
    unpublished = found.state in (TypicalCase.State.DRAFT, TypicalCase.State.CHECK)
    marked = {name: findings(text, terms_of(found.case)) for name, text in found.texts.items()} if unpublished else {}
    events = Event.objects.filter(object_kind="typical_case", object_id=pk).readable_by_agency(actor.agency_id)
    context = {
        "typical": found,
        "parts": [_part(found, part, short, marked) for short in ("zh", "en") for part in PARTS[1:]],
        "titles": [_part(found, "title", short, marked) for short in ("zh", "en")],
        "blocking": sum(one.blocks for all_found in marked.values() for one in all_found),
        "judged": sum(not one.blocks for all_found in marked.values() for one in all_found),
        "unpublished": unpublished,
        "own": actor.agency_id == found.agency_id,
        "sees_case": Case.objects.visible_to(actor).filter(pk=found.case_id).exists(),
        "events": events.select_related("note").order_by("-happened_at", "-id"),
    }
    return render(request, "typical_cases/typical_case.html", context)


def _part(typical: TypicalCase, part: str, short: str, marked: dict[str, list[DoubtfulPassage]]) -> AccountPart:
    name = f"{part}_{short}"
    return AccountPart(LABELS[part], short, _pieces(getattr(typical, name), marked.get(name, [])))


def _pieces(text: str, found: list[DoubtfulPassage]) -> list[TextPiece]:
    pieces: list[TextPiece] = []
    last = 0
    for one in found:
        pieces += [TextPiece(text[last : one.start]), TextPiece(text[one.start : one.end], KINDS[one.kind], one.blocks)]
        last = one.end
    return [piece for piece in (*pieces, TextPiece(text[last:])) if piece.text]
