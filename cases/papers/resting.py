"""Issued papers whose text names a fact of the case."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from cases.casefile.models import Act, Item, Party, Shipment

from .models import Paper

SHORTEST = 2  # characters; a shorter name would be found in any text


def papers_on(row: Any, reader: Actor) -> Iterator[str]:
    """Issued papers of the case that contain the row's name or one of its numbers."""
    words = [word for word in _words(row) if len(word) >= SHORTEST]
    issued = Paper.objects.filter(case=row.case_id, state=Paper.State.ISSUED).order_by("issued_at", "pk")
    found = [paper for paper in issued if any(word in text for text in _texts(paper.content) for word in words)]
    seen = set(Paper.objects.visible_to(reader).filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True))
    for paper in found:
        yield str(paper) if paper.pk in seen else _("a paper of another agency")


def _words(row: Any) -> Iterator[str]:
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


def _texts(content: Any) -> Iterator[str]:
    """Every text in the issued content."""
    if isinstance(content, str):
        yield content
    for one in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from _texts(one)
