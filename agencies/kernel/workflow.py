"""Workflows: who may perform which action in which state, and under which conditions, as data.

A workflow drives four things, which therefore cannot disagree: the buttons of a page, the actions of the API, the
refusals, and the generated tests.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from .action_fields import HAPPENED_AT, SIGNER, TIME_PAPER, VERSION, ActionField
from .actor import Actor, system_only
from .errors import Forbidden, TransitionRefused, UnmetCondition
from .proxy_recording import ProxyRecording, Rule, proxy_recordings_of
from .texts import Text

Need = Callable[[Any, Actor], UnmetCondition | None]
Subject = TypeVar("Subject")
Fills = Callable[[Any, Mapping[str, Any]], Mapping[str, Any]]  # (object, what was chosen or sent) → answers


def condition(code: str, detail: Text) -> Callable[[Callable[[Subject], bool]], Need]:
    """Makes a condition of what has to hold of an object. `detail` says what is missing where it does not hold."""

    def of(holds: Callable[[Subject], bool]) -> Need:
        @wraps(holds)
        def need(thing: Subject, actor: Actor) -> UnmetCondition | None:
            return None if holds(thing) else UnmetCondition(code, str(detail))

        return need

    return of


@dataclass(frozen=True)
class SecondPerson:
    """When a second person has to confirm an action, and what that person sees.

    `rests(object, answers, actor)` names what rests on the facts that the answers change, in words that the actor may
    read; nothing, and no second person is needed. `before(object, answers)` returns those facts as they are, as JSON;
    if they have changed when the second person confirms, the action is refused.

    `kind` is the kind of confirmation: a change, confirmed by any other person of the agency, or the consent of each
    agency that `asks(object, answers, actor)` returns, in this order, given by its lead or office holder.
    """

    rests: Callable[[Any, Mapping[str, Any], Actor], list[str]]
    before: Callable[[Any, Mapping[str, Any]], dict[str, Any]]
    kind: str = "change"
    asks: Callable[[Any, Mapping[str, Any], Actor], list[Any]] | None = None


@dataclass(frozen=True)
class ByMachine:
    """What a connected system whose key has this scope may do: act alone, naming the officer who signed, or only prepare
    the act, which the officer that it names signs."""

    scope: str
    alone: bool


def alone(scope: str) -> ByMachine:
    return ByMachine(scope, alone=True)


def prepares(scope: str) -> ByMachine:
    return ByMachine(scope, alone=False)


class Visibility:
    """Who sees an event of the transition on the timeline of the case."""

    CASE = "case"  # every agency that shares the case, with the reason
    STATUS = "status"  # every agency that shares the case, but the reason only in the acting agency
    PAIR = "pair"  # the acting agency and its counterpart
    OWN = "own"  # the acting agency


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One transition of a workflow. `to=None` keeps the state; `starts` and `stops` are codes of clock rules.

    `fills` gives initial answers where a link selected one row of the object. `writes` marks an act that drafts or
    edits what is decided later; its author may never decide it (`agencies.journal.involvement`). `notice` marks an act
    that is served on the other side: its `starts` begin when that side has received it; `receives` marks an act that
    shows the receipt. `proxy` says who records it for an agency that does not sign in, where its rule (`recorded_for`)
    does not. `system` transitions are performed by other actions and never offered to users. `of_row` is the field that
    names the row of the object which the action changes: pages offer the action beside that row. `beside` marks an action
    that pages offer beside what it is about, once its conditions are met. `second` says when
    another person confirms it. `undo` maps the object before the action to the verb that takes it back and its
    answers: such an action stays inside the agency and begins no period. It is offered as one click where it asks for
    nothing, and a remark can be added afterwards. `reverts` gives the answers with which the same action takes it back.
    `signs`: the act issues the drafts of its `paper`, with those beside it, in the same transaction; the person who acts
    has opened each of them. `unsigns` names an act that this one takes back or rules out: its drafts are discarded, and
    what was issued and not yet sent is withdrawn.
    `then` is the action that its page offers to perform with it, on the object that it creates or on the object itself:
    a draft is saved and submitted with one button.
    `machine` says what a connected system may do; by default nothing, and the act stays with people.
    `unforeseen`: its effects are not shown before it is performed, because they show what the actor may not find out
    without leaving a trace.
    """

    sources: frozenset[str]
    to: str | None
    by: Rule
    needs: tuple[Need, ...] = ()
    fields: tuple[ActionField, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    paper: str = ""
    signs: bool = False
    unsigns: str = ""
    visibility: str = Visibility.CASE
    proxy: ProxyRecording | None = None
    fills: Fills | None = None
    writes: bool = False
    of_row: str = ""
    beside: bool = False
    second: SecondPerson | None = None
    undo: Callable[[Any], tuple[str, Mapping[str, str]]] | None = None
    reverts: Fills | None = None
    then: str = ""
    notice: bool = False
    receives: bool = False
    unforeseen: bool = False
    machine: ByMachine | None = None
    system: bool = False  # performed by another action, never offered as a button or API action

    @property
    def at_once(self) -> bool:
        """Whether a button may perform it without a form."""
        return self.undo is not None and not any(field.required for field in self.fields)

    def all_fields(self, proxy: ProxyRecording | None = None) -> tuple[ActionField, ...]:
        """Returns the fields, plus the time of the act and a paper that shows it, unless the transition asks for a
        paper anyway.

        Recorded for another agency, the transition asks for that agency's paper.
        """
        fields = self.fields_for(proxy)
        paper = () if any(field.name == "paper" for field in fields) else (TIME_PAPER,)
        return (*fields, HAPPENED_AT, *paper, VERSION)

    @property
    def asked_of_machines(self) -> tuple[ActionField, ...]:
        """What a connected system answers besides: the officer in whose name it acts, unless the action asks for one
        anyway."""
        names = {field.name for field in self.fields}
        return (SIGNER,) if self.machine and SIGNER.name not in names else ()

    def open_to_machine(self, machine: Actor, thing: Any) -> bool:
        """Whether a system may perform or prepare it: with the scope, what an officer of its agency may do, and where
        it only prepares, what the responsible person may sign."""
        if self.machine is None or not machine.has_scope(self.machine.scope):
            return False
        return self.by(machine, thing) or self.by(machine.colleague(in_office=not self.machine.alone), thing)

    def fields_for(self, proxy: ProxyRecording | None) -> tuple[ActionField, ...]:
        """Returns the fields of the transition, with the paper of the agency it is recorded for."""
        if proxy is None:
            return self.fields
        return (*(field for field in self.fields if field.name != proxy.paper.name), proxy.paper, *proxy.fields)


def transition(*sources: str, to: str | None = None, by: Rule, **rest: Any) -> Transition:
    """From each of these states to another, by default none: the state stays. A table whose rows have the same actor
    or visibility names them once, with `functools.partial`."""
    return Transition(sources=frozenset(sources), to=to, by=by, **rest)


def automatic(*sources: str, **rest: Any) -> Transition:
    """A transition that only other actions perform."""
    return transition(*sources, by=system_only, system=True, **rest)


@dataclass(frozen=True)
class Labels:
    """Texts of an action: the button, and the sentence of the timeline (after "who:")."""

    button: Text
    sentence: Text
    tone: str = ""  # "primary" for the next step, "danger" for what cannot be undone

    def from_paper(self, proxy: ProxyRecording) -> "Labels":
        """The texts where another agency's act is recorded from its paper: that is not a next step of this agency, unless
        a superior decides in place of its own office."""
        tone = "" if self.tone == "primary" and proxy.instead is None else self.tone
        return replace(self, button=_("Record from paper: %(act)s") % {"act": self.button}, tone=tone)


# State → (tone, icon) where nouns agree; docs/look.md explains the tones.
USUAL_LOOKS = {
    "ANSWERED": ("good", "reply"),
    "APPEAL": ("wait", "arrow-up"),
    "APPROVED": ("info", "check-circle"),
    "ASKED": ("wait", "send"),
    "CANCELLED": ("stopped", "x-lg"),
    "CLOSED": ("good", "check-lg"),
    "CONFIRMED": ("good", "check-lg"),
    "DECIDED": ("review", "hammer"),
    "DECLINED": ("stopped", "slash-circle"),
    "DISCARDED": ("stopped", "slash-circle"),
    "DONE": ("good", "check-lg"),
    "DRAFT": ("neutral", "pencil"),
    "DROPPED": ("stopped", "slash-circle"),
    "ENDED": ("good", "check-lg"),
    "FINAL": ("good", "file-earmark-check"),
    "HEAD_DECISION": ("wait", "hourglass-split"),
    "JUDGED": ("review", "hammer"),
    "NOT_PROSECUTED": ("stopped", "slash-circle"),
    "PROSECUTED": ("wait", "bank"),
    "PUBLISHED": ("good", "check-circle"),
    "REFUSED": ("stopped", "slash-circle"),
    "RELEASED": ("good", "unlock"),
    "REPLACED": ("neutral", "clock-history"),
    "RETURNED": ("wait", "arrow-return-left"),
    "REVIEW": ("review", "eye"),
    "RUNNING": ("progress", "play-circle"),
    "SENT": ("wait", "send"),
    "TRANSFERRED": ("stopped", "arrow-right"),
    "WITHDRAWN": ("stopped", "x-lg"),
}


@dataclass(frozen=True)
class Button:
    """One action open to the actor now."""

    verb: str
    words: Labels
    url: str
    at_once: bool = False


@dataclass(frozen=True)
class Workflow:
    """A named set of transitions over the states of one kind of object."""

    name: str
    states: type[Any]
    transitions: Mapping[str, Transition]
    labels: Mapping[str, Labels]
    final: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        known = set(self.states.values)
        for verb, transition in self.transitions.items():
            unknown = (set(transition.sources) | {transition.to or next(iter(transition.sources))}) - known
            if unknown or verb not in self.labels:
                raise ValueError(f"{self.name}.{verb}: unknown state {unknown or ''} or no labels")

    def joined(self, added: Sequence["Workflow"]) -> "Workflow":
        """Returns this table after the transitions that other nouns add to it."""
        if not added:
            return self
        tables = (*added, self)
        return replace(
            self,
            transitions={verb: line for table in tables for verb, line in table.transitions.items()},
            labels={verb: words for table in tables for verb, words in table.labels.items()},
        )

    def open_to(self, actor: Actor, thing: Any) -> list[str]:
        """Returns the actions open to the actor in the present state. Unmet conditions do not hide an action."""
        return [
            verb
            for verb, transition in self.transitions.items()
            if not transition.system and thing.state in transition.sources and self.may(verb, actor, thing)
        ]

    def may(self, verb: str, actor: Actor, thing: Any) -> bool:
        """Whether the action belongs to the actor, by its rule or for an agency that does not sign in."""
        if actor.is_machine:
            return self.transitions[verb].open_to_machine(actor, thing)
        return self.transitions[verb].by(actor, thing) or self.proxy_of(verb, actor, thing) is not None

    def proxy_of(self, verb: str, actor: Actor, thing: Any) -> ProxyRecording | None:
        """Returns how the actor would record the action for another agency, None if it is their own action or not
        theirs.
        """
        transition = self.transitions[verb]
        recordings = self.proxy_recordings(verb)
        if not recordings or actor.is_machine or transition.by(actor, thing):
            return None
        return next((way for way in recordings if way.open_to(actor, thing)), None)

    def words_for(self, verb: str, actor: Actor, thing: Any) -> Labels:
        """Returns the texts of the action for this actor, who takes it or records it for another agency."""
        proxy = self.proxy_of(verb, actor, thing)
        return self.labels[verb] if proxy is None else self.labels[verb].from_paper(proxy)

    def proxy_recordings(self, verb: str) -> tuple[ProxyRecording, ...]:
        """Returns each way in which the action may be recorded for another agency."""
        transition = self.transitions[verb]
        return (transition.proxy,) if transition.proxy else proxy_recordings_of(transition.by)

    def fields_of(self, verb: str, actor: Actor, thing: Any) -> tuple[ActionField, ...]:
        """Returns all fields of the action for this actor."""
        line = self.transitions[verb]
        more = line.asked_of_machines if actor.is_machine else ()
        return (*line.all_fields(self.proxy_of(verb, actor, thing)), *more)

    def unmet(self, verb: str, actor: Actor, thing: Any) -> list[UnmetCondition]:
        return [missing for need in self.transitions[verb].needs if (missing := need(thing, actor)) is not None]

    def require_actor(self, verb: str, actor: Actor, thing: Any) -> None:
        """Raises Forbidden if the action does not belong to the actor in any state."""
        line = self.transitions[verb]
        if actor.is_machine and line.machine and not actor.has_scope(line.machine.scope):
            raise Forbidden(_("The key lacks the scope %(scope)s for this.") % {"scope": line.machine.scope})
        if not ((self.transitions[verb].system and actor.is_system) or self.may(verb, actor, thing)):
            raise Forbidden(_("Another role or agency is responsible for this action."))

    def check(self, verb: str, actor: Actor, thing: Any, *, last_change: str = "") -> Transition:
        """Returns the transition if it is open to the actor in this state.

        Raises Forbidden, or TransitionRefused naming the wrong state and all unmet conditions.
        """
        transition = self.transitions[verb]
        self.require_actor(verb, actor, thing)
        missing = self.unmet(verb, actor, thing)
        if thing.state not in transition.sources:
            state = self.states(thing.state).label
            detail = _("The state is “%(state)s”.") % {"state": state}
            missing.insert(0, UnmetCondition("state", f"{detail} {last_change}".strip()))
        if missing:
            raise TransitionRefused(missing)
        return transition
