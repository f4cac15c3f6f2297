"""The questions of one page, asked together."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency
from coordination.insight.metrics.asking import Answer, Point, Question, ask_many
from coordination.insight.metrics.following import is_preparing
from coordination.insight.metrics.restricting import Known

if TYPE_CHECKING:
    from .asked import Period


@dataclass
class Sheet:
    """All questions of a page. The first answer that is read asks all of them; then those that depend on them."""

    actor: Actor
    agencies: Mapping[str, Agency]
    parts: list["Questions"] = field(default_factory=list)

    @cached_property
    def known(self) -> Known:
        return Known.to(self.actor)

    @property
    def is_preparing(self) -> bool:
        return is_preparing(self.known.as_of)

    @property
    def as_of(self) -> datetime | None:
        """Up to when the figures are complete; None while they are prepared for the first time."""
        return None if self.is_preparing else self.known.as_of

    def ask(self) -> None:
        waiting = [(part, name) for part in self.parts for name in part.waiting()]
        answers = ask_many(self.actor, [part.asked[name] for part, name in waiting], self.agencies, self.known)
        for (part, name), answer in zip(waiting, answers, strict=True):
            part.answers[name] = answer
        for part in self.parts:
            part.add_later()


@dataclass
class Questions:
    """The questions of one part of a page by name. `later` adds those that depend on the first answers of this part."""

    sheet: Sheet
    later: Callable[["Questions"], None] | None = None
    asked: dict[Hashable, Question] = field(default_factory=dict)
    answers: dict[Hashable, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sheet.parts.append(self)

    def add(
        self,
        name: Hashable,
        metric: str,
        period: "Period",
        *,
        by: str = "",
        filters: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.asked[name] = Question(metric, period.first, period.last, by=by, filters=dict(filters or {}), **more)

    def waiting(self) -> Iterator[Hashable]:
        return (name for name in self.asked if name not in self.answers)

    def add_later(self) -> None:
        later, self.later = self.later, None
        if later is not None:
            later(self)

    def __getitem__(self, name: Hashable) -> Answer:
        if name not in self.answers:
            self.sheet.ask()
        return self.answers[name]

    def total(self, *name: Hashable) -> Point:
        return self[name if len(name) > 1 else name[0]].total
