"""The page of a list: its rows, the lists above it, and its facets."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from .facets import CountedList, Facets, counted_lists, facet_columns
from .filtering import ListFilter
from .paging import PAGE_SIZE, page_of
from .texts import Text


def list_page(
    params: QueryDict,
    filters: ListFilter,
    rows: QuerySet[Any],
    *,
    sorts: Mapping[str, str],
    default: str,
    lists: tuple[Text, Iterable[CountedList]] = ("", ()),
    facets: Iterable[str],
    size: int = PAGE_SIZE,
) -> dict[str, Any]:
    """Returns what `list.html` shows of one page of `rows`, which are the filtered rows with what the cells need.

    `lists` are the label of the chips above the list and these chips, `facets` names of filters. Raises Invalid for an
    unknown filter value, sort or cursor.
    """
    found = Facets(filters, params, facet_columns(filters, facets))
    return {
        "page": page_of(rows, params, sorts=sorts, default=default, size=size),
        "chips": counted_lists(params, lists[1]),
        "chips_label": lists[0],
        "chosen": found.chosen(),
        "facets": found.labelled(),
    }
