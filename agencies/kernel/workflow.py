"""Workflow tables: who may do which verb in which state, and what must be true. Data, read on one screen.

A table drives four things that therefore cannot disagree: the buttons of a page, the verbs of the API, the
refusals of an action, and the generated tests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .action_fields import HAPPENED_AT, TIME_PAPER, VERSION, ActionField
from .actor import Actor
from .errors import Forbidden, TransitionRefused, UnmetCondition
from .proxy_recording import ProxyRecording, Rule, proxy_recordings_of

Need = Callable[[Any, Actor], UnmetCondition | None]
Text = str | Promise
Fills = Callable[[Any, Mapping[str, Any]], Mapping[str, Any]]  # (thing, what was chosen or sent) → answers


class Visibility:
    """How far an event of this move may be seen on the case's timeline."""

    CASE = "case"  # every agency that shares the case, with its reason
    STATUS = "status"  # every agency that shares the case sees that it happened; the reason stays in the agency
    PAIR = "pair"  # the acting agency and its counterpart
    OWN = "own"  # the acting agency


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One line of a table. `to=None` keeps the state; `starts` and `stops` are codes of clock rules.

    `fills` is what the page's form holds at first where a link chose one of several rows that the thing is made of.
    `writes`: the act drafts or edits what is decided later, so its author never decides it (`journal.involved`).
    `behalf` says who records it for an agency that does not sign in, where its rule (`recorded_for`) does not say so.
    """

    sources: frozenset[str]
    to: str | None
    by: Rule
    needs: tuple[Need, ...] = ()
    fields: tuple[ActionField, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    paper: str = ""
    visibility: str = Visibility.CASE
    proxy: ProxyRecording | None = None
    fills: Fills | None = None
    writes: bool = False
    system: bool = False  # done by another action of the system, never offered as a button or API verb

    def all_fields(self, proxy: ProxyRecording | None = None) -> tuple[ActionField, ...]:
        """With when it happened, and the paper that shows it where the line asks for no paper anyway.

        Recorded for another agency, it asks for that agency's paper.
        """
        fields = self.fields_for(proxy)
        paper = () if any(ask.name == "paper" for ask in fields) else (TIME_PAPER,)
        return (*fields, HAPPENED_AT, *paper, VERSION)

    def fields_for(self, proxy: ProxyRecording | None) -> tuple[ActionField, ...]:
        """The line's own questions, and the paper of the agency for which somebody else records it."""
        if proxy is None:
            return self.fields
        return (*(ask for ask in self.fields if ask.name != proxy.paper.name), proxy.paper, *proxy.fields)


def transition(*sources: str, to: str | None, by: Rule, **rest: Any) -> Transition:
    return Transition(sources=frozenset(sources), to=to, by=by, **rest)


@dataclass(frozen=True)
class Labels:
    """A verb in the office's words: the button, and the sentence of the timeline (after 'who:')."""

    button: Text
    sentence: Text
    tone: str = ""  # "primary" for the way on, "danger" for what cannot be undone


@dataclass(frozen=True)
class Workflow:
    """A named table over the states of one kind of thing."""

    name: str
    states: type[Any]
    transitions: Mapping[str, Transition]
    labels: Mapping[str, Labels]
    final: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        known = set(self.states.values)
        for verb, line in self.transitions.items():
            strange = (set(line.sources) | {line.to or next(iter(line.sources))}) - known
            if strange or verb not in self.labels:
                raise ValueError(f"{self.name}.{verb}: unknown state {strange or ''} or no words")

    def open_to(self, actor: Actor, thing: Any) -> list[str]:
        """The verbs this actor may press now: the buttons. Unmet needs keep a button: pressing it names them."""
        return [
            verb
            for verb, line in self.transitions.items()
            if not line.system and thing.state in line.sources and self.may(verb, actor, thing)
        ]

    def may(self, verb: str, actor: Actor, thing: Any) -> bool:
        """Whether it is this actor's act at all: by the line's rule, or for an agency that does not sign in."""
        return self.transitions[verb].by(actor, thing) or self.proxy_of(verb, actor, thing) is not None

    def proxy_of(self, verb: str, actor: Actor, thing: Any) -> ProxyRecording | None:
        """For whom this actor would record it; None where the act is their own, or not theirs."""
        line = self.transitions[verb]
        ways = self.proxy_recordings(verb)
        if not ways or line.by(actor, thing):
            return None
        return next((way for way in ways if way.open_to(actor, thing)), None)

    def proxy_recordings(self, verb: str) -> tuple[ProxyRecording, ...]:
        """Each way in which the act may be recorded for another agency."""
        line = self.transitions[verb]
        return (line.proxy,) if line.proxy else proxy_recordings_of(line.by)

    def fields_of(self, verb: str, actor: Actor, thing: Any) -> tuple[ActionField, ...]:
        """Everything that the verb asks of this actor."""
        return self.transitions[verb].all_fields(self.proxy_of(verb, actor, thing))

    def unmet(self, verb: str, actor: Actor, thing: Any) -> list[UnmetCondition]:
        return [missing for need in self.transitions[verb].needs if (missing := need(thing, actor)) is not None]

    def refuse_stranger(self, verb: str, actor: Actor, thing: Any) -> None:
        """Raises Forbidden where the verb is not this actor's at all, whatever the state."""
        if not ((self.transitions[verb].system and actor.is_system) or self.may(verb, actor, thing)):
            raise Forbidden(_("Another role or agency is responsible for this action."))

    def check(self, verb: str, actor: Actor, thing: Any, *, last_change: str = "") -> Transition:
        """The move, if it is open to this actor in this state with these facts.

        Raises Forbidden (not this actor's act) or TransitionRefused naming the wrong state and every unmet need at once.
        """
        line = self.transitions[verb]
        self.refuse_stranger(verb, actor, thing)
        missing = self.unmet(verb, actor, thing)
        if thing.state not in line.sources:
            state = self.states(thing.state).label
            detail = _("The state is “%(state)s”.") % {"state": state}
            missing.insert(0, UnmetCondition("state", f"{detail} {last_change}".strip()))
        if missing:
            raise TransitionRefused(missing)
        return line
