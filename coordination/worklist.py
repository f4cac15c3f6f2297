"""What an officer works down: every open thing that asks something of him, once, under its most urgent heading.

Wiring: it knows every noun. Each source is one query, however many rows lie in it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache, partial
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor, Role
from agencies.kernel.counting import Moment, Worded, first_of_each, worded_ids
from agencies.kernel.filtering import NEVER
from agencies.kernel.looking_up import one_at_a_time
from agencies.kernel.records import SOON
from agencies.organs.models import Agency
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.intake.models import Lead
from cases.proceedings.models import Decision, Measure, Proceeding, PropertyMeasure, Suspect
from coordination.chasing.models import ChaseLetter
from coordination.conferences.models import Conference
from coordination.directions.models import Direction
from coordination.opinions.models import Opinion
from coordination.referrals.access import reads_package
from coordination.referrals.models import Referral
from coordination.routing.placed import Placed
from coordination.sealed.models import SealedLetter
from coordination.tasks.models import Task

from .nouns import NOUNS, Button

Text = str | Promise
Offer = Callable[[], Button | None]
Desks = dict[str, Any]  # desk → what lies on it, ordered and cut
Ids = dict[UUID, str]  # what is shown → its desk
SHOWN = 10  # lines of a section; the rest stands in its lists
FETCHED = 40  # per state or desk: enough to fill every section after what more urgent ones took


@dataclass(frozen=True)
class Source:
    """A list of some noun that a section draws on, as its address without what the section adds."""

    page: str
    query: str
    label: Text


@dataclass(frozen=True)
class Line:
    """One thing to work down. `key` is what it is really about, so that a step and its referral are one line."""

    key: tuple[str, Any]
    sections: frozenset[str]
    source: Source | None
    what: Text
    note: str
    url: str
    waits: Agency | None
    why: Text
    due_at: datetime | None
    breach_at: datetime | None
    offer: Offer
    kind: str = "duty"
    routing: Placed | None = None
    pick: str = ""  # the name of its box, where rows are chosen

    @cached_property
    def button(self) -> Button | None:
        """The next step. Asked for where it is shown: what a person may do of a thing takes longer than the thing."""
        return self.offer()


@dataclass(frozen=True)
class Section:
    """One heading: at most SHOWN lines, and the lists in which all of them stand."""

    key: str
    title: Text
    lines: list[Line]
    lists: list[tuple[Text, str]]
    has_more: bool


TITLES: dict[str, Text] = {
    "overdue": _("Overdue"),
    "soon": _("Due within 24 hours"),
    "decide": _("Awaiting your decision"),
    "returned": _("Returned to us"),
    "chased": _("Chase letters to be answered"),
    "referrals": _("Referrals waiting for us"),
    "directions": _("Letters up and down"),
    "opinions": _("Opinions asked of us"),
    "conferences": _("Conferences waiting for us"),
    "triage": _("Leads to triage"),
    "mine": _("My tasks"),
    "unclaimed": _("Unclaimed tasks"),
}
CUTS = {"overdue": "overdue=1", "soon": "soon=1", "mine": "open=1"}
CLOCK_CUTS = {"overdue": "due=overdue", "soon": "due=24h"}
CLOCKS = "running_clocks"
IN_QUEUES = ("overdue", "soon", "returned", "mine", "unclaimed")  # sections that are also a queue over all nouns
OFFICER = (
    "overdue",
    "soon",
    "chased",
    "returned",
    "referrals",
    "directions",
    "opinions",
    "conferences",
    "triage",
    "mine",
    "unclaimed",
)
LEAD = (
    "overdue",
    "soon",
    "chased",
    "decide",
    "unclaimed",
    "triage",
    "returned",
    "referrals",
    "directions",
    "opinions",
    "conferences",
    "mine",
)
OFFICE_HOLDER = (
    "decide",
    "overdue",
    "soon",
    "chased",
    "returned",
    "referrals",
    "directions",
    "opinions",
    "triage",
    "unclaimed",
    "mine",
)

R = Referral.State
RETURNED = (R.RETURNED, R.SUPPLEMENT)
WHY_REFERRAL: dict[str, Text] = {
    R.DRAFT_REPORT: _("Your organ's report is not submitted yet."),
    R.HEAD_DECISION: _("The responsible person of your organ decides."),
    R.APPROVED: _("Approved: now it must be handed over."),
    R.DELIVERED: _("Handed over to your organ: the receipt is not signed yet."),
    R.ACCEPTED: _("Your organ signed the receipt and must decide whether to file."),
    R.SUPPLEMENT: _("The receiving organ asked for missing papers."),
    R.NOT_OURS: _("Your organ found it to belong elsewhere: it must be sent on or back."),
    R.NOT_FILED: _("Not filed: your organ may ask for reconsideration or supervision, or accept it."),
    R.RECONSIDERATION: _("The sender asks your organ to reconsider the non-filing."),
    R.UPHELD: _("Reconsideration changed nothing: your organ may turn to the procuratorate, or accept it."),
    R.SUGGESTED: _("An agency suggests to supervise the filing: your organ examines it."),
    R.REASONS_ASKED: _("The procuratorate asks your organ why it did not file."),
    R.EXPLAINED: _("The police explained: your organ decides whether their reasons stand."),
    R.REASONS_STAND: _("Your organ found that the reasons stand: the agency must be told."),
    R.ORDERED: _("The procuratorate ordered your organ to file."),
    R.DRAFT: _("Your organ's draft is not sent yet."),
    R.SENT: _("Your organ must accept, return or decline it."),
    R.IN_WORK: _("Your organ accepted the request and owes the answer."),
    R.RETURNED: _("It came back to your organ for completion."),
    R.NOT_COMPETENT: _("The other organ declined its competence."),
    R.DESIGNATION: _("Your organ must designate who is competent."),
    R.CENTRE_ASKED: _("The two organs ask for an opinion."),
    R.OPINED: _("By the centre's opinion your organ is competent."),
    R.AT_OFFICE: _("The mechanism's Office decides."),
    R.DESIGNATED: _("Your organ was designated and must take it over."),
    R.RESUMED: _("Your organ handles it again and owes the result."),
}
# Where a kind asks something else in a state that others have too.
WHY_OF_KIND: dict[tuple[str, str], Text] = {
    (Referral.Kind.ADMINISTRATIVE, R.SENT): _("Your organ must say whether it is competent."),
    (Referral.Kind.REVERSE, R.SENT): _("Sent back to your organ: the receipt is not signed yet."),
    (Referral.Kind.OPINION, R.SENT): _("Sent back to your organ: the receipt is not signed yet."),
    (Referral.Kind.NOTICE, R.SENT): _("A letter to your organ: confirm that it was read."),
    (Referral.Kind.COPY, R.SENT): _("A letter to your organ: confirm that it was read."),
}


def worklist(actor: Actor, counts: Mapping[str, int] | None = None) -> list[Section]:
    """The sections of this actor, in the order of his role; none is empty, nothing stands in two.

    `counts` is how much waits behind each item of the navigation: what most people have none of is not asked for.
    """
    now = timezone.now()
    # A referral and the task of its present step are one matter; referrals come first, so theirs is the line.
    about: dict[tuple[str, Any], Line] = {}
    for line in _lines(actor, now, counts):
        about.setdefault(line.key, line)
    lines = sorted(about.values(), key=lambda line: (line.due_at or NEVER, str(line.key[1])))
    sections, taken = [], set[tuple[str, Any]]()
    for key in order_for(actor):
        own = [line for line in lines if key in line.sections and line.key not in taken]
        taken |= {line.key for line in own}
        if own:
            sections.append(_section(key, own, actor))
    return sections


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
        lists.insert(0, (_("In one queue"), f"{reverse('queues')}?queue={key}"))
    return Section(key, TITLES[key], lines[:SHOWN], lists, len(lines) > SHOWN)


def _address(source: Source, section: str, actor: Actor) -> str:
    cut = CLOCK_CUTS[section] if source.page == CLOCKS else _cut(section, actor)
    return f"{reverse(source.page)}?{'&'.join(filter(None, (source.query, cut)))}"


def _cut(section: str, actor: Actor) -> str:
    """What a section adds to the address of a list it draws on, so that the list shows what the section counts."""
    states = {"returned": RETURNED, "decide": _decided_by(actor)}.get(section, ())
    return CUTS.get(section, "") or "&".join(f"state={state}" for state in states)


def _lines(actor: Actor, now: datetime, counts: Mapping[str, int] | None) -> Iterator[Line]:
    """Of each desk the nearest due: a full one must not push the others out of sight."""
    asked = {
        f"{noun} {desk}": question
        for noun, desks in _nearest_of_each(actor, timezone.localdate(now)).items()
        if counts is None or counts.get(noun, 1)
        for desk, question in desks.items()
    }
    found: dict[str, Ids] = {noun: {} for noun in NEAREST}
    for name, pks in first_of_each(asked).items():
        noun, _space, desk = name.partition(" ")
        found[noun] |= dict.fromkeys(pks, desk)
    return chain.from_iterable(lines(found[noun], actor, now) for noun, (_desks, lines) in NEAREST.items())


@lru_cache(maxsize=256)
def _nearest_of_each(actor: Actor, day: date) -> Mapping[str, Mapping[str, Worded]]:
    """The questions of every desk, put into words once a person and day (see `queues.standing`)."""
    return {
        noun: {desk: worded_ids(rows) for desk, rows in desks_of(actor).items()}
        for noun, (desks_of, _lines_of) in NEAREST.items()
    }


def _urgency(due_at: datetime | None, breach_at: datetime | None, now: datetime) -> set[str]:
    if breach_at is not None and breach_at < now:
        return {"overdue"}
    return {"soon"} if due_at is not None and due_at <= now + SOON else set()


def _nearest(desks: Desks) -> Desks:
    # Nulls last and no NEVER in their place: so it is the order of an index.
    return {desk: rows.order_by(F("due_at").asc(nulls_last=True), "pk")[:FETCHED] for desk, rows in desks.items()}


def next_button(noun: str, actor: Actor, thing: Any) -> Button | None:
    return next((b for b in NOUNS[noun].buttons(actor, thing) if b.words.tone == "primary"), None)


def nothing() -> None:
    """What a line offers whose next step is another's, or stands on its page."""


