"""What rests on a fact of a case: frozen packages, issued papers, decisions. Higher resources say which they are."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.organisations.models import is_antismuggling

# (party, item, shipment or act; reader) → names of what rests on it and is visible to the reader.
Source = Callable[[Any, Actor], Iterable[str]]
_SOURCES: list[Source] = []


def register_resting(*sources: Source) -> None:
    _SOURCES[:] = sources


def rests_on(row: Any, reader: Actor) -> list[str]:
    """Returns the names of what rests on the row, as far as it is visible to the reader."""
    return list(dict.fromkeys(name for source in _SOURCES for name in source(row, reader)))


def may_rest_on(row: Any, reader: Actor) -> list[str]:
    """As `rests_on`. Where another capacity or agency may hold something that the reader does not see, a second person
    confirms every change: neither the request nor its absence shows whether there is such a thing.
    """
    if visible := rests_on(row, reader):
        return visible
    others = any(share.agency_id != reader.agency_id and share.profile != "status" for share in row.case.shares.all())
    if others or is_antismuggling(reader.agency_code):
        return [_("possibly papers, packages or decisions that are not visible to you")]
    return []
