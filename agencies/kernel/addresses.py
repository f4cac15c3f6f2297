"""Addresses of pages that differ only by the id of an object, in a tenth of the time that `reverse` takes."""

from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse

ANY = UUID(int=0)


def address(route: str, *args: Any) -> str:
    """As `reverse`; at most one of `args` is an id."""
    form = _form(route, *(ANY if isinstance(one, UUID) else one for one in args))
    return next((form.replace(str(ANY), str(one)) for one in args if isinstance(one, UUID)), form)


@cache
def _form(route: str, *args: Any) -> str:
    return reverse(route, args=args)