# Referrals -----------------------------------------------------------------------------------------------------------
def _referral_desks(actor: Actor) -> Desks:
    waiting = Referral.objects.visible_to(actor).waiting_on(actor.organ_id)
    return _nearest({state: waiting.filter(state=state) for state in Referral.State if state not in Referral.ENDED})


def _referral_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    for referral in Referral.objects.filter(pk__in=desks).select_related("case", "sender", "receiver", "offence"):
        yield referral_line(referral, actor, now)


def referral_line(referral: Referral, actor: Actor, now: datetime) -> Line:
    opened = reads_package(referral, actor)
    sections = {"referrals"} | _urgency(referral.due_at, referral.breach_at, now)
    query, label = f"waiting_on={actor.organ_code}", TITLES["referrals"]
    if referral.state in RETURNED:
        sections.add("returned")
    if referral.state in _decided_by(actor):
        sections.add("decide")
    return Line(
        key=("referral", referral.pk),
        sections=frozenset(sections),
        source=Source("referrals", query, label),
        what=referral.title if opened else referral.get_kind_display(),
        note=" · ".join(filter(None, (referral.number, str(referral.get_kind_display()) if opened else ""))),
        url=reverse("referral", args=[referral.pk]),
        waits=_other_side(referral, actor),
        why=WHY_OF_KIND.get((referral.kind, referral.state)) or WHY_REFERRAL.get(referral.state, ""),
        due_at=referral.due_at,
        breach_at=referral.breach_at,
        offer=partial(next_button, "referrals", actor, referral),
    )


