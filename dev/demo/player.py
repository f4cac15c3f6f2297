"""Plays a script: submits its report as a machine would, and performs its actions as the people of the demo would."""

import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone

from agencies.calendar.workdays import load_calendar
from agencies.journal.models import Event, ProxyStep
from agencies.journal.transitions import confirmed_by
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.resource import resource_of
from agencies.kernel.times import PAPER_AFTER
from agencies.kernel.work import atomic
from agencies.machines.models import ApiClient, ApiKey
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.casefile.models import Case
from cases.clocks.counting import count
from cases.clocks.law import rule_on
from cases.clocks.models import Clock
from cases.intake.models import Lead
from cases.intake.receiving import receive_lead
from cases.intake.serializers import occurred_of, validate_report
from cases.papers.models import IncomingPaper, Paper
from cases.proceedings.models import lines_of
from coordination.documents.actions import draft_paper
from coordination.exchange.corrections.actions import propose_correction
from coordination.exchange.corrections.models import Correction
from coordination.exchange.tasks.models import Task

from .scans import scan
from .script import DueSoon, HoursAgo, Script, Step, When

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENING = time(9, 30)
BETWEEN_STEPS = timedelta(minutes=7)
LONGEST_LOOK_BACK = 400  # days; longer than any period that a script relies on


