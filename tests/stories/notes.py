"""Notes."""

from typing import Any

from cases.casefile.models import Case
from coordination.exchange.notes.actions import write_note
from coordination.exchange.notes.models import Note

from ..kept_stories import story
from .casefile import case


@story
def note(
    cast: Any, audience: str = "agency", matter: Case | None = None, *, by: str = "customs.officer", **rest: Any
) -> Note:
    """A note of customs, by default for its own agency."""
    values = {"text": "Rang the forwarder: he knows of no zinc.", **rest}
    return write_note(matter or case(cast), actor=cast[by], audience=audience, **values)
