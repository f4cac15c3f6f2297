"""Workflow tables: who may do which verb in which state, and what must be true. Data, read on one screen.

A table drives four things that therefore cannot disagree: the buttons of a page, the verbs of the API, the
refusals of an action, and the generated tests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .actor import Actor
from .asks import HAPPENED_AT, TIME_PAPER, VERSION, Ask
from .refusals import Forbidden, Missing, MoveRefused

Rule = Callable[[Actor, Any], bool]
Need = Callable[[Any, Actor], Missing | None]
Text = str | Promise


class Reach:
    """How far an event of this move may be seen on the case's timeline."""

    CASE = "case"  # every organ that shares the case, with its reason
    STATUS = "status"  # every organ that shares the case sees that it happened; the reason stays in the organ
    PAIR = "pair"  # the acting organ and its counterpart
    OWN = "own"  # the acting organ


@dataclass(frozen=True, kw_only=True)
class Move:
    """One line of a table. `to=None` keeps the state; `starts` and `stops` are codes of clock rules."""

    frm: frozenset[str]
    to: str | None
    by: Rule
    needs: tuple[Need, ...] = ()
    asks: tuple[Ask, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    paper: str = ""
    reach: str = Reach.CASE
    system: bool = False  # done by another action of the system, never offered as a button or API verb

    def all_asks(self) -> tuple[Ask, ...]:
        """With when it happened, and the paper that shows it where the line asks for no paper anyway."""
        paper = () if any(ask.name == "paper" for ask in self.asks) else (TIME_PAPER,)
        return (*self.asks, HAPPENED_AT, *paper, VERSION)


def move(*frm: str, to: str | None, by: Rule, **rest: Any) -> Move:
    return Move(frm=frozenset(frm), to=to, by=by, **rest)


@dataclass(frozen=True)
class Words:
    """A verb in the office's words: the button, and the sentence of the timeline (after 'who:')."""

    button: Text
    told: Text
    tone: str = ""  # "primary" for the way on, "danger" for what cannot be undone


@dataclass(frozen=True)
class Workflow:
    """A named table over the states of one kind of thing."""

    name: str
    states: type[Any]
    moves: Mapping[str, Move]
    words: Mapping[str, Words]
    final: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        known = set(self.states.values)
        for verb, line in self.moves.items():
            strange = (set(line.frm) | {line.to or next(iter(line.frm))}) - known
            if strange or verb not in self.words:
                raise ValueError(f"{self.name}.{verb}: unknown state {strange or ''} or no words")

    def open_to(self, actor: Actor, thing: Any) -> list[str]:
        """The verbs this actor may press now: the buttons. Unmet needs keep a button: pressing it names them."""
        return [
            verb
            for verb, line in self.moves.items()
            if not line.system and thing.state in line.frm and line.by(actor, thing)
        ]

    def unmet(self, verb: str, actor: Actor, thing: Any) -> list[Missing]:
        return [missing for need in self.moves[verb].needs if (missing := need(thing, actor)) is not None]

    def check(self, verb: str, actor: Actor, thing: Any, *, told_by: str = "") -> Move:
        """The move, if it is open to this actor in this state with these facts.

        Raises Forbidden (not this actor's act) or MoveRefused naming the wrong state and every unmet need at once.
        """
        line = self.moves[verb]
        if not (line.by(actor, thing) or (line.system and actor.is_system)):
            raise Forbidden(_("This act belongs to another role or organ."))
        missing = self.unmet(verb, actor, thing)
        if thing.state not in line.frm:
            state = self.states(thing.state).label
            detail = _("The state is “%(state)s”.") % {"state": state}
            missing.insert(0, Missing("state", f"{detail} {told_by}".strip()))
        if missing:
            raise MoveRefused(missing)
        return line
