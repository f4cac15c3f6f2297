"""How like two names are (名称近似): one pure answer, for the leads beside a lead and for names on a list alike.

The index finds what may be like; here the two names themselves are compared, each asked for by the other. So a short
name is not like every longer one that contains it.
"""

from enum import StrEnum
from functools import lru_cache

from .finding import answered
from .query import Asked, alike
from .words import RUN, fold, spans


class Likeness(StrEnum):
    SAME = "same"
    NEAR = "near"


@lru_cache(maxsize=20_000)
def likeness(one: str, other: str) -> Likeness | None:
    """Same: but for case, width, spaces and signs. Near: one slip, another spelling, or another place or form."""
    letters, others = _letters(one), _letters(other)
    if not letters or not others:
        return None
    if letters == others:
        return Likeness.SAME
    return Likeness.NEAR if _fits(alike(one), other) and _fits(alike(other), one) else None


def _letters(name: str) -> str:
    return "".join(run[0] for run in RUN.finditer(fold(name)))


def _fits(asked: Asked | None, name: str) -> bool:
    return asked is not None and answered(asked, {word for word, _start, _end in spans(name, "name")})
