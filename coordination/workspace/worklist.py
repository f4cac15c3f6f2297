"""The worklist of home: every open item that needs an action of the reader, once, under its most urgent heading.

Wiring: it knows every noun. One query finds what lies nearest on every desk, and one a noun reads it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.counting import Compiled, Moment, compiled_ids, first_of_each
from agencies.kernel.filtering import NEVER
from agencies.kernel.records import SOON
from agencies.kernel.work import Decides, Side
from agencies.work.models import WorkItem, WorkItemQuerySet
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.intake.models import Lead
from cases.proceedings import access as proceedings
from cases.proceedings.models import Decision
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
    away,
    changed_rules_line,
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
from .waiting import Reader

Desks = dict[str, Compiled]  # desk → the query for its items, ordered and limited
Ids = dict[UUID, str]  # id of an item → its desk
SHOWN = 10  # lines of a section; the rest is in its lists
LATE = "late"  # desk of late items
ELSEWHERE = "elsewhere late"  # desk of late items whose next step is another agency's
FETCHED = 40  # for each desk: enough to fill every section, since more urgent sections take some


@dataclass(frozen=True)
class Section:
    """One heading: at most SHOWN lines, and links to the complete lists."""

    key: str
    title: Text
    lines: list[Line]
    lists: list[tuple[Text, str]]
    has_more: bool


CUTS = {"overdue": "overdue=1", "soon": "soon=1", "mine": "open=1"}
CLOCK_CUTS = {"overdue": "due=overdue", "soon": "due=24h"}
IN_QUEUES = (
    "overdue",
    "soon",
    "returned",
    "mine",
    "unclaimed",
    "elsewhere",
)  # sections that are also a queue of all resources
OFFICER = (
    "overdue",
    "soon",
    "reminded",
    "returned",
    "referrals",
    "instructions",
    "opinions",
    "conferences",
    "elsewhere",
    "triage",
    "rules",
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
    "rules",
    "returned",
    "referrals",
    "instructions",
    "opinions",
    "conferences",
    "elsewhere",
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
    "elsewhere",
    "triage",
    "rules",
    "unclaimed",
    "mine",
)


def worklist(actor: Actor, counts: Mapping[str, int] | None = None) -> list[Section]:
    """The sections of this actor, in the order of their role. No section is empty, and no item is in two.

    `counts` are the counters of the navigation; desks with a count of zero are not read.
    """
    reader = Reader(actor, times.now())
    return sections(reader, first_of_each(questions(reader, counts)))


def sections(reader: Reader, found: Mapping[str, Mapping[Any, str]]) -> list[Section]:
    """The same, from the results of `questions`."""
    # A referral and the task of its present step are one matter. Referrals come first, so their line is shown.
    about: dict[tuple[str, Any], Line] = {}
    for line in _lines(reader, found):
        about.setdefault(line.key, line)
    lines = sorted(about.values(), key=lambda line: (line.due_at or NEVER, str(line.key[1])))
    made, taken = [], set[tuple[str, Any]]()
    for key in order_for(reader.actor):
        own = [line for line in lines if key in line.sections and line.key not in taken]
        taken |= {line.key for line in own}
        if own:
            made.append(_section(key, own, reader.actor))
    return made


def order_for(actor: Actor) -> tuple[str, ...]:
    if actor.responsible_for:
        return OFFICE_HOLDER
    return LEAD if Role.LEAD in actor.roles else OFFICER


def _section(key: str, lines: list[Line], actor: Actor) -> Section:
    sources = dict.fromkeys(line.source for line in lines if line.source)
    lists = [(source.label, _address(source, key, actor)) for source in sources]
    if key == "decide" and actor.responsible_for:
        lists.insert(0, (_("Approvals"), reverse("approvals")))
    if key == "elsewhere":
        lists.insert(0, (_("Late at other agencies"), reverse("reminder_desk")))
    if key in IN_QUEUES:
        lists.insert(0, (_("One combined queue"), f"{reverse('queues')}?queue={key}"))
    return Section(key, TITLES[key], lines[:SHOWN], lists, len(lines) > SHOWN)


def _address(source: Source, section: str, actor: Actor) -> str:
    cut = CLOCK_CUTS[section] if source.page == CLOCKS else _cut(section, actor)
    return f"{reverse(source.page)}?{'&'.join(filter(None, (source.query, cut)))}"


def _cut(section: str, actor: Actor) -> str:
    """The filters that a section adds to the address of a list, so that the list shows what the section counts."""
    states = {"returned": RETURNED, "decide": decided_by(actor)}.get(section, ())
    return CUTS.get(section, "") or "&".join(f"state={state}" for state in states)


def questions(reader: Reader, counts: Mapping[str, int] | None) -> dict[str, Compiled]:
    """The items of each desk that are due first. Desks are limited separately, so that a full one hides no other."""
    asked = [resource for resource in NEAREST if counts is None or counts.get(resource, 1)]
    desks = {resource: _desks(resource, reader.actor, reader.hidden_reminders, times.today()) for resource in asked}
    return {f"{resource} {desk}": question for resource in asked for desk, question in desks[resource].items()}


@lru_cache(maxsize=2048)
def _desks(resource: str, actor: Actor, hidden: frozenset[UUID], day: date) -> Desks:
    """The desks of this person, compiled once a day."""
    now: Any = Moment()
    return NEAREST[resource][0](Reader(actor, now, hidden=hidden))


def _lines(reader: Reader, found: Mapping[str, Mapping[Any, str]]) -> Iterator[Line]:
    lying: dict[str, Ids] = {resource: {} for resource in NEAREST}
    for name, pks in found.items():
        resource, _space, desk = name.partition(" ")
        lying[resource] |= dict.fromkeys(pks, desk)
    return chain.from_iterable(
        lines(lying[resource], reader) for resource, (_desks, lines) in NEAREST.items() if lying[resource]
    )


def _nearest(desks: Mapping[str, WorkItemQuerySet], actor: Actor) -> Desks:
    """The rows of each desk that are due first, late rows before others.

    Late items are taken by the first section, except for office holders, whose decisions come before. Twice what it
    shows is enough, because two tasks may be about one matter.
    """
    late = FETCHED if actor.offices else 2 * SHOWN
    return {
        desk: compiled_ids(
            rows.order_by("due_at", "object_id")[: late if desk.endswith(LATE) else FETCHED], of="object_id"
        )
        for desk, rows in desks.items()
    }


def _late_and_other(rows: WorkItemQuerySet, reader: Reader) -> dict[str, WorkItemQuerySet]:
    """Separate desks, so that many late items do not hide the others and are not read for them."""
    return {LATE: rows.overdue(reader.now), "between": rows.between(reader.now), "other": rows.due_from(reader.now)}


def _referral_desks(reader: Reader) -> Desks:
    waiting = reader.has("referral")
    desks = _late_and_other(waiting, reader) | {"returned": waiting.filter(returned=True)}
    if states := decided_by(reader.actor):
        desks["decide"] = waiting.filter(state__in=states)
    awaited = reader.seen(WorkItem.objects.of_agency(reader.actor.agency_id, Side.AWAITS))
    desks[ELSEWHERE] = awaited.filter(kind="referral").overdue(reader.now)
    return _nearest(desks, reader.actor)


def _referral_lines(desks: Ids, reader: Reader) -> Iterator[Line]:
    found = referrals.OFFICE.with_barred_holders(Referral.objects.visible_to(reader.actor).filter(pk__in=desks))
    for referral in found.select_related("case", "sender", "receiver", "holder", "offence"):
        line = referral_line(referral, reader.actor, reader.now)
        if desks[referral.pk] == ELSEWHERE:
            line = replace(away(line, referral, referral.holder), sections=frozenset({"elsewhere"}), source=None)
        yield line


def _task_desks(reader: Reader) -> Desks:
    """Own and unclaimed tasks; for leads also those of others that are due soon."""
    ours = reader.does.filter(kind="task")
    mine = ours.of_person(reader.me)
    others = ours.exclude(person_id=reader.me)
    desks = {f"mine {desk}": rows for desk, rows in _late_and_other(mine, reader).items()}
    desks |= {f"unclaimed {desk}": rows for desk, rows in _late_and_other(others.filter(free=True), reader).items()}
    if reader.actor.leads(reader.actor.agency_id):
        desks["others"] = others.filter(free=False, due_at__lte=reader.now + SOON)
    return _nearest(desks, reader.actor)


def _task_lines(desks: Ids, reader: Reader) -> Iterator[Line]:
    found = Task.objects.visible_to(reader.actor).filter(pk__in=desks)
    for task in found.select_related("asked_by", "assignee", "agency"):
        yield task_line(task, desks[task.pk].split()[0], reader.actor, reader.now)


def _lead_desks(reader: Reader) -> Desks:
    waiting = reader.has("lead")
    if not reader.actor.leads(reader.actor.agency_id):
        waiting = waiting.filter(Q(free=True) | Q(person_id=reader.me))
    return _nearest(_late_and_other(waiting, reader), reader.actor)


def _lead_lines(desks: Ids, reader: Reader) -> Iterator[Line]:
    found = Lead.objects.visible_to(reader.actor).filter(pk__in=desks)
    for lead in found.select_related("source_agency", "officer", "agency"):
        yield lead_line(lead, reader.actor, reader.now)


def _instruction_desks(reader: Reader) -> Desks:
    return _nearest(_late_and_other(reader.has("instruction"), reader), reader.actor)


def _instruction_lines(desks: Ids, reader: Reader) -> Iterator[Line]:
    found = instructions.OFFICE.with_barred_holders(Instruction.objects.visible_to(reader.actor).filter(pk__in=desks))
    for instruction in found.select_related("case", "sender", "receiver"):
        yield instruction_line(instruction, reader.actor, reader.now)


def _opinion_desks(reader: Reader) -> Desks:
    return _nearest(_late_and_other(reader.has("opinion"), reader), reader.actor)


def _opinion_lines(desks: Ids, reader: Reader) -> Iterator[Line]:
    found = opinions.OFFICE.with_barred_holders(Opinion.objects.visible_to(reader.actor).filter(pk__in=desks))
    for opinion in found.select_related("round__case", "round__agency", "agency"):
        yield opinion_line(opinion, reader.actor, reader.now)


def _changed_rules_desks(reader: Reader) -> Desks:
    return _nearest({"": reader.has("case")}, reader.actor)


def _changed_rules_lines(desks: Ids, reader: Reader) -> Iterator[Line]:
    for case in Case.objects.contents_visible_to(reader.actor).filter(pk__in=desks):
        yield changed_rules_line(case)


def _conference_desks(reader: Reader) -> Desks:
    return _nearest({"": reader.has("conference")}, reader.actor)


def _conference_lines(desks: Ids, reader: Reader) -> Iterator[Line]:
    """Without buttons: whether an action is allowed depends on the participants and would take a query for each row."""
    for conference in Conference.objects.visible_to(reader.actor).filter(pk__in=desks).select_related("agency"):
        yield conference_line(conference)


def _clock_desks(reader: Reader) -> Desks:
    """Periods of proceedings that the officer handles or that have no handler; for leads those of the whole agency."""
    ours = reader.seen(WorkItem.objects.of_agency(reader.actor.agency_id, Side.PERIOD))
    if not reader.actor.leads(reader.actor.agency_id):
        ours = ours.filter(Q(free=True) | Q(person_id=reader.me))
    return _nearest({"": ours.filter(due_at__lte=reader.now + SOON)}, reader.actor)


def _clock_lines(desks: Ids, reader: Reader) -> Iterator[Line]:
    for clock in Clock.objects.visible_to(reader.actor).filter(pk__in=desks).select_related("rule", "case"):
        yield clock_line(clock, reader.actor, reader.now)


def _reminder_desks(reader: Reader) -> Desks:
    return _nearest({"": reader.has("reminder")}, reader.actor)


def _reminder_lines(desks: Ids, reader: Reader) -> Iterator[Line]:
    found = reader.visible(Reminder).filter(pk__in=desks)
    for letter in found.select_related("sender", "agency", "handler"):
        yield reminder_line(letter, reader.actor, reader.now)


def _confidential_desks(reader: Reader) -> Desks:
    """Letters have no work items, so this reads the letters that name the actor."""
    waiting = ConfidentialLetter.objects.visible_to(reader.actor).waiting_for(reader.actor)
    return {"": compiled_ids(waiting.order_by("state_since", "pk")[:FETCHED])}


def _confidential_lines(desks: Ids, reader: Reader) -> Iterator[Line]:
    """Reads the named people of all letters at once, because the allowed actions depend on the part of this person."""
    letters: dict[UUID, ConfidentialLetter] = {}
    for named in NamedPerson.objects.filter(letter__in=desks).select_related("letter__agency", "letter__drafter"):
        letter = letters.setdefault(named.letter_id, named.letter)
        letter.__dict__.setdefault("parts", {})[str(named.user_id)] = named.part
    for letter in letters.values():
        yield confidential_line(letter, reader.actor)


def _decision_desks(reader: Reader) -> Desks:
    if not reader.actor.offices:
        return {}
    reviewed = WorkItem.objects.filter(kind="decision", decides=Decides.HEAD, agency_id__in=reader.actor.offices)
    return {"": compiled_ids(reviewed.order_by("since", "object_id")[:FETCHED], of="object_id")}


def _decision_lines(desks: Ids, reader: Reader) -> Iterator[Line]:
    found = proceedings.OFFICE.with_barred_holders(Decision.objects.filter(pk__in=desks))
    for decision in found.select_related("proceeding__case", "party"):
        yield decision_line(decision, reader.actor, reader.now)


def _offer_desks(reader: Reader) -> Desks:
    actor = reader.actor
    if not actor.leads(actor.agency_id):
        return {}
    offered = Case.objects.visible_to(actor).open().filter(lead_offered_to=actor.agency_id)
    return {"": compiled_ids(offered.order_by("pk")[:FETCHED])}


def _offer_lines(desks: Ids, reader: Reader) -> Iterator[Line]:
    for case in Case.objects.filter(pk__in=desks).select_related("lead"):
        yield offer_line(case)


# For each resource its desks, and the lines of the items found there. Those with a counter in the navigation are read
# only if it is not zero.
NEAREST: dict[str, tuple[Callable[[Reader], Desks], Callable[[Ids, Reader], Iterable[Line]]]] = {
    "referral": (_referral_desks, _referral_lines),
    "task": (_task_desks, _task_lines),
    "lead": (_lead_desks, _lead_lines),
    "clock": (_clock_desks, _clock_lines),
    "decision": (_decision_desks, _decision_lines),
    "offer": (_offer_desks, _offer_lines),
    "case": (_changed_rules_desks, _changed_rules_lines),
    "reminders": (_reminder_desks, _reminder_lines),
    "confidential_letters": (_confidential_desks, _confidential_lines),
    "instructions": (_instruction_desks, _instruction_lines),
    "opinion_rounds": (_opinion_desks, _opinion_lines),
    "conferences": (_conference_desks, _conference_lines),
}
