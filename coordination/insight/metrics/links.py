"""The address of the rows behind a number."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode

if TYPE_CHECKING:
    from .asking import Question


def url_of(question: "Question", key: str = "") -> str:
    """The address of the list of exactly the rows that a point counts."""
    params = {"from": question.first.isoformat(), "to": question.last.isoformat(), **question.filters}
    if question.by and key:
        params |= {"by": question.by, "value": key}
    return f"{reverse('counted_rows', args=[question.metric])}?{urlencode(sorted(params.items()))}"
