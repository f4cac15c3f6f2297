"""What a noun declares about the letters that it sends to other agencies: how one looks before it goes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .texts import Text


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter as its addressees will read it. `number` is empty for kinds without numbers; `due_words` says what the
    date is."""

    sender: Any
    to: Sequence[Any]
    title: str
    text: str
    number: str = ""
    due_at: datetime | None = None
    due_words: Text = ""
    enclosures: str = ""

    @property
    def on_paper(self) -> list[Any]:
        """The agencies among the addressees that do not sign in: the system delivers nothing to them."""
        agencies = dict.fromkeys(one if one.is_agency else one.agency for one in self.to)
        return [one for one in agencies if not one.signs_in]


@dataclass(frozen=True, kw_only=True)
class LetterRules:
    """`of(thing)` is the letter of an object, and `sent_by` the actions that send it. An action that creates the object
    sends it, or begins its draft."""

    of: Callable[[Any], Letter]
    sent_by: frozenset[str] = field(default_factory=frozenset)
