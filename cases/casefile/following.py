"""What follows when a fact of a case is put right: others may hold it as it was. Higher resources say who does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from agencies.journal.models import Event
from agencies.kernel.actor import Actor


@dataclass(frozen=True)
class FactCorrection:
    """The act that put a row of a case right, and its changes: field, was, now. `name` is what the row was called.

    `reason` is what those who hold the fact read.
    """

    event: Event
    row: Any
    name: str
    changes: tuple[Mapping[str, Any], ...]
    reason: str


class Follower(Protocol):
    def __call__(self, correction: FactCorrection, *, actor: Actor) -> None: ...


_FOLLOWERS: list[Follower] = []


def register_followers(*followers: Follower) -> None:
    _FOLLOWERS[:] = followers


def follow(
    event: Event,
    row: Any,
    *,
    actor: Actor,
    changes: Iterable[Mapping[str, Any]] | None = None,
    said: str | None = None,
) -> None:
    """Brings the correction to all who hold the fact, in its transaction. `changes` are by default those that the event
    recorded. `said` is what they read in place of its reason."""
    note = event.note
    found = note.data["changes"] if changes is None else changes
    name = note.data.get("row") or str(row)
    correction = FactCorrection(event, row, name, tuple(found), note.reason if said is None else said)
    for follower in _FOLLOWERS:
        follower(correction, actor=actor)