def _other_side(referral: Referral, actor: Actor) -> Agency | None:
    """Before the hand-over nobody outside waits: the receiver does not know of it."""
    if referral.delivered_at is None:
        return None
    return referral.sender if referral.receiver_id == actor.organ_id else referral.receiver


_DECIDED_BY_CHIEF = (R.ACCEPTED, R.RECONSIDERATION, R.ORDERED)


def _decided_by(actor: Actor) -> tuple[str, ...]:
    """States in which the next step is this person's own decision, as the tables say."""
    if actor.offices:
        return (R.HEAD_DECISION, *_DECIDED_BY_CHIEF)
    return _DECIDED_BY_CHIEF if actor.leads(actor.organ_id) else ()


# Tasks ---------------------------------------------------------------------------------------------------------------
def _task_desks(actor: Actor) -> Desks:
    """His own, those that nobody has, and for who leads those of others that are due; each state by itself, since that
    is how an index has them in order."""
    ours: Any = Task.objects.visible_to(actor).filter(organ_id=actor.organ_id)
    others = ours.exclude(assignee_id=actor.id)
    desks = {f"mine {state}": ours.filter(assignee_id=actor.id, state=state) for state in Task.OPEN_STATES}
    desks |= {f"unclaimed {state}": others.filter(state=state) for state in (Task.State.ASKED, Task.State.OPEN)}
    if actor.leads(actor.organ_id):
        desks["others"] = others.filter(state=Task.State.CLAIMED, due_at__lte=Moment() + SOON)
    return _nearest(desks)


