"""What an officer works down: every open thing that asks something of him, once, under its most urgent heading.

Wiring: it knows every noun. One query finds what lies nearest on every desk, and one a noun reads it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.counting import Compiled, Moment, compiled_ids, first_of_each
from agencies.kernel.filtering import NEVER
from agencies.kernel.lookups import id_if_among
from agencies.kernel.records import SOON
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.intake.models import Lead
from cases.proceedings import access as proceedings
from cases.proceedings.models import Decision, Measure, Proceeding, PropertyMeasure, Suspect
from coordination.exchange.conferences.models import Conference
from coordination.exchange.confidential.models import ConfidentialLetter, NamedPerson
from coordination.exchange.instructions import access as instructions
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.opinions import access as opinions
from coordination.exchange.opinions.models import Opinion
from coordination.exchange.referrals import access as referrals
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.models import Task

from .lines import (
    CLOCKS,
    RETURNED,
    TITLES,
    Line,
    Source,
    Text,
    clock_line,
    conference_line,
    confidential_line,
    decided_by,
    decision_line,
    instruction_line,
    lead_line,
    offer_line,
    opinion_line,
    referral_line,
    reminder_line,
    task_line,
)

Desks = dict[str, Any]  # desk → what lies on it, ordered and cut
Ids = dict[UUID, str]  # what is shown → its desk
SHOWN = 10  # lines of a section; the rest stands in its lists
FETCHED = 40  # per state or desk: enough to fill every section after what more urgent ones took


@dataclass(frozen=True)
class Section:
    """One heading: at most SHOWN lines, and the lists in which all of them stand."""

    key: str
    title: Text
    lines: list[Line]
    lists: list[tuple[Text, str]]
    has_more: bool


CUTS = {"overdue": "overdue=1", "soon": "soon=1", "mine": "open=1"}
CLOCK_CUTS = {"overdue": "due=overdue", "soon": "due=24h"}
IN_QUEUES = ("overdue", "soon", "returned", "mine", "unclaimed")  # sections that are also a queue over all nouns
OFFICER = (
    "overdue",
    "soon",
    "reminded",
    "returned",
    "referrals",
    "instructions",
    "opinions",
    "conferences",
    "triage",
    "mine",
    "unclaimed",
)
LEAD = (
    "overdue",
    "soon",
    "reminded",
    "decide",
    "unclaimed",
    "triage",
    "returned",
    "referrals",
    "instructions",
    "opinions",
    "conferences",
    "mine",
)
OFFICE_HOLDER = (
    "decide",
    "overdue",
    "soon",
    "reminded",
    "returned",
    "referrals",
    "instructions",
    "opinions",
    "conferences",
    "triage",
    "unclaimed",
    "mine",
)


def worklist(actor: Actor, counts: Mapping[str, int] | None = None) -> list[Section]:
    """The sections of this actor, in the order of his role; none is empty, nothing stands in two.

    `counts` is how much waits behind each item of the navigation: what most people have none of is not asked for.
    """
    return sections(actor, first_of_each(questions(actor, counts)))


def sections(actor: Actor, found: Mapping[str, Mapping[Any, str]]) -> list[Section]:
    """The same, of what `questions` found."""
    now = times.now()
    # A referral and the task of its present step are one matter; referrals come first, so theirs is the line.
    about: dict[tuple[str, Any], Line] = {}
    for line in _lines(actor, now, found):
        about.setdefault(line.key, line)
    lines = sorted(about.values(), key=lambda line: (line.due_at or NEVER, str(line.key[1])))
    made, taken = [], set[tuple[str, Any]]()
    for key in order_for(actor):
        own = [line for line in lines if key in line.sections and line.key not in taken]
        taken |= {line.key for line in own}
        if own:
            made.append(_section(key, own, actor))
    return made


def order_for(actor: Actor) -> tuple[str, ...]:
    if actor.offices:
        return OFFICE_HOLDER
    return LEAD if Role.LEAD in actor.roles else OFFICER


def _section(key: str, lines: list[Line], actor: Actor) -> Section:
    sources = dict.fromkeys(line.source for line in lines if line.source)
    lists = [(source.label, _address(source, key, actor)) for source in sources]
    if key == "decide" and actor.offices:
        lists.insert(0, (_("Approvals"), reverse("approvals")))
    if key in IN_QUEUES:
        lists.insert(0, (_("One combined queue"), f"{reverse('queues')}?queue={key}"))
    return Section(key, TITLES[key], lines[:SHOWN], lists, len(lines) > SHOWN)


def _address(source: Source, section: str, actor: Actor) -> str:
    cut = CLOCK_CUTS[section] if source.page == CLOCKS else _cut(section, actor)
    return f"{reverse(source.page)}?{'&'.join(filter(None, (source.query, cut)))}"


def _cut(section: str, actor: Actor) -> str:
    """What a section adds to the address of a list it draws on, so that the list shows what the section counts."""
    states = {"returned": RETURNED, "decide": decided_by(actor)}.get(section, ())
    return CUTS.get(section, "") or "&".join(f"state={state}" for state in states)


def questions(actor: Actor, counts: Mapping[str, int] | None) -> dict[str, Compiled]:
    """Of each desk the nearest due: a full one must not push the others out of sight."""
    return {
        f"{resource} {desk}": question
        for resource, desks in _nearest_of_each(actor, times.today()).items()
        if counts is None or counts.get(resource, 1)
        for desk, question in desks.items()
    }


def _lines(actor: Actor, now: datetime, found: Mapping[str, Mapping[Any, str]]) -> Iterator[Line]:
    lying: dict[str, Ids] = {resource: {} for resource in NEAREST}
    for name, pks in found.items():
        resource, _space, desk = name.partition(" ")
        lying[resource] |= dict.fromkeys(pks, desk)
    return chain.from_iterable(lines(lying[resource], actor, now) for resource, (_desks, lines) in NEAREST.items())


@lru_cache(maxsize=256)
def _nearest_of_each(actor: Actor, day: date) -> Mapping[str, Mapping[str, Compiled]]:
    """The questions of every desk, put into words once a person and day (see `queues.standing`)."""
    return {
        resource: {desk: compiled_ids(rows) for desk, rows in desks_of(actor).items()}
        for resource, (desks_of, _lines_of) in NEAREST.items()
    }


def _nearest(desks: Desks) -> Desks:
    # Nulls last and no NEVER in their place: so it is the order of an index.
    return {desk: rows.order_by(F("due_at").asc(nulls_last=True), "pk")[:FETCHED] for desk, rows in desks.items()}


def _referral_desks(actor: Actor) -> Desks:
    waiting = Referral.objects.visible_to(actor).waiting_on(actor.agency_id)
    return _nearest({state: waiting.filter(state=state) for state in Referral.State if state not in Referral.ENDED})


def _referral_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    found = referrals.OFFICE.with_barred_holders(Referral.objects.filter(pk__in=desks))
    for referral in found.select_related("case", "sender", "receiver", "offence"):
        yield referral_line(referral, actor, now)


def _task_desks(actor: Actor) -> Desks:
    """His own, those that nobody has, and for who leads those of others that are due; each state by itself, since that
    is how an index has them in order."""
    ours: Any = Task.objects.visible_to(actor).filter(agency=actor.agency_id)
    others = ours.exclude(assignee_id=actor.id)
    desks = {f"mine {state}": ours.filter(assignee_id=actor.id, state=state) for state in Task.OPEN_STATES}
    desks |= {f"unclaimed {state}": others.filter(state=state) for state in (Task.State.ASKED, Task.State.OPEN)}
    if actor.leads(actor.agency_id):
        desks["others"] = others.filter(state=Task.State.CLAIMED, due_at__lte=Moment() + SOON)
    return _nearest(desks)


def _task_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    for task in Task.objects.filter(pk__in=desks).select_related("asked_by", "assignee", "agency"):
        yield task_line(task, desks[task.pk].split()[0], actor, now)


def _lead_desks(actor: Actor) -> Desks:
    waiting = Lead.objects.visible_to(actor).to_triage().filter(agency=actor.agency_id)
    if not actor.leads(actor.agency_id):
        waiting = waiting.filter(Q(officer=None) | Q(officer_id=actor.id))
    return _nearest({state: waiting.filter(state=state) for state in (Lead.State.RECEIVED, Lead.State.TAKEN_UP)})


def _lead_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    for lead in Lead.objects.filter(pk__in=desks).select_related("source_agency", "officer", "agency"):
        yield lead_line(lead, actor, now)


def _instruction_desks(actor: Actor) -> Desks:
    waiting = Instruction.objects.visible_to(actor).waiting_on(actor.agency_id)
    states = (*Instruction.WITH_SENDER, *Instruction.WITH_RECEIVER)
    return _nearest({state: waiting.filter(state=state) for state in states})


def _instruction_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    found = instructions.OFFICE.with_barred_holders(Instruction.objects.filter(pk__in=desks))
    for instruction in found.select_related("case", "sender", "receiver"):
        yield instruction_line(instruction, actor, now)


def _opinion_desks(actor: Actor) -> Desks:
    waiting = Opinion.objects.visible_to(actor).waiting_on(actor.agency_id)
    return _nearest({state: waiting.filter(state=state) for state in Opinion.WAITING})


def _opinion_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    found = opinions.OFFICE.with_barred_holders(Opinion.objects.filter(pk__in=desks))
    for opinion in found.select_related("round__case", "round__agency", "agency"):
        yield opinion_line(opinion, actor, now)


def _conference_desks(actor: Actor) -> Desks:
    waiting = Conference.objects.visible_to(actor).waiting_on(actor)
    return {"": waiting.order_by("starts_at", "pk")[:FETCHED]}


def _conference_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    """Its verbs ask who takes part, row by row, so a line leads to its page and offers none."""
    for conference in Conference.objects.filter(pk__in=desks).select_related("agency"):
        yield conference_line(conference)


def _clock_desks(actor: Actor) -> Desks:
    ours = Clock.objects.visible_to(actor).running().duties().filter(agency=actor.agency_id)
    return _nearest({"": _in_hands_of(actor, ours.filter(due_at__lte=Moment() + SOON))})


def _clock_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    for clock in Clock.objects.filter(pk__in=desks).select_related("rule", "case"):
        yield clock_line(clock, actor, now)


PROCEEDING_OF: dict[Any, str] = {
    Proceeding: "", Decision: "proceeding__", Suspect: "proceeding__", Measure: "suspect__proceeding__",
    PropertyMeasure: "proceeding__",
}  # fmt: skip


def _in_hands_of(actor: Actor, clocks: Any) -> Any:
    """An officer answers for the proceedings that he handles or nobody does; who leads, for all of his agency."""
    found = [When(subject_kind=kind.clock_kind, then=_subject_in_hands(kind, actor)) for kind in PROCEEDING_OF]
    return clocks.annotate(in_hands=models.Case(*found, default=None)).filter(in_hands__isnull=False)


def _subject_in_hands(kind: Any, actor: Actor) -> Subquery:
    # One by one: few periods are near, and as a list it would be all that the agency ever handled.
    of = PROCEEDING_OF[kind]
    handled = Q() if actor.leads(actor.agency_id) else Q(**{f"{of}handler": None}) | Q(**{f"{of}handler_id": actor.id})
    return id_if_among(kind.objects.filter(handled, **{f"{of}agency_id": actor.agency_id}).order_by(), "subject_id")


def _reminder_desks(actor: Actor) -> Desks:
    return _nearest({"": Reminder.objects.visible_to(actor).waiting_on(actor.agency_id)})


def _reminder_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    for letter in Reminder.objects.filter(pk__in=desks).select_related("sender", "agency", "handler"):
        yield reminder_line(letter, actor, now)


def _confidential_desks(actor: Actor) -> Desks:
    waiting = ConfidentialLetter.objects.visible_to(actor).waiting_for(actor)
    return {"": waiting.order_by("state_since", "pk")[:FETCHED]}


def _confidential_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    """Each with all whom it names, since what this person may do hangs on his part: no letter is asked for its own."""
    letters: dict[UUID, ConfidentialLetter] = {}
    for named in NamedPerson.objects.filter(letter__in=desks).select_related("letter__agency", "letter__drafter"):
        letter = letters.setdefault(named.letter_id, named.letter)
        letter.__dict__.setdefault("parts", {})[str(named.user_id)] = named.part
    for letter in letters.values():
        yield confidential_line(letter, actor)


def _decision_desks(actor: Actor) -> Desks:
    reviewed = Decision.objects.filter(state=Decision.State.REVIEW, proceeding__agency__in=actor.offices)
    return {"": reviewed.order_by("state_since", "pk")[:FETCHED]} if actor.offices else {}


def _decision_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    found = proceedings.OFFICE.with_barred_holders(Decision.objects.filter(pk__in=desks))
    for decision in found.select_related("proceeding__case", "party"):
        yield decision_line(decision, actor, now)


def _offer_desks(actor: Actor) -> Desks:
    offered = Case.objects.visible_to(actor).open().filter(lead_offered_to=actor.agency_id)
    return {"": offered.order_by("pk")[:FETCHED]} if actor.leads(actor.agency_id) else {}


def _offer_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    for case in Case.objects.filter(pk__in=desks).select_related("lead"):
        yield offer_line(case)


# What waits, by noun: its desks, and the lines of what was found on them. Those named as the navigation names them are
# asked for only where it counted some.
NEAREST: dict[str, tuple[Callable[[Actor], Desks], Callable[[Ids, Actor, datetime], Iterable[Line]]]] = {
    "referral": (_referral_desks, _referral_lines),
    "task": (_task_desks, _task_lines),
    "lead": (_lead_desks, _lead_lines),
    "clock": (_clock_desks, _clock_lines),
    "decision": (_decision_desks, _decision_lines),
    "offer": (_offer_desks, _offer_lines),
    "reminders": (_reminder_desks, _reminder_lines),
    "confidential_letters": (_confidential_desks, _confidential_lines),
    "instructions": (_instruction_desks, _instruction_lines),
    "opinion_rounds": (_opinion_desks, _opinion_lines),
    "conferences": (_conference_desks, _conference_lines),
}
