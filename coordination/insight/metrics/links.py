"""The address of the rows behind a number."""

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from django.urls import reverse
from django.utils.http import urlencode

if TYPE_CHECKING:
    from .asking import Question


def url_of(question: "Question", key: str = "") -> str:
    """The address of the list of exactly the rows that a point counts."""
    filters = tuple(question.filters.items())
    before, after = _around(question.metric, question.first, question.last, question.by if key else "", filters)
    return f"{before}{_quoted(key)}{after}" if question.by and key else before


_quoted = lru_cache(maxsize=4096)(quote_plus)


@lru_cache(maxsize=4096)
def _around(metric: str, first: date, last: date, by: str, filters: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """The address before and after the key of a point: the same for all points of a question."""
    params = {"from": first.isoformat(), "to": last.isoformat(), **dict(filters)}
    if by:
        params |= {"by": by, "value": ""}
    listed = sorted(params.items())
    place = next((number for number, (name, _value) in enumerate(listed, 1) if by and name == "value"), len(listed))
    before = f"{reverse('counted_rows', args=[metric])}?{urlencode(listed[:place])}"
    return before, f"&{urlencode(listed[place:])}" if listed[place:] else ""