def _task_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    for task in Task.objects.filter(pk__in=desks).select_related("asked_by", "assignee", "organ"):
        yield task_line(task, desks[task.pk].split()[0], actor, now)


def task_line(task: Task, desk: str, actor: Actor, now: datetime) -> Line:
    by_referral = task.source is not None
    sources = {
        "mine": Source("tasks", "mine=1", _("My tasks")),
        "unclaimed": Source("tasks", f"unclaimed=1&organ={actor.organ_code}", _("Unclaimed tasks")),
        "others": Source("tasks", f"organ={actor.organ_code}", _("Tasks of my organ")),
    }
    return Line(
        key=("referral", task.source) if by_referral else ("task", task.pk),
        sections=frozenset({desk} | _urgency(task.due_at, task.due_at, now)),
        source=sources[desk],
        what=task.label,
        note="",
        url=reverse("referral", args=[task.source]) if by_referral else reverse("task", args=[task.pk]),
        waits=task.asked_by,
        why=_why_task(task, desk),
        due_at=task.due_at,
        breach_at=task.due_at,
        # A claimed step is worked on the referral itself.
        offer=nothing
        if by_referral and task.state == Task.State.CLAIMED
        else partial(next_button, "tasks", actor, task),
    )


def _why_task(task: Task, desk: str) -> Text:
    if desk == "mine":
        return _("You have claimed it.")
    if desk == "unclaimed" or task.assignee is None:
        return _("Nobody has claimed it yet.")
    return gettext("%(name)s has it.") % {"name": task.assignee.name}


# Leads ---------------------------------------------------------------------------------------------------------------
def _lead_desks(actor: Actor) -> Desks:
    waiting = Lead.objects.visible_to(actor).to_triage().filter(organ_id=actor.organ_id)
    if not actor.leads(actor.organ_id):
        waiting = waiting.filter(Q(officer=None) | Q(officer_id=actor.id))
    return _nearest({state: waiting.filter(state=state) for state in (Lead.State.RECEIVED, Lead.State.TAKEN_UP)})


def _lead_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    for lead in Lead.objects.filter(pk__in=desks).select_related("source_organ", "officer", "organ"):
        yield lead_line(lead, actor, now)


def lead_line(lead: Lead, actor: Actor, now: datetime) -> Line:
    return Line(
        key=("lead", lead.pk),
        sections=frozenset({"triage"} | _urgency(lead.due_at, lead.breach_at, now)),
        source=Source("leads", f"to_triage=1&organ={actor.organ_code}", TITLES["triage"]),
        what=lead.title,
        note=str(lead.get_severity_display()),
        url=reverse("lead", args=[lead.pk]),
        waits=lead.source_organ if lead.source_organ_id != lead.organ_id else None,
        why=_why_lead(lead, actor),
        due_at=lead.due_at,
        breach_at=lead.breach_at,
        offer=partial(next_button, "leads", actor, lead),
    )


def _why_lead(lead: Lead, actor: Actor) -> Text:
    if lead.officer is None:
        return _("Nobody has taken it up yet.")
    if str(lead.officer_id) == actor.id:
        return _("It was given to you.") if lead.state == Lead.State.RECEIVED else _("You have taken it up.")
    return gettext("%(name)s has it.") % {"name": lead.officer.name}


# Letters up and down --------------------------------------------------------------------------------------------------
D = Direction.State
WHY_DIRECTION: dict[str, Text] = {
    D.DRAFT: _("Your organ's draft is not sent yet."),
    D.HEAD_DECISION: _("The responsible person of your organ decides."),
    D.SENT: _("Sent to your organ: the receipt is not signed yet."),
    D.RECEIVED: _("Your organ signed the receipt and owes the answer."),
    D.REPORTED: _("The organ below reported: your organ accepts the report or returns it."),
    D.OBJECTED: _("The organ below objects: your organ insists or recalls."),
    D.RETURNED: _("It came back to your organ for completion."),
}


