"""Steps of an organ that does not sign in, recorded for it from its paper by the side that holds the paper (代录)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .actor import Actor
from .asks import Ask

Rule = Callable[[Actor, Any], bool]


@dataclass(frozen=True)
class Behalf:
    """Whose step it is, and who may record it for that organ while nobody of it signs in.

    `organ(thing)` is a row that knows its `pk` and whether it `signs_in`; `paper` asks for the paper by which it told.
    `of_chief`: the step is a chief's. A chief asks for it to be recorded, and a second person confirms.
    """

    organ: Callable[[Any], Any]
    by: Rule
    paper: Ask
    of_chief: bool = False

    def open_to(self, actor: Actor, thing: Any) -> bool:
        """An organ that signs in records its own steps: nobody does it for it."""
        if self.organ(thing).signs_in or not self.by(actor, thing):
            return False
        return not self.of_chief or actor.leads(actor.organ_id)


def recorded_for(
    organ: Callable[[Any], Any], *, by: Rule, paper: Ask, of_chief: bool = False
) -> Callable[[Rule], Rule]:
    """Marks a rule: whatever step it opens to its organ is recorded by `by` where that organ does not sign in."""

    def mark(rule: Rule) -> Rule:
        rule.behalf = Behalf(organ, by, paper, of_chief)  # type: ignore[attr-defined]  # a mark on a function
        return rule

    return mark


def behalf_of(rule: Rule) -> Behalf | None:
    return getattr(rule, "behalf", None)
