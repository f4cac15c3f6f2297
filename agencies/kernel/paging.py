"""Keyset paging on (key, id), for pages and API alike.

DRF's own cursor loops above a thousand ties on its first column, and OFFSET reads every row it skips; a keyset
does neither, and a row that is inserted meanwhile moves nothing under the reader.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from .errors import Invalid

PAGE_SIZE = 50
ON_SCREEN = 40  # rows of a list: two screens full; each more is waited for by everybody who opens it
PRINTED = 1000  # rows of the print view: more is no paper that anybody reads


def on_paper(params: Mapping[str, Any]) -> bool:
    """`?print=1`: the list without the screen's furniture."""
    return params.get("print") == "1"


def rows_shown(params: Mapping[str, Any]) -> int:
    return PRINTED if on_paper(params) else ON_SCREEN


@dataclass(frozen=True)
class Page:
    """One page: its rows, the cursors to its neighbours ("" where there is none) and the sort that made it."""

    items: list[Any]
    next: str
    previous: str
    sort: str

    def of(self, items: list[Any]) -> "Page":
        """The same page of something else, one for each of its rows."""
        return replace(self, items=items)


def page_of(
    queryset: QuerySet[Any],
    params: Mapping[str, Any],
    *,
    sorts: Mapping[str, str],
    default: str,
    size: int = PAGE_SIZE,
    tie: str = "pk",
) -> Page:
    """Cuts one page. `sorts` maps the public name of a sort to a non-null column; a leading "-" turns it around.

    `tie` tells rows with the same key apart: another unique column where the key is a serial number, which would count
    rows that the reader may not see.

    Reads `sort`, `after`, `before` from `params`; raises Invalid for a sort not listed or a cursor we did not make.
    """
    sort, column, descending = _sort_of(params, sorts, default)
    backwards = bool(params.get("before"))
    cursor = params.get("before") or params.get("after") or ""
    rows = queryset.order_by(*(("-" if descending != backwards else "") + c for c in (column, tie)))
    if cursor:
        rows = _cut(rows, column, tie, cursor, sort, down=descending != backwards)
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next, has_previous = (bool(cursor), more) if backwards else (more, bool(cursor))
    return Page(
        items=found,
        next=cursor_to(found[-1], column, sort, tie) if has_next and found else "",
        previous=cursor_to(found[0], column, sort, tie) if has_previous and found else "",
        sort=sort,
    )


def in_order(
    queryset: QuerySet[Any], params: Mapping[str, Any], *, sorts: Mapping[str, str], default: str, tie: str = "pk"
) -> QuerySet[Any]:
    """All rows in the order in which their pages have them."""
    _sort, column, descending = _sort_of(params, sorts, default)
    return queryset.order_by(*(("-" if descending else "") + one for one in (column, tie)))


def _sort_of(params: Mapping[str, Any], sorts: Mapping[str, str], default: str) -> tuple[str, str, bool]:
    """The sort that is asked for, its column, and whether it runs downwards."""
    sort = params.get("sort") or default
    name = sort.removeprefix("-")
    if name not in sorts:
        raise Invalid.field("sort", "choice", _("Sort by one of: %(names)s.") % {"names": ", ".join(sorted(sorts))})
    return sort, sorts[name], sort.startswith("-")


def merged_page(
    lists: Sequence[QuerySet[Any]], params: Mapping[str, Any], *, column: str, size: int = PAGE_SIZE
) -> Page:
    """One page of several lists in one order, only forwards: a cursor is a key and an id, whatever row they came from.

    `column` is non-null and of one type in all of them, ids are unique over all of them.
    """
    place = {"after": params.get("after") or ""}
    pages = [page_of(rows, place, sorts={column: column}, default=column, size=size) for rows in lists]
    return merged(pages, column=column, size=size)


def merged(pages: Sequence[Page], *, column: str, size: int = PAGE_SIZE) -> Page:
    """The first rows of pages that begin at the same place."""
    found = sorted((row for page in pages for row in page.items), key=lambda row: (getattr(row, column), row.pk))
    more = len(found) > size or any(page.next for page in pages)
    return Page(found[:size], cursor_to(found[size - 1], column, column) if more else "", "", column)


def united_page(
    lists: Sequence[QuerySet[Any]],
    params: Mapping[str, Any],
    *,
    column: str,
    unite: Callable[[list[QuerySet[Any]], int], list[Any]],
    size: int = PAGE_SIZE,
) -> Page:
    """One page of several lists that one statement reads, only forwards: `unite` asks it, of the lists cut to the place
    of the cursor, for the first so many rows in order of the column."""
    cursor = params.get("after") or ""
    rows = [_cut(one, column, "pk", cursor, column, down=False) if cursor else one for one in lists]
    found = unite(rows, size + 1)
    more = len(found) > size
    return Page(found[:size], cursor_to(found[size - 1], column, column) if more else "", "", column)


def _cut(rows: QuerySet[Any], column: str, tie: str, cursor: str, sort: str, *, down: bool) -> QuerySet[Any]:
    """The rows beyond the cursor. What it holds came back from outside: it may be of another type than the column."""
    try:
        return rows.filter(_beyond(column, tie, *_read(cursor, sort), down=down))
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError) as wrong:
        detail = _("This page link is no longer valid. Start from the first page.")
        raise Invalid.field("after", "cursor", detail) from wrong


def _beyond(column: str, tie: str, key: Any, last: str, *, down: bool) -> Q:
    # Said twice: from the first half a database goes straight to its place in the index; the OR alone it would only
    # use to throw away, one by one, all rows that come before.
    side = "lt" if down else "gt"
    return Q(**{f"{column}__{side}e": key}) & (
        Q(**{f"{column}__{side}": key}) | Q(**{column: key, f"{tie}__{side}": last})
    )


def cursor_to(row: Any, column: str, sort: str, tie: str = "pk") -> str:
    key = row
    for part in column.split("__"):
        key = getattr(key, part)
    kind = "t" if isinstance(key, datetime) else "v"
    text = json.dumps([sort, kind, key.isoformat() if kind == "t" else str(key), str(getattr(row, tie))])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, sort: str) -> tuple[Any, str]:
    padded = cursor + "=" * (-len(cursor) % 4)
    made_for, kind, key, pk = json.loads(base64.urlsafe_b64decode(padded.encode()))
    if made_for != sort or "\x00" in f"{key}{pk}":
        raise ValueError("not a cursor of this list")
    # In UTC at once: near the ends of the calendar a time has no such form, and only the database would say so.
    return (datetime.fromisoformat(key).astimezone(UTC) if kind == "t" else key), str(pk)