def _direction_desks(actor: Actor) -> Desks:
    waiting = Direction.objects.visible_to(actor).waiting_on(actor.organ_id)
    states = (*Direction.WITH_SENDER, *Direction.WITH_RECEIVER)
    return _nearest({state: waiting.filter(state=state) for state in states})


def _direction_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    for direction in Direction.objects.filter(pk__in=desks).select_related("case", "sender", "receiver"):
        yield direction_line(direction, actor, now)


def direction_line(direction: Direction, actor: Actor, now: datetime) -> Line:
    sections = {"directions"} | _urgency(direction.due_at, direction.due_at, now)
    for_holder = direction.state in (D.HEAD_DECISION, D.OBJECTED) and direction.kind in Direction.BY_OFFICE
    decides = for_holder and direction.sender_id in actor.offices
    if decides:
        sections.add("decide")
    other = direction.receiver if direction.sender_id == actor.organ_id else direction.sender
    return Line(
        key=("direction", direction.pk),
        sections=frozenset(sections),
        source=None if decides else Source("directions", f"waiting_on={actor.organ_code}", TITLES["directions"]),
        what=direction.title,
        note=" · ".join(filter(None, (direction.number, str(direction.get_kind_display())))),
        url=reverse("direction", args=[direction.pk]),
        waits=None if direction.sent_at is None else other,
        why=WHY_DIRECTION.get(direction.state, ""),
        due_at=direction.due_at,
        breach_at=direction.due_at,
        offer=partial(next_button, "directions", actor, direction),
    )


# Opinions ------------------------------------------------------------------------------------------------------------
OS = Opinion.State
WHY_OPINION: dict[str, Text] = {
    OS.ASKED: _("Your organ is asked for its opinion."),
    OS.WITH_LEAD: _("The officer's opinion is written: the lead gives his."),
    OS.WITH_HEAD: _("The responsible person of your organ decides."),
    OS.OUTDATED: _("Facts changed since your organ gave its opinion: confirm it or change it."),
}


def _opinion_desks(actor: Actor) -> Desks:
    waiting = Opinion.objects.visible_to(actor).waiting_on(actor.organ_id)
    return _nearest({state: waiting.filter(state=state) for state in Opinion.WAITING})


def _opinion_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    for opinion in Opinion.objects.filter(pk__in=desks).select_related("round__case", "round__organ", "organ"):
        yield opinion_line(opinion, actor, now)


def opinion_line(opinion: Opinion, actor: Actor, now: datetime) -> Line:
    decides = opinion.state in (OS.WITH_HEAD, OS.OUTDATED) and opinion.organ_id in actor.offices
    sections = {"opinions"} | _urgency(opinion.due_at, opinion.due_at, now) | ({"decide"} if decides else set())
    return Line(
        key=("opinion", opinion.pk),
        sections=frozenset(sections),
        source=None if decides else Source("opinion_rounds", f"waiting_on={actor.organ_code}", TITLES["opinions"]),
        what=opinion.round.title,
        note="",
        url=reverse("opinion", args=[opinion.pk]),
        waits=opinion.round.organ,
        why=WHY_OPINION.get(opinion.state, ""),
        due_at=opinion.due_at,
        breach_at=opinion.due_at,
        offer=partial(next_button, "opinions", actor, opinion),
    )


# Conferences ---------------------------------------------------------------------------------------------------------
WHY_CONFERENCE: dict[str, Text] = {
    Conference.State.CALLED: _("Your organ has not said whether it takes part."),
    Conference.State.MINUTES: _("Your organ has not confirmed the minutes."),
}


def _conference_desks(actor: Actor) -> Desks:
    waiting = Conference.objects.visible_to(actor).waiting_on(actor)
    return {"": waiting.order_by("starts_at", "pk")[:FETCHED]}


def _conference_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    """Its verbs ask who takes part, row by row, so a line leads to its page and offers none."""
    for conference in Conference.objects.filter(pk__in=desks).select_related("organ"):
        yield conference_line(conference)


