"""Similarity of names (名称近似): a pure function for similar leads and watch lists.

The index finds candidates; here the two names are compared in both directions, so that a short name does not match
every longer one that contains it.
"""

from enum import StrEnum
from functools import lru_cache

from .finding import answered
from .query import QueryTree, alike
from .words import RUN, fold, spans


class Likeness(StrEnum):
    SAME = "same"
    NEAR = "near"


@lru_cache(maxsize=20_000)
def likeness(one: str, other: str) -> Likeness | None:
    """Same: except for case, width, spaces and punctuation. Near: one typing error, another spelling, or another place
    or legal form."""
    letters, others = _letters(one), _letters(other)
    if not letters or not others:
        return None
    if letters == others:
        return Likeness.SAME
    return Likeness.NEAR if _fits(alike(one), other) and _fits(alike(other), one) else None


def _letters(name: str) -> str:
    return "".join(run[0] for run in RUN.finditer(fold(name)))


def _fits(asked: QueryTree | None, name: str) -> bool:
    return asked is not None and answered(asked, {word for word, _start, _end in spans(name, "name")})
