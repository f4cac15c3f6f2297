"""The entries that the control law asks about, as this process keeps them."""

from collections.abc import Iterable
from typing import Any

from agencies.kernel.kept import made_of
from cases.casefile.identifiers import normalize_identifier
from cases.controls.parties import Entry

from .models import Listing, WatchList

NAMED = (WatchList.CONTROL, WatchList.WATCH, WatchList.UNRELIABLE)


def entries() -> list[Entry]:
    """The latest version of every entry that lists a name, whenever it is valid. The same list until one changes."""
    return made_of(Listing, _entries)


def _entries(rows: Iterable[Any]) -> list[Entry]:
    latest = (row for row in rows if row.watch_list in NAMED and row.state != Listing.State.REPLACED)
    return [
        Entry(
            code=row.code,
            watch_list=row.watch_list,
            names=row.names,
            numbers=tuple(normalize_identifier(value) for _scheme, value in row.identifiers),
            begins=row.effective_from,
            ends=row.effective_to,
        )
        for row in sorted(latest, key=lambda row: row.code)
    ]