def conference_line(conference: Conference) -> Line:
    return Line(
        key=("conference", conference.pk),
        sections=frozenset({"conferences"}),
        source=Source("conferences", "waiting=1", TITLES["conferences"]),
        what=conference.title,
        note=timezone.localtime(conference.starts_at).strftime("%Y-%m-%d %H:%M"),
        url=reverse("conference", args=[conference.pk]),
        waits=conference.organ,
        why=WHY_CONFERENCE[conference.state],
        due_at=None,
        breach_at=None,
        offer=nothing,
    )


# Periods of proceedings, decisions and suspects ----------------------------------------------------------------------
def _clock_desks(actor: Actor) -> Desks:
    ours = Clock.objects.visible_to(actor).running().duties().filter(organ_id=actor.organ_id)
    return _nearest({"": _in_hands_of(actor, ours.filter(due_at__lte=Moment() + SOON))})


def _clock_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    clocks: Any = Clock.objects.filter(pk__in=desks).select_related("rule", "case")
    for clock in clocks:
        in_proceeding = clock.subject_kind == Proceeding.clock_kind
        yield Line(
            key=("clock", clock.pk),
            sections=frozenset(_urgency(clock.due_at, clock.breach_at, now)),
            source=Source(CLOCKS, f"organ={actor.organ_code}&kind=duty", _("Legal periods of my organ")),
            what=clock.rule.name,
            note=f"{clock.case.number} {clock.case.title}",
            url=reverse("proceeding" if in_proceeding else "case", args=[_page_of(clock)]),
            waits=None,
            why=gettext("A legal period runs: %(article)s.") % {"article": clock.rule.cited},
            due_at=clock.due_at,
            breach_at=clock.breach_at,
            offer=nothing,
        )


def _page_of(clock: Clock) -> Any:
    return clock.subject_id if clock.subject_kind == Proceeding.clock_kind else clock.case_id


PROCEEDING_OF: dict[Any, str] = {
    Proceeding: "", Decision: "proceeding__", Suspect: "proceeding__", Measure: "suspect__proceeding__",
    PropertyMeasure: "proceeding__",
}  # fmt: skip


def _in_hands_of(actor: Actor, clocks: Any) -> Any:
    """An officer answers for the proceedings that he handles or nobody does; who leads, for all of his organ."""
    found = [When(subject_kind=kind.clock_kind, then=_subject_in_hands(kind, actor)) for kind in PROCEEDING_OF]
    return clocks.annotate(in_hands=models.Case(*found, default=None)).filter(in_hands__isnull=False)


def _subject_in_hands(kind: Any, actor: Actor) -> Subquery:
    # One by one: few periods are near, and as a list it would be all that the organ ever handled.
    of = PROCEEDING_OF[kind]
    handled = Q() if actor.leads(actor.organ_id) else Q(**{f"{of}handler": None}) | Q(**{f"{of}handler_id": actor.id})
    return one_at_a_time(kind.objects.filter(handled, **{f"{of}organ_id": actor.organ_id}).order_by(), "subject_id")


# Chase letters -------------------------------------------------------------------------------------------------------
def _chase_desks(actor: Actor) -> Desks:
    return _nearest({"": ChaseLetter.objects.visible_to(actor).waiting_on(actor.organ_id)})


def _chase_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    for letter in ChaseLetter.objects.filter(pk__in=desks).select_related("sender", "organ", "handler"):
        yield chase_line(letter, actor, now)


def chase_line(letter: ChaseLetter, actor: Actor, now: datetime) -> Line:
    if letter.handler is None:
        why: Text = _("Nobody has taken it on yet.")
    elif str(letter.handler_id) == actor.id:
        why = _("It is about what you have in hand.")
    else:
        why = gettext("%(name)s has it.") % {"name": letter.handler.name}
    return Line(
        key=("chase", letter.pk),
        sections=frozenset({"chased"} | _urgency(letter.due_at, letter.breach_at, now)),
        source=Source("chase_letters", f"waiting_on={actor.organ_code}", TITLES["chased"]),
        what=_("Chase letter"),
        note=letter.number,
        url=reverse("chase_letter", args=[letter.pk]),
        waits=letter.sender,
        why=why,
        due_at=letter.due_at,
        breach_at=letter.breach_at,
        offer=partial(next_button, "chase-letters", actor, letter),
    )


