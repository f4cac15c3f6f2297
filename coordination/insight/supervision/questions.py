"""The questions of one page, asked together."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agencies.kernel.actor import Actor
from coordination.insight.metrics.asking import Answer, Point, Question, ask_many

from .asked import Period


@dataclass
class Questions:
    """Collects questions by name and asks all of them at the first answer that is read. Later ones are asked anew."""

    actor: Actor
    asked: dict[Hashable, Question] = field(default_factory=dict)
    answers: dict[Hashable, Answer] = field(default_factory=dict)

    def add(
        self,
        name: Hashable,
        metric: str,
        period: Period,
        *,
        by: str = "",
        filters: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.asked[name] = Question(metric, period.first, period.last, by=by, filters=dict(filters or {}), **more)

    def __getitem__(self, name: Hashable) -> Answer:
        if name not in self.answers:
            waiting = {one: question for one, question in self.asked.items() if one not in self.answers}
            self.answers |= dict(zip(waiting, ask_many(self.actor, list(waiting.values())), strict=True))
        return self.answers[name]

    def total(self, *name: Hashable) -> Point:
        return self[name if len(name) > 1 else name[0]].total
