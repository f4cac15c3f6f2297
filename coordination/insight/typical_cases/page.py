"""What the page of a typical case shows: its text, with what remains to be judged."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from agencies.kernel.texts import Text
from cases.casefile.models import Case

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
class Piece:
    """A part of a text; `kind` says what it may disclose."""

    text: str
    kind: Text = ""
    blocks: bool = False


@dataclass(frozen=True)
class AccountPart:
    """One part of the account in one language."""

    label: Text
    language: str
    pieces: list[Piece]


def page_parts(typical: TypicalCase, actor: Actor, params: QueryDict) -> dict[str, Any]:
    """The text; for readers of the case before publication, with everything marked that could name it."""
    unpublished = typical.state in (TypicalCase.State.DRAFT, TypicalCase.State.CHECK)
    marked = (
        {name: findings(text, terms_of(typical.case)) for name, text in typical.texts.items()} if unpublished else {}
    )
    return {
        "parts": [_part(typical, part, short, marked) for short in ("zh", "en") for part in PARTS[1:]],
        "titles": [_part(typical, "title", short, marked) for short in ("zh", "en")],
        "blocking": sum(one.blocks for all_found in marked.values() for one in all_found),
        "judged": sum(not one.blocks for all_found in marked.values() for one in all_found),
        "unpublished": unpublished,
        "own": actor.agency_id == typical.agency_id,
        "sees_case": Case.objects.visible_to(actor).filter(pk=typical.case_id).exists(),
        "events": timeline(actor, typical),
    }


def _part(typical: TypicalCase, part: str, short: str, marked: dict[str, list[DoubtfulPassage]]) -> AccountPart:
    name = f"{part}_{short}"
    return AccountPart(LABELS[part], short, _pieces(getattr(typical, name), marked.get(name, [])))


def _pieces(text: str, found: list[DoubtfulPassage]) -> list[Piece]:
    pieces: list[Piece] = []
    last = 0
    for one in found:
        pieces += [Piece(text[last : one.start]), Piece(text[one.start : one.end], KINDS[one.kind], one.blocks)]
        last = one.end
    return [piece for piece in (*pieces, Piece(text[last:])) if piece.text]
