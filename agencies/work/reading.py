"""Readers of work items."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.kernel.actor import Actor


@dataclass(frozen=True)
class DeskReader:
    """An actor who reads their desk, and when."""

    actor: Actor
    now: datetime

    @property
    def me(self) -> UUID | None:
        return UUID(self.actor.id) if self.actor.kind == "user" else None
