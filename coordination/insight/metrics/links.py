"""The addresses of the rows behind numbers."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.http import urlencode

if TYPE_CHECKING:
    from .asking import Question


def url_of(question: "Question") -> str:
    """The address of the list of exactly the rows that the total counts."""
    return urls_of(question)("")


def urls_of(question: "Question") -> Callable[[str], str]:
    """The same for each point, by its key, "" for the total."""
    page = f"{reverse('counted_rows', args=[question.metric])}?"
    params = {"from": question.first.isoformat(), "to": question.last.isoformat(), **question.filters}
    total, divided = (page + urlencode(sorted(some.items())) for some in (params, params | {"by": question.by}))
    return lambda key: f"{divided}&{urlencode({'value': key})}" if question.by and key else total