# Sealed letters ------------------------------------------------------------------------------------------------------
L = SealedLetter.State
WHY_SEALED: dict[str, Text] = {
    L.DRAFT: _("Your draft is not submitted yet."),
    L.HEAD_DECISION: _("You decide on it."),
    L.APPROVED: _("Approved: now it must be sent, promptly."),
    L.SENT: _("Sent: the receipt is not recorded yet."),
    L.RECEIVED: _("Received: the result is not recorded yet."),
}


def _sealed_desks(actor: Actor) -> Desks:
    waiting = SealedLetter.objects.visible_to(actor).waiting_for(actor)
    return {"": waiting.order_by("state_since", "pk")[:FETCHED]}


def _sealed_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    """By person; nothing of what it is about is said where somebody may look over his shoulder."""
    for letter in SealedLetter.objects.filter(pk__in=desks).select_related("organ", "drafter"):
        orphaned = letter.drafter_has_left
        decides = letter.state == L.HEAD_DECISION and not orphaned
        yield Line(
            key=("sealed", letter.pk),
            sections=frozenset({"decide" if decides else "mine"}),
            source=None if decides else Source("sealed_letters", "", _("Sealed letters")),
            what=_("Sealed letter"),
            note=letter.number,
            url=NOUNS["sealed-letters"].url(letter),
            waits=letter.organ if letter.organ_id != actor.organ_id else None,
            why=_("Its drafter has left: somebody who is named in it must go on with it.")
            if orphaned
            else WHY_SEALED[letter.state],
            due_at=None,
            breach_at=None,
            offer=partial(next_button, "sealed-letters", actor, letter),
        )


# Decisions of the responsible person ---------------------------------------------------------------------------------
def _decision_desks(actor: Actor) -> Desks:
    reviewed = Decision.objects.filter(state=Decision.State.REVIEW, proceeding__organ__in=actor.offices)
    return {"": reviewed.order_by("state_since", "pk")[:FETCHED]} if actor.offices else {}


def _decision_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    for decision in Decision.objects.filter(pk__in=desks).select_related("proceeding__case", "party"):
        yield Line(
            key=("decision", decision.pk),
            sections=frozenset({"decide"} | _urgency(decision.due_at, decision.breach_at, now)),
            source=None,
            what=decision.party.name,
            note=f"{decision.proceeding.case.number} {decision.proceeding.case.title}",
            url=NOUNS["decisions"].url(decision),
            waits=None,
            why=_("Legal review and discussion are done: the responsible person decides."),
            due_at=decision.due_at,
            breach_at=decision.breach_at,
            offer=partial(next_button, "decisions", actor, decision),
        )


def _offer_desks(actor: Actor) -> Desks:
    offered = Case.objects.visible_to(actor).open().filter(lead_offered_to=actor.organ_id)
    return {"": offered.order_by("pk")[:FETCHED]} if actor.leads(actor.organ_id) else {}


def _offer_lines(desks: Ids, actor: Actor, now: datetime) -> Iterator[Line]:
    for case in Case.objects.filter(pk__in=desks).select_related("lead"):
        yield Line(
            key=("case", case.pk),
            sections=frozenset({"decide"}),
            source=None,
            what=case.title,
            note=case.number,
            url=reverse("case", args=[case.pk]),
            waits=case.lead,
            why=_("The lead of this case is offered to your organ."),
            due_at=None,
            breach_at=None,
            offer=partial(
                Button,
                "accept_lead",
                NOUNS["cases"].workflows[0].words["accept_lead"],
                reverse("verb", args=["cases", case.pk, "accept_lead"]),
            ),
        )


# What waits, by noun: its desks, and the lines of what was found on them. Those named as the navigation names them are
# asked for only where it counted some.
NEAREST: dict[str, tuple[Callable[[Actor], Desks], Callable[[Ids, Actor, datetime], Iterable[Line]]]] = {
    "referral": (_referral_desks, _referral_lines),
    "task": (_task_desks, _task_lines),
    "lead": (_lead_desks, _lead_lines),
    "clock": (_clock_desks, _clock_lines),
    "decision": (_decision_desks, _decision_lines),
    "offer": (_offer_desks, _offer_lines),
    "chase_letters": (_chase_desks, _chase_lines),
    "sealed_letters": (_sealed_desks, _sealed_lines),
    "directions": (_direction_desks, _direction_lines),
    "opinion_rounds": (_opinion_desks, _opinion_lines),
    "conferences": (_conference_desks, _conference_lines),
}
