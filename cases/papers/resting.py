"""Issued papers whose text names a fact of the case."""

from collections.abc import Iterator
from typing import Any

from agencies.kernel.actor import Actor
from cases.casefile.models import Act, Item, Party, Shipment

from .models import Paper

SHORTEST = 2  # characters; a shorter name would be found in any text


def papers_on(row: Any, reader: Actor) -> Iterator[str]:
    """Issued papers of the case that contain the row's name or one of its numbers."""
    issued = Paper.objects.visible_to(reader).filter(case=row.case_id, state=Paper.State.ISSUED)
    for paper in issued.order_by("issued_at", "pk"):
        if names_row(paper.content, row):
            yield str(paper)


def names_row(content: Any, row: Any) -> bool:
    """Whether a frozen content names the row or one of its numbers."""
    words = [word for word in words_of(row) if len(word) >= SHORTEST]
    return any(word in text for text in texts_in(content) for word in words)


def words_of(row: Any) -> Iterator[str]:
    """The names and numbers by which a text may name the row."""
    match row:
        case Party():
            yield row.name
            yield from row.identifiers.values_list("value", flat=True)
        case Item():
            yield row.description
        case Shipment():
            yield row.declaration_no
        case Act():
            yield row.title


def texts_in(content: Any) -> Iterator[str]:
    """Every text in the issued content."""
    if isinstance(content, str):
        yield content
    for one in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from texts_in(one)
