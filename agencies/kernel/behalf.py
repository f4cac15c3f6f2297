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
    `instead`: the decision of an agency above, in place of one that nobody here may take; it may well sign in. The
    rule says of a thing whether that is so. `asks` are further questions of the recorder.
    """

    organ: Callable[[Any], Any]
    by: Rule
    paper: Ask
    of_chief: bool = False
    instead: Callable[[Any], bool] | None = None
    asks: tuple[Ask, ...] = ()

    def open_to(self, actor: Actor, thing: Any) -> bool:
        """An organ that signs in records its own steps: nobody does it for it."""
        if self.instead is None and self.organ(thing).signs_in:  # asked first: pages have it in hand
            return False
        if not self.by(actor, thing) or (self.of_chief and not actor.leads(actor.organ_id)):
            return False
        return self.instead is None or self.instead(thing)


def recorded_for(
    organ: Callable[[Any], Any], *, by: Rule, paper: Ask, of_chief: bool = False,
    instead: Callable[[Any], bool] | None = None, asks: tuple[Ask, ...] = (),
) -> Callable[[Rule], Rule]:  # fmt: skip
    """Marks a rule: whatever step it opens to its organ is recorded by `by` where that organ does not sign in, or
    where `instead` holds."""

    def mark(rule: Rule) -> Rule:
        rule.behalf = Behalf(organ, by, paper, of_chief, instead, asks)  # type: ignore[attr-defined]  # a mark on a function
        return rule

    return mark


def behalf_of(rule: Rule) -> Behalf | None:
    return getattr(rule, "behalf", None)
