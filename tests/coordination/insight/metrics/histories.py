"""Random histories of many objects in one world, their days interleaved.

A history is the life of one object and of what its acts create: some days with some acts each, by anyone who may. It
draws from its own seed, so that it can be played alone.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import time_machine
from django.http import Http404
from django.utils import timezone

from agencies.confirmations.models import Confirmation
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.action_fields import ActionField
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.kernel.work import atomic
from agencies.kernel.workflow import Transition, Workflow
from coordination.exchange.corrections.actions import propose_correction
from tests import stories
from tests.coordination.test_workflow_matrix import ROLES, STAGES, WHO, answer, flat, perform

SERIES = (
    *("lead", "case", "administrative", "criminal", "decision", "suspect", "measure"),
    *("criminal transfer", "assistance", "supervision of filing", "task", "lot"),
    *("stop notice", "inspection request", "warning letter", "consultation", "customs query", "identification"),
    *("review", "inspection", "certificate", "match", "risk finding", "military end use"),
)
DAYS, APART = 4, (1, 3, 3, 10, 40)
TRIES = 12  # of a person and an action, until one is permitted
REFUSED = (Forbidden, Invalid, TransitionRefused, Http404)
Made = tuple[str, Callable[[Any], Any]]


def judged(cast: Any) -> Any:
    made = stories.criminal(cast)
    line = stories.suspect(cast, made)
    stories.arrested(cast, line)
    stories.judged(cast, made)
    return made


def accused(cast: Any) -> Any:
    """A suspect under arrest, whose proceeding is at the procuratorate."""
    made = stories.criminal(cast)
    line = stories.suspect(cast, made)
    stories.arrested(cast, line)
    stories.walk(cast, made, [("prosecute_opinion", "antismuggling.lead", {})])
    return line


def taken_up(cast: Any) -> Any:
    made = stories.lead(cast)
    stories.walk(cast, made, [("take_up", "customs.officer", {})])
    return made


def on_a_case(make: Callable[..., Any]) -> Callable[[Any], Any]:
    """One that begins on a case which the commerce bureau reads."""
    return lambda cast: make(cast, matter=stories.shared_case(cast))


def waiting(cast: Any) -> Any:
    """A letter that waits for the release of the anti-smuggling bureau."""
    return stories.release(cast).letter


LATER: dict[str, Sequence[Callable[[Any], Any]]] = {
    "lead": [taken_up],
    "case": [stories.concluded, partial(stories.shared_case, agency="GACC_ASB")],
    "administrative": [partial(stories.proceeding, state=one) for one in ("VERIFY", "FILED_ADM", "INVESTIGATE")],
    "criminal": [judged],
    "decision": [stories.noticed, stories.reviewed, stories.decided, stories.served],
    "suspect": [accused],
    "measure": [lambda cast: stories.measure(cast, stories.suspect(cast), "bail")],
    "criminal transfer": [
        partial(stories.transfer, state=one)
        for one in ("HEAD_DECISION", "DELIVERED", "SUPPLEMENT", "FILED", "NOT_FILED", "RECONSIDERATION", "NOT_OURS")
    ],
    "assistance": [partial(stories.assistance, state=one) for one in ("SENT", "IN_WORK", "RETURNED")],
    "supervision of filing": [partial(stories.supervision, state=one) for one in ("EXPLAINED", "ORDERED")],
    "task": [partial(stories.task, state=one) for one in ("CLAIMED", "DONE")],
    "lot": [stories.lot],
    "stop notice": [partial(stories.stop, state=one, kind="notice") for one in ("HEAD_DECISION", "DETAINED")],
    "inspection request": [
        partial(stories.stop, state="HELD"),
        partial(stories.stop, state="NOT_FOUND"),
        on_a_case(stories.stop),
    ],
    "warning letter": [partial(stories.exporter_letter, state="SERVED", kind="talk"), waiting],
    "consultation": [partial(stories.exporter_letter, state="READ", kind="consultation")],
    "customs query": [partial(stories.customs_query, state="ANSWERED"), stories.query_on_case],
    "identification": [partial(stories.identification, state="OPINION")],
    "review": [
        partial(stories.review, state="SENT", by="customs.officer"),
        partial(stories.review, by="police.officer"),
    ],
    "inspection": [partial(stories.inspection, state="DONE", by="customs.officer"), on_a_case(stories.inspection)],
    "certificate": [partial(stories.certificate, state="DOUBTFUL", by="customs.officer")],
    "match": [stories.match_in_lead],
    "military end use": [partial(stories.end_use, state=one) for one in ("CONCLUDED", "OUTDATED")],
    "risk finding": [partial(stories.risk_finding, by="customs.lead")],
}
# The matrix forces a lead into a case without the act that does it.
STARTS: list[Made] = [(name, stories.lead if name == "lead" else STAGES[name][1]) for name in SERIES]
STARTS += [(name, make) for name in SERIES for make in LATER[name]]


def is_left_out(verb: str, line: Transition) -> bool:
    """A restricted case leaves past figures too, so that they are not what was noted. Scans are opened in a process of
    their own, which takes as long as all else of a history, and count in no figure."""
    return verb == "classify" or (line.to is None and any(ask.required and ask.kind == "file" for ask in line.fields))


class History:
    """The life of one object. `done` counts the actions by table, `acts` lists them."""

    def __init__(self, cast: Any, thing: Any, seed: str) -> None:
        self.cast, self.roll = cast, random.Random(seed)
        self.done, self.acts = Counter[tuple[str, str]](), list[str]()
        self.things = [thing]

    def live_a_day(self) -> None:
        for _act in range(self.roll.randint(1, 3)):
            self.act()

    def act(self) -> None:
        """What is refused changes nothing."""
        chosen = self.roll.choice([self.things[0], *self.things])
        thing = type(chosen)._base_manager.filter(pk=chosen.pk).first()
        if thing is None:
            self.things.remove(chosen)
            return
        try:
            with atomic():
                self.correct(thing) if self.roll.random() < 0.1 else self.move(thing)
        except REFUSED:
            return

    def move(self, thing: Any) -> None:
        workflow = resource_of(thing).workflow_of(thing)
        role, verb = next(self.ways(workflow, thing), ("", ""))
        if not verb:
            return
        actor = self.cast[role]
        given = self.answers(workflow, verb, thing, actor)
        made = perform(actor, thing, verb, **given).created
        self.acts.append(f"{times.today()} {role}: {workflow.name} {thing.state} {verb} {given}")
        if isinstance(made, Confirmation):
            made = self.confirmed(made)
        self.done[workflow.name, verb] += 1
        if made is not None and any(isinstance(made, one.model) for one in RESOURCES.values()):
            self.things.append(made)

    def ways(self, workflow: Workflow, thing: Any) -> Iterator[tuple[str, str]]:
        """Permitted actions and who may perform them; those that move the object come first more often."""
        lines = {
            verb: 3 if line.to not in (None, thing.state) else 1
            for verb, line in workflow.transitions.items()
            if thing.state in line.sources and not line.system and not is_left_out(verb, line)
        }
        for _try in range(TRIES if lines else 0):
            verb = self.roll.choices(list(lines), list(lines.values()))[0]
            usual = sorted(WHO[workflow.name][verb])
            role = self.roll.choice(usual if usual and self.roll.random() < 0.8 else ROLES)
            if workflow.may(verb, self.cast[role], thing):
                yield role, verb

    def answers(self, workflow: Workflow, verb: str, thing: Any, actor: Any) -> dict[str, Any]:
        """Some optional fields, some other choices, and sometimes an earlier time with its paper."""
        fields, given = workflow.transitions[verb].fields, dict[str, Any]()
        for ask in fields:
            if ask.kind != "file" and self.roll.random() < 0.3:
                given[ask.name] = self.another(ask, thing, actor)
        if thing.state_since and self.roll.random() < 0.2:
            given["happened_at"] = self.between(thing.state_since, timezone.now()).isoformat()
            if not any(ask.name == "paper" for ask in fields):
                given["paper"] = "记录〔2026〕1号"
        return given

    def another(self, ask: ActionField, thing: Any, actor: Any) -> Any:
        if ask.kind in ("decimal", "number"):
            return str(self.roll.randint(1, 500))
        if ask.kind in ("choice", "choices"):
            offered = [value for value, _label in flat(ask.offered(thing, actor)) if value] or [""]
            return self.roll.choice(offered) if ask.kind == "choice" else [self.roll.choice(offered)]
        return answer(ask, thing, actor)

    def between(self, first: Any, last: Any) -> Any:
        return first + (last - first) * self.roll.random()

    def confirmed(self, asked: Confirmation) -> Any:
        """Another person confirms, mostly."""
        if self.roll.random() < 0.2:
            return None
        for role in self.roll.sample(ROLES, len(ROLES)):
            if self.may_confirm(asked, self.cast[role]):
                return perform(self.cast[role], asked, "confirm").created
        return None

    def may_confirm(self, asked: Any, actor: Any) -> bool:
        workflow = resource_of(asked).workflow_of(asked)
        return workflow.may("confirm", actor, asked) and not workflow.unmet("confirm", actor, asked)

    def correct(self, thing: Any) -> None:
        """An event of the object is annulled, or its time is corrected: proposed and confirmed by two people."""
        events = list(Event.objects.filter(object_id=thing.pk, refers_to=None).order_by("pk"))
        if not events:
            return
        is_annulled = self.roll.random() < 0.5
        event = events[-1] if is_annulled else self.roll.choice(events)
        given: dict[str, Any] = {"kind": "annul"}
        if not is_annulled:
            earliest = max((one.happened_at for one in events if one.happened_at < event.happened_at), default=None)
            latest = min((one.happened_at for one in events if one.happened_at > event.happened_at), default=None)
            when = self.between(
                earliest or event.happened_at - timedelta(days=9), latest or max(event.happened_at, timezone.now())
            )
            given = {"kind": "correct", "when": when, "new_paper": "记录〔2026〕8号"}
        people = [role for role in ROLES if self.cast[role].works_for(event.agency_id)]
        if not people:
            return
        proposer = self.cast[self.roll.choice(people)]
        made = propose_correction(event, actor=proposer, paper="记录〔2026〕7号", reason="entered in error", **given)
        for role in self.roll.sample(people, len(people)):
            if self.may_confirm(made, self.cast[role]):
                perform(self.cast[role], made, "confirm")
                self.done["correction", given["kind"]] += 1
                self.acts.append(f"{times.today()} {role}: {given} {event.object_kind} {event.verb}")
                return


def play(histories: Sequence[History], roll: random.Random, evening: Callable[[], Any]) -> Any:
    """All histories day by day. Returns the time after the last day."""
    now = timezone.now()
    for _day in range(DAYS):
        with time_machine.travel(now):
            for one in histories:
                one.live_a_day()
            evening()
        now += timedelta(days=roll.choice(APART))
    return now
