"""Keyset paging on (key, id), for pages and API.

DRF's cursor loops above a thousand ties in its first column, and OFFSET reads every skipped row. A keyset does neither,
and inserted rows do not shift the pages.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from .errors import Invalid

PAGE_SIZE = 50
ON_SCREEN = 40  # rows of a list, two screens; every further row slows each request
ON_A_PHONE = 20  # rows of a list there, where each is a card
PRINTED = 1000  # rows of the print view; a longer printout is not readable


def on_paper(params: Mapping[str, Any]) -> bool:
    """Whether the print view is requested (`?print=1`)."""
    return params.get("print") == "1"


def is_on_a_phone(request: Any) -> bool:
    return "Mobi" in request.headers.get("User-Agent", "")


def rows_shown(params: Mapping[str, Any], *, phone: bool = False) -> int:
    if on_paper(params):
        return PRINTED
    return ON_A_PHONE if phone else ON_SCREEN


class PageSource(Protocol):
    """What a page is read from: a queryset, or several that are ordered, filtered and cut together."""

    def order_by(self, *columns: str) -> Any: ...

    def filter(self, *conditions: Q) -> Any: ...

    def __getitem__(self, cut: slice) -> Any: ...


@dataclass(frozen=True)
class Page:
    """One page: its rows, the cursors of its neighbours ("" if there is none) and its sort."""

    items: list[Any]
    next: str
    previous: str
    sort: str

    def of(self, items: list[Any]) -> "Page":
        """Returns the same page with other items, one for each row."""
        return replace(self, items=items)


def page_of(
    queryset: PageSource,
    params: Mapping[str, Any],
    *,
    sorts: Mapping[str, str],
    default: str,
    size: int = PAGE_SIZE,
    tie: str = "pk",
) -> Page:
    """Returns one page. `sorts` maps each public sort name to a non-null column; a leading "-" reverses it.

    `tie` orders rows with the same key. It is another unique column where the key is a serial number, which would
    reveal the number of hidden rows. Reads `sort`, `after` and `before` from `params`. Raises Invalid for an unknown
    sort or cursor.
    """
    sort, column, descending = _sort_of(params, sorts, default)
    backwards = bool(params.get("before"))
    cursor = params.get("before") or params.get("after") or ""
    rows = queryset.order_by(*(("-" if descending != backwards else "") + c for c in (column, tie)))
    if cursor:
        rows = _cut(rows, column, tie, cursor, sort, down=descending != backwards)
    found = _read_rows(rows, size + 1, has_cursor=bool(cursor))
    if backwards:
        found.reverse()
    return _page(found, params, size=size, column=column, sort=sort, tie=tie)


def _page(found: list[Any], params: Mapping[str, Any], *, size: int, column: str, sort: str, tie: str) -> Page:
    """The page of these rows, in their order; one more than `size` if there are further rows in its direction."""
    backwards, more = bool(params.get("before")), len(found) > size
    moved = backwards or bool(params.get("after"))
    found = found[-size:] if backwards else found[:size]
    has_next, has_previous = (moved, more) if backwards else (more, moved)
    return Page(
        items=found,
        next=cursor_to(found[-1], column, sort, tie) if has_next and found else "",
        previous=cursor_to(found[0], column, sort, tie) if has_previous and found else "",
        sort=sort,
    )


def page_of_chosen(
    queryset: QuerySet[Any],
    params: Mapping[str, Any],
    *,
    choose: Callable[[list[Any]], list[Any]],
    sorts: Mapping[str, str],
    default: str,
    size: int = PAGE_SIZE,
    tie: str = "pk",
) -> Page:
    """Returns one page of the rows that `choose` keeps, for conditions that would make a query too long.

    Reads on until the page is full, so that its length says nothing about the other rows.
    """
    sort, column, _descending = _sort_of(params, sorts, default)
    backwards, place, read = bool(params.get("before")), dict(params.items()), size + 1
    found: list[Any] = []
    while True:
        page = page_of(queryset, place, sorts=sorts, default=default, size=read, tie=tie)
        found = [*choose(page.items), *found] if backwards else [*found, *choose(page.items)]
        beyond = page.previous if backwards else page.next
        if len(found) > size or not beyond:
            break
        place = {"sort": sort, "before" if backwards else "after": beyond}
        read = min(read * 4, PRINTED)
    return _page(found, params, size=size, column=column, sort=sort, tie=tie)


def in_order(
    queryset: QuerySet[Any], params: Mapping[str, Any], *, sorts: Mapping[str, str], default: str, tie: str = "pk"
) -> QuerySet[Any]:
    """Returns all rows in the order of their pages."""
    _sort, column, descending = _sort_of(params, sorts, default)
    return queryset.order_by(*(("-" if descending else "") + one for one in (column, tie)))


def _sort_of(params: Mapping[str, Any], sorts: Mapping[str, str], default: str) -> tuple[str, str, bool]:
    """Returns the requested sort, its column and whether it is descending."""
    sort = params.get("sort") or default
    name = sort.removeprefix("-")
    if name not in sorts:
        raise Invalid.field("sort", "choice", _("Sort by one of: %(names)s.") % {"names": ", ".join(sorted(sorts))})
    return sort, sorts[name], sort.startswith("-")


def merged_page(
    lists: Sequence[QuerySet[Any]], params: Mapping[str, Any], *, column: str, size: int = PAGE_SIZE
) -> Page:
    """Returns one page of several lists in one order, forwards only.

    The cursor is a key and an id. `column` must be non-null and of the same type in all lists, and ids unique over all
    of them.
    """
    place = {"after": params.get("after") or ""}
    pages = [page_of(rows, place, sorts={column: column}, default=column, size=size) for rows in lists]
    found = sorted((row for page in pages for row in page.items), key=lambda row: (getattr(row, column), row.pk))
    more = len(found) > size or any(page.next for page in pages)
    return Page(found[:size], cursor_to(found[size - 1], column, column) if more else "", "", column)


def _cut(rows: Any, column: str, tie: str, cursor: str, sort: str, *, down: bool) -> Any:
    """Returns the rows after the cursor. The cursor is input, so its value may not fit the type of the column."""
    try:
        return rows.filter(_beyond(column, tie, *_read(cursor, sort), down=down))
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError) as wrong:
        raise _not_valid() from wrong


def _read_rows(rows: Any, number: int, *, has_cursor: bool) -> list[Any]:
    """The first rows. A time in the cursor may have no form in the database, which is known when it is asked."""
    try:
        return list(rows[:number])
    except OverflowError as wrong:
        if has_cursor:
            raise _not_valid() from wrong
        raise


def _not_valid() -> Invalid:
    detail = _("This page link is no longer valid. Start from the first page.")
    return Invalid.field("after", "cursor", detail)


def _beyond(column: str, tie: str, key: Any, last: str, *, down: bool) -> Q:
    # The first condition lets the database seek in the index. With the OR alone it would scan all earlier rows.
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
    # Convert to UTC here: times near the ends of the calendar have no UTC form, and only the database would fail.
    return (datetime.fromisoformat(key).astimezone(UTC) if kind == "t" else key), str(pk)
