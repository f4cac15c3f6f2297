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
from .behalf import Behalf, Rule, behalves_of
from .refusals import Forbidden, Missing, MoveRefused

Need = Callable[[Any, Actor], Missing | None]
Text = str | Promise
Fills = Callable[[Any, Mapping[str, Any]], Mapping[str, Any]]  # (thing, what was chosen or sent) → answers


class Reach:
    """How far an event of this move may be seen on the case's timeline."""

    CASE = "case"  # every organ that shares the case, with its reason
    STATUS = "status"  # every organ that shares the case sees that it happened; the reason stays in the organ
    PAIR = "pair"  # the acting organ and its counterpart
    OWN = "own"  # the acting organ


@dataclass(frozen=True, kw_only=True)
class Move:
    """One line of a table. `to=None` keeps the state; `starts` and `stops` are codes of clock rules.

    `fills` is what the page's form holds at first where a link chose one of several rows that the thing is made of.
    `writes`: the act drafts or edits what is decided later, so its author never decides it (`journal.involved`).
    `behalf` says who records it for an organ that does not sign in, where its rule (`recorded_for`) does not say so.
    """

    frm: frozenset[str]
    to: str | None
    by: Rule
    needs: tuple[Need, ...] = ()
    asks: tuple[Ask, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    paper: str = ""
    reach: str = Reach.CASE
    behalf: Behalf | None = None
    fills: Fills | None = None
    writes: bool = False
    system: bool = False  # done by another action of the system, never offered as a button or API verb

    def all_asks(self, behalf: Behalf | None = None) -> tuple[Ask, ...]:
        """With when it happened, and the paper that shows it where the line asks for no paper anyway.

        Recorded for another organ, it asks for that organ's paper.
        """
        asks = self.asks_for(behalf)
        paper = () if any(ask.name == "paper" for ask in asks) else (TIME_PAPER,)
        return (*asks, HAPPENED_AT, *paper, VERSION)

    def asks_for(self, behalf: Behalf | None) -> tuple[Ask, ...]:
        """The line's own questions, and the paper of the organ for which somebody else records it."""
        if behalf is None:
            return self.asks
        return (*(ask for ask in self.asks if ask.name != behalf.paper.name), behalf.paper, *behalf.asks)


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
            if not line.system and thing.state in line.frm and self.may(verb, actor, thing)
        ]

    def may(self, verb: str, actor: Actor, thing: Any) -> bool:
        """Whether it is this actor's act at all: by the line's rule, or for an organ that does not sign in."""
        return self.moves[verb].by(actor, thing) or self.behalf_of(verb, actor, thing) is not None

    def behalf_of(self, verb: str, actor: Actor, thing: Any) -> Behalf | None:
        """For whom this actor would record it; None where the act is their own, or not theirs."""
        line = self.moves[verb]
        ways = self.behalves(verb)
        if not ways or line.by(actor, thing):
            return None
        return next((way for way in ways if way.open_to(actor, thing)), None)

    def behalves(self, verb: str) -> tuple[Behalf, ...]:
        """Each way in which the act may be recorded for another agency."""
        line = self.moves[verb]
        return (line.behalf,) if line.behalf else behalves_of(line.by)

    def asks_of(self, verb: str, actor: Actor, thing: Any) -> tuple[Ask, ...]:
        """Everything that the verb asks of this actor."""
        return self.moves[verb].all_asks(self.behalf_of(verb, actor, thing))

    def unmet(self, verb: str, actor: Actor, thing: Any) -> list[Missing]:
        return [missing for need in self.moves[verb].needs if (missing := need(thing, actor)) is not None]

    def refuse_stranger(self, verb: str, actor: Actor, thing: Any) -> None:
        """Raises Forbidden where the verb is not this actor's at all, whatever the state."""
        if not ((self.moves[verb].system and actor.is_system) or self.may(verb, actor, thing)):
            raise Forbidden(_("This act belongs to another role or organ."))

    def check(self, verb: str, actor: Actor, thing: Any, *, told_by: str = "") -> Move:
        """The move, if it is open to this actor in this state with these facts.

        Raises Forbidden (not this actor's act) or MoveRefused naming the wrong state and every unmet need at once.
        """
        line = self.moves[verb]
        self.refuse_stranger(verb, actor, thing)
        missing = self.unmet(verb, actor, thing)
        if thing.state not in line.frm:
            state = self.states(thing.state).label
            detail = _("The state is “%(state)s”.") % {"state": state}
            missing.insert(0, Missing("state", f"{detail} {told_by}".strip()))
        if missing:
            raise MoveRefused(missing)
        return line
