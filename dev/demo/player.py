"""Plays a story: submits its report as a machine would, and performs its steps as the people of the demonstration
would.
"""

import json
from collections.abc import Mapping
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
from cases.papers.actions import edit
from cases.papers.models import IncomingPaper, Paper
from cases.proceedings.models import lines_of
from coordination.documents.actions import draft_paper
from coordination.documents.signing import with_papers
from coordination.exchange.corrections.actions import propose_correction
from coordination.exchange.corrections.models import Correction
from coordination.exchange.tasks.models import Task
from coordination.prevention.diligence.models import Questionnaire

from .scans import scan
from .story_files import Step, Story, samples

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENING = time(9, 30)
BETWEEN_STEPS = timedelta(minutes=7)
TIMES = {"hours", "days", "day", "due_soon"}
LONGEST_LOOK_BACK = 400  # days; longer than any period that a story relies on


class Player:
    """Plays stories against one "now"."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._actors: dict[str, Actor] = {}
        self._agencies: dict[str, Agency] = {}

    def play(self, story: Story) -> bool:
        """Plays the whole story or nothing. Returns False if its report was received before."""
        if self._received(story):
            return False
        with atomic():
            Scene(self, story).run()
        return True

    def actor(self, username: str) -> Actor:
        if username not in self._actors:
            self._actors[username] = actor_for(User.objects.get(username=username))
        return self._actors[username]

    def agency(self, code: str) -> Agency:
        if code not in self._agencies:
            self._agencies[code] = Agency.objects.get(code=code)
        return self._agencies[code]

    def machine(self, story: Story) -> Actor:
        """The sending system. It has no key, so it cannot be used from outside."""
        agency = self.agency(story["agency"])
        source = story["report"]["source_system"]
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

    def at(self, when: Mapping[str, Any]) -> datetime:
        """The moment that one of these says: `hours` or `days` ago, a `day`, or the start of a period that is
        `due_soon`.
        """
        match when:
            case {"hours": hours}:
                return self.now - timedelta(hours=hours)
            case {"due_soon": rule}:
                return self._start_of(rule)
            case {"day": day}:
                return min(datetime.combine(day, OPENING, SHANGHAI), self.now)
        return min(datetime.combine(self.day(when["days"]), OPENING, SHANGHAI), self.now)

    def day(self, ago: int) -> date:
        return self.now.astimezone(SHANGHAI).date() - timedelta(days=ago)

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

    def _received(self, story: Story) -> bool:
        return Lead.objects.filter(
            source_agency__code=story["agency"],
            **{name: story["report"][name] for name in ("source_system", "report_type", "source_ref")},
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
    """A story being played. `things` are the objects that its steps may name."""

    def __init__(self, player: Player, story: Story) -> None:
        self.player, self.story = player, story
        self.joining = story.get("joining", ())
        self.things: dict[str, Any] = {}
        self.last = player.at(story["received"])

    def run(self) -> None:
        Agency.objects.filter(code__in=self.joining).update(signs_in=False)
        self._post(self._report(), self.last)
        # A story may list parallel threads and later reports; all are played in order of time.
        later = [*self.story.get("revisions", ()), *self.story["steps"]]
        for one in sorted(later, key=lambda one: self.player.at(self._when(one))):
            if "changes" in one:
                self._post({**self._report(), **one["changes"]}, self._moment(one))
                self.things["lead"].refresh_from_db()
            else:
                self._perform(one)
        Agency.objects.filter(code__in=self.joining).update(signs_in=True)

    def _report(self) -> dict[str, Any]:
        data = dict(self.story["report"])
        if "occurred" in self.story:
            data["occurred_at"] = self.player.day(self.story["occurred"]["days"]).isoformat()
        return data

    def _post(self, values: Mapping[str, Any], at: datetime) -> None:
        # As transmitted: serialised, parsed and validated like a request.
        content = validate_report(json.loads(json.dumps(values), parse_float=Decimal))
        lead, _ = receive_lead(
            content,
            actor=self.player.machine(self.story),
            agency=self.player.agency(self.story["agency"]),
            occurred=occurred_of(content),
            happened_at=at,
        )
        self.things["lead"] = lead

    def _when(self, step: Step) -> Mapping[str, Any]:
        """A step without a time is of the day of the report."""
        return step if TIMES & step.keys() else self.story["received"]

    def _moment(self, step: Step) -> datetime:
        """Steps of one day are minutes apart, and none precedes an earlier one."""
        self.last = min(max(self.player.at(self._when(step)), self.last + BETWEEN_STEPS), self.player.now)
        return self.last

    def _perform(self, step: Step) -> None:
        thing, verb, at = self._thing(step), step["verb"], self._moment(step)
        actor = self.player.actor(step["who"])
        if actor.agency_code in self.joining:
            Agency.objects.filter(code=actor.agency_code).update(signs_in=True)
        thing = type(thing)._base_manager.get(pk=thing.pk)  # other objects' steps may have changed it or its case
        act = OUTSIDE_WORKFLOWS.get(verb) or resource_of(thing).actions_of(thing)[verb]
        fields = {name: self._value(thing, value) for name, value in step.get("fields", {}).items()}
        if self.player.now - at > PAPER_AFTER / 2:  # half of it, because playing takes time
            fields.setdefault("paper", f"{timezone.localtime(at):%Y-%m-%d}工作记录")
        with _confirmed(thing, verb, actor, fields), _with_papers(thing, verb, actor, {**fields, "happened_at": at}):
            result = act(thing, actor=actor, happened_at=at, **fields)
        if "makes" in step:
            thing.refresh_from_db()
            self.things[step["makes"]] = self._made(thing, step, result)

    def _thing(self, step: Step) -> Any:
        """The object of a step: a labelled one, or one that is found from it or in the case."""
        match step:
            case {"recorded": verb, "object": label}:
                return ProxyStep.objects.get(event__object_id=self.things[label].pk, event__verb=verb)
            case {"opinion_of": agency, "object": label}:
                return self.things[label].opinions.get(agency__code=agency)
            case {"measure": suspect}:
                return self.things[suspect].measures.standing().order_by("-since", "-created_at")[0]
            case {"clock": rule}:
                running = Clock.objects.running().filter(case=self.things["case"], rule__code=rule)
                if "suspect" in step:
                    running = running.filter(subject_id__in=self.things[step["suspect"]].measures.values("pk"))
                return running.get()
            case {"lot": number}:
                return self._lot(number)
            case {"form": code, "object": label}:
                return Paper.objects.standing().get(subject_id=self.things[label].pk, form=code)
            case {"task": code}:
                return Task.objects.open().get(case=self.things["case"], step=code)
        return self.things[step["object"]]

    def _lot(self, number: str) -> Any:
        return self.things["case"].lots.get(number=number)

    @staticmethod
    def _parties(thing: Any, names: list[str]) -> list[str]:
        """By their roles or names."""
        found = _case_of(thing).parties.filter(models.Q(role__in=names) | models.Q(name__in=names))
        return [str(pk) for pk in found.values_list("pk", flat=True)]

    def _value(self, thing: Any, value: Any) -> Any:
        """The value of a field. A mapping with one of these keys is looked up."""
        match value:
            case {"account": username}:
                return self.player.actor(username).id
            case {"accounts": usernames}:
                return [self.player.actor(username).id for username in usernames]
            case {"object": label}:
                return str(self.things[label].pk)
            case {"objects": labels}:
                return [str(self.things[label].pk) for label in labels]
            case {"kind_and_id": label}:
                return f"{resource_of(self.things[label]).kind}:{self.things[label].pk}"
            case {"party": name}:
                return self._parties(thing, [name])[0]
            case {"parties": names}:
                return self._parties(thing, names)
            case {"item": description}:
                return str(_case_of(thing).items.filter(description=description).values_list("pk", flat=True)[0])
            case {"lots": numbers}:
                return [str(self._lot(number).pk) for number in numbers]
            case {"paper_of_agency": number}:
                return str(IncomingPaper.objects.get(case=_case_of(thing), number=number).pk)
            case {"questionnaire": code}:
                return str(Questionnaire.objects.get(code=code, state=Questionnaire.State.IN_FORCE).pk)
            case {"gap_of": label}:
                return str(self.things[label].gaps.get().pk)
            case {"case_of": source_ref}:  # made from the report of another story
                return str(Case.objects.get(leads__source_ref=source_ref, leads__state=Lead.State.PROMOTED).pk)
            case {"published": text}:
                return samples()[self.story["sample"]][text]
            case {"scan": lines}:
                return scan(*lines)
            case {"with_day": text, "in_days": days}:
                return text.replace("DAY", self.player.day(-days).isoformat())
            case {"in_hours": hours}:
                return self.player.now + timedelta(hours=hours)
            case {"in_days": days}:
                return self.player.day(-days)
            case {"day_ago": days}:
                return self.player.day(days)
            case {"moment": when}:
                return self.player.at(when)
        return value

    def _made(self, thing: Any, step: Step, result: Any) -> Any:
        match step["verb"]:
            case "promote":
                return self._mark(thing.case)
            case "file" | "accept":
                return thing.proceeding
            case "suggest_supervision":
                return thing.followed_by.latest("created_at")
            case "add_line":
                return lines_of(thing).order_by("-created_at")[0]
        if not isinstance(result, models.Model):
            raise TypeError(f"{step['verb']} makes nothing that could be called {step['makes']}")
        return result

    def _mark(self, case: Case) -> Case:
        """Marks the case as invented or published. A direct write, because no action does this."""
        Case.objects.filter(pk=case.pk).update(is_synthetic="sample" not in self.story, updated_at=times.now())
        case.refresh_from_db()
        return case


def _case_of(thing: Any) -> Any:
    return getattr(thing, "case", thing)


def _with_papers(thing: Any, verb: str, actor: Actor, given: Mapping[str, Any]) -> AbstractContextManager[None]:
    """The papers of the act, which the person has read. Their drafter has completed them."""
    if verb in OUTSIDE_WORKFLOWS:
        return nullcontext()
    drafts = Paper.objects.filter(subject_id=thing.pk, state=Paper.State.DRAFT, body__contains=EVIDENCE[0])
    for paper in drafts:
        text = {"title": paper.title, "addressee": paper.addressee, "body": paper.body.replace(*EVIDENCE)}
        if paper.drafter:
            edit(paper, actor=actor_for(paper.drafter), happened_at=given["happened_at"], paper="工作记录", **text)
    return with_papers(resource_of(thing), thing, verb, actor=actor, has_read=True, given=given)


def _draft(thing: Any, *, actor: Actor, happened_at: datetime, form: str, **unasked: Any) -> Paper:
    """Drafts any form that transitions of the object need."""
    return draft_paper(thing, resource_of(thing).workflow_of(thing), actor=actor, form=form, happened_at=happened_at)


EVIDENCE = "【证据】", "报关单、查验记录、当事人陈述"  # what a drafter writes by hand
OUTSIDE_WORKFLOWS: dict[str, Any] = {"correct": propose, "draft_paper": _draft}