class Player:
    """Plays scripts against one "now"."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._actors: dict[str, Actor] = {}
        self._agencies: dict[str, Agency] = {}

    def play(self, script: Script) -> bool:
        """Plays the whole script or nothing. Returns False if its report was received before."""
        if self._received(script):
            return False
        with atomic():
            Scene(self, script).run()
        return True

    def actor(self, username: str) -> Actor:
        if username not in self._actors:
            self._actors[username] = actor_for(User.objects.get(username=username))
        return self._actors[username]

    def agency(self, code: str) -> Agency:
        if code not in self._agencies:
            self._agencies[code] = Agency.objects.get(code=code)
        return self._agencies[code]

    def machine(self, script: Script) -> Actor:
        """The sending system. It has no key, so it cannot be used from outside."""
        agency = self.agency(script.agency)
        source = script.report["source_system"]
        client, _ = ApiClient.objects.get_or_create(agency=agency, name=source, defaults={"sources": [source]})
        return Actor(
            kind="machine",
            id=str(client.pk),
            name=client.name,
            agency_id=agency.pk,
            agency_code=agency.code,
            agency_name=agency.name_zh,
            line=agency.line,
            scopes=frozenset({ApiKey.Scope.LEADS_WRITE}),
            sources=frozenset(client.sources),
        )

    def at(self, when: When) -> datetime:
        if isinstance(when, HoursAgo):
            return self.now - timedelta(hours=when.hours)
        if isinstance(when, DueSoon):
            return self._start_of(when.rule)
        day = date.fromisoformat(when) if isinstance(when, str) else self.today() - timedelta(days=when)
        return min(datetime.combine(day, OPENING, SHANGHAI), self.now)

    def today(self) -> date:
        return self.now.astimezone(SHANGHAI).date()

    def _start_of(self, code: str) -> datetime:
        """The start whose period ends within a day from now; if holidays prevent that, the next later end."""
        rule, work = rule_on(code, self.now), load_calendar()
        if rule is None:
            raise LookupError(f"the clock rule {code} is not in force")
        ends = timedelta(days=1)
        best = self.now
        for days in range(LONGEST_LOOK_BACK):
            start = self.now - timedelta(days=days, hours=1)
            due = count(rule.period, start, work).due_at
            if due is None or due <= self.now:
                break
            best = start
            if due - self.now <= ends:
                break
        return best

    def _received(self, script: Script) -> bool:
        return Lead.objects.filter(
            source_agency__code=script.agency,
            **{name: script.report[name] for name in ("source_system", "report_type", "source_ref")},
        ).exists()


def propose(thing: Any, *, actor: Actor, verb: str, **details: Any) -> Correction:
    """Proposes to correct the latest record of a verb on an object."""
    event = Event.objects.filter(object_id=thing.pk, verb=verb).latest("id")
    return propose_correction(event, actor=actor, **details)


def _confirmed(thing: Any, verb: str, actor: Actor, answers: dict[str, Any]) -> AbstractContextManager[None]:
    """Context for what another person has to confirm: a decision recorded for an absent agency, a change on which
    something rests, or what needs the consent of the originating agency.
    """
    workflow, agency_id = resource_of(thing).workflow_of(thing), actor.agency_id
    by_chiefs = verb in workflow.transitions and any(way.of_chief for way in workflow.proxy_recordings(verb))
    proxy = workflow.proxy_of(verb, actor, thing) if by_chiefs else None
    change = workflow.transitions[verb].second if verb in workflow.transitions else None
    if change is not None and change.rests(thing, answers, actor):
        agency_id = change.asks(thing, answers, actor)[0].pk if change.asks else agency_id
    elif proxy is None or not proxy.of_chief:
        return nullcontext()
    others = User.objects.able_to_sign_in().filter(agency=agency_id).exclude(pk=actor.id).order_by("username")
    return confirmed_by(next(second for one in others if (second := actor_for(one)).is_staff))


class Scene:
    """A script being played. `things` are the objects its steps may name."""

    def __init__(self, player: Player, script: Script) -> None:
        self.player, self.script = player, script
        self.things: dict[str, Any] = {}
        self.last = player.at(script.received)

    def run(self) -> None:
        Agency.objects.filter(code__in=self.script.joining).update(signs_in=False)
        self._post(self._report(), self.last)
        waiting = sorted(self.script.revisions, key=lambda revision: self.player.at(revision[0]))
        # A script may list parallel threads; steps are played in order of time.
        for one in sorted(self.script.steps, key=lambda step: self.player.at(step.when)):
            while waiting and self.player.at(waiting[0][0]) <= self.player.at(one.when):
                self._revise(*waiting.pop(0))
            self._perform(one)
        for revision in waiting:
            self._revise(*revision)
        Agency.objects.filter(code__in=self.script.joining).update(signs_in=True)

    def _report(self) -> dict[str, Any]:
        data = dict(self.script.report)
        if self.script.occurred is not None:
            data["occurred_at"] = (self.player.today() - timedelta(days=self.script.occurred)).isoformat()
        return data

    def _post(self, values: Mapping[str, Any], at: datetime) -> None:
        # As transmitted: serialised, parsed and validated like a request.
        content = validate_report(json.loads(json.dumps(values), parse_float=Decimal))
        lead, _ = receive_lead(
            content,
            actor=self.player.machine(self.script),
            agency=self.player.agency(self.script.agency),
            occurred=occurred_of(content),
            happened_at=at,
        )
        self.things["lead"] = lead

    def _revise(self, when: When, changes: Mapping[str, Any]) -> None:
        self._post({**self._report(), **changes}, self._moment(when))
        self.things["lead"].refresh_from_db()

    def _moment(self, when: When) -> datetime:
        """Steps of one day are minutes apart, and none precedes an earlier one."""
        self.last = min(max(self.player.at(when), self.last + BETWEEN_STEPS), self.player.now)
        return self.last

    def _perform(self, one: Step) -> None:
        thing, at = self._thing(one.on), self._moment(one.when)
        actor = self.player.actor(one.who)
        if actor.agency_code in self.script.joining:
            Agency.objects.filter(code=actor.agency_code).update(signs_in=True)
        thing = type(thing)._base_manager.get(pk=thing.pk)  # other objects' steps may have changed it or its case
        special: dict[str, Any] = {"correct": propose, "draft_paper": _draft}
        act = special.get(one.verb) or resource_of(thing).actions_of(thing)[one.verb]
        answers = dict(self._answers(thing, one.answers))
        if self.player.now - at > PAPER_AFTER / 2:  # half of it, because playing takes time
            answers.setdefault("paper", f"{timezone.localtime(at):%Y-%m-%d}工作记录")
        with _confirmed(thing, one.verb, actor, answers):
            result = act(thing, actor=actor, happened_at=at, **answers)
        if one.makes:
            thing.refresh_from_db()
            self.things[one.makes] = self._made(thing, one, result)

    def _thing(self, on: str) -> Any:
        """The object a step names. "task:STEP" is the task of a referral's present state, "clock:RULE" a running period
        of that rule, "measure:NAME" a measure against a suspect, "lot:NUMBER" a lot of goods, "opinion:ROUND:AGENCY"
        the opinion asked of an agency."""
        if on.startswith("behalf:"):
            _, label, verb = on.split(":")
            return ProxyStep.objects.get(event__object_id=self.things[label].pk, event__verb=verb)
        if on.startswith("measure:"):
            return self.things[on.removeprefix("measure:")].measures.standing().order_by("-since", "-created_at")[0]
        if on.startswith("opinion:"):
            _, label, agency = on.split(":")
            return self.things[label].opinions.get(agency__code=agency)
        if on.startswith("clock:"):
            return self._clock(*on.removeprefix("clock:").split(":"))
        if on.startswith("lot:"):
            return self.things["case"].lots.get(number=on.removeprefix("lot:"))
        if not on.startswith("task:"):
            return self.things[on]
        return Task.objects.open().get(case=self.things["case"], step=on.removeprefix("task:"))

    def _clock(self, rule: str, suspect: str = "") -> Clock:
        running = Clock.objects.running().filter(case=self.things["case"], rule__code=rule)
        if suspect:
            running = running.filter(subject_id__in=self.things[suspect].measures.values("pk"))
        return running.get()

    def _answers(self, thing: Any, answers: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
        for name, value in answers.items():
            match name:
                case "team" | "people":
                    yield name, [self.player.actor(username).id for username in value]
                case "to":
                    yield name, self.player.actor(value).id
                case "party":
                    named = thing.case if hasattr(thing, "case") else thing
                    yield name, str(named.parties.filter(role=value).values_list("pk", flat=True)[0])
                case "parties":
                    named = thing.case if hasattr(thing, "case") else thing
                    yield name, [str(pk) for pk in named.parties.filter(role__in=value).values_list("pk", flat=True)]
                case "origin" | "resumed":
                    yield name, str(self.things[value].pk)
                case "item":
                    yield name, str(thing.items.filter(description=value).values_list("pk", flat=True)[0])
                case "lots":
                    yield name, [str(self._thing(f"lot:{number}").pk) for number in value]
                case "due_in":
                    yield "due_at", self.player.now + timedelta(hours=value)
                case "starts_in":
                    yield "starts_at", self.player.now + timedelta(hours=value)
                case "about":
                    subject = self.things[value]
                    yield name, f"{resource_of(subject).kind}:{subject.pk}"
                case "hearing_in":
                    yield "hearing_on", self.player.now + timedelta(hours=value)
                case "until_in":
                    yield "until", self.player.today() + timedelta(days=value)
                case "their_paper":
                    yield "paper", str(IncomingPaper.objects.get(case=getattr(thing, "case", thing), number=value).pk)
                case "scan":
                    yield "file", scan(*value)
                case "corrected_to":
                    yield "when", self.player.at(value)
                case "dated":
                    yield name, self.player.today() - timedelta(days=value)
                case "case":
                    yield name, str(self._case_from(value).pk)
                case _:
                    yield name, value

    def _case_from(self, source_ref: str) -> Case:
        """The case made from the report of another script."""
        return Case.objects.get(leads__source_ref=source_ref, leads__state=Lead.State.PROMOTED)

    def _made(self, thing: Any, one: Step, result: Any) -> Any:
        match one.verb:
            case "promote":
                return self._mark(thing.case)
            case "file" | "accept":
                return thing.proceeding
            case "suggest_supervision":
                return thing.followed_by.latest("created_at")
            case "add_line":
                return lines_of(thing).order_by("-created_at")[0]
        if not isinstance(result, models.Model):
            raise TypeError(f"{one.verb} makes nothing that could be called {one.makes}")
        return result

    def _mark(self, case: Case) -> Case:
        """Marks the case as invented. The only direct write of the demo, because no action does this."""
        Case.objects.filter(pk=case.pk).update(is_synthetic=self.script.synthetic, updated_at=times.now())
        case.refresh_from_db()
        return case


def _draft(thing: Any, *, actor: Actor, happened_at: datetime, form: str, **unasked: Any) -> Paper:
    """The only action outside workflows: drafts any form that transitions of the object need."""
    return draft_paper(thing, resource_of(thing).workflow_of(thing), actor=actor, form=form, happened_at=happened_at)
