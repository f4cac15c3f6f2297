"""Parts of a case's page from resources above the case, each limited to what the reader may see.

Above the cases layer, because a case knows neither its proceedings nor its referrals.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models import prefetch_related_objects as prefetch
from django.utils.translation import gettext as _

from agencies.duty.lookups import Post
from agencies.journal.models import Event, Stream
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.paging import Page, page_of
from agencies.kernel.resource import resource_of
from agencies.kernel.workflow import Button
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.people.timeline import Entry, entries, sentences
from cases.casefile.models import Case, Handling
from cases.casefile.rows import REMOVED, removed_identifiers
from cases.casefile.steps import Step, steps_of
from cases.clocks.contacts import contacts
from cases.clocks.models import Clock, Kind
from cases.custody.balance import Balance, balances
from cases.custody.models import GoodsLot
from cases.files.models import Attachment
from cases.files.naming import named_files
from cases.intake.models import Lead
from cases.papers.models import IncomingPaper, Paper
from cases.proceedings.models import Decision, Measure, Proceeding, PropertyMeasure, Suspect, has_a_wall, walled_off
from cases.sharing.models import Share
from coordination.exchange.conferences.models import Conference
from coordination.exchange.confidential.models import ConfidentialLetter
from coordination.exchange.instructions.models import Instruction
from coordination.exchange.notes.models import Note
from coordination.exchange.notes.views import NAMED_IN, NOTE_PARTS
from coordination.exchange.opinions.models import Opinion, OpinionRound
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task

ENDED = frozenset({Proceeding.State.CLOSED})
# Subjects of periods that concern one party, with the path to proceeding and party.
ABOUT_PARTIES: tuple[tuple[Any, str], ...] = ((Decision, ""), (Suspect, ""), (Measure, "suspect__"))


@dataclass(frozen=True)
class StatusRow:
    """Status of a proceeding or referral: who has it, contact, next deadline, path so far."""

    thing: Proceeding | Referral
    agency: Agency
    sender: Agency | None
    number: str
    handler: User | None
    clocks: list[Clock]
    steps: list[Step]
    url: str
    buttons: list[Button]


@dataclass(frozen=True)
class Running:
    """A running period with its contact."""

    clock: Clock
    handler: User | Post | None
    party: str


@dataclass(frozen=True)
class Reader:
    """An agency that reads the case or part of it, and why."""

    agency: Agency
    share: Share | None = None
    referral: Referral | None = None


@dataclass(frozen=True)
class Removed:
    """A fact that was removed, the field that names it in the action that brings it back, and the act."""

    row: Any
    name: str
    act: Entry


@dataclass(frozen=True)
class CasePage:
    """Parts of a case for one reader; each is loaded by the tab that needs it."""

    case: Case
    actor: Actor
    params: Mapping[str, Any]

    @cached_property
    def proceedings(self) -> list[Proceeding]:
        visible = Proceeding.objects.visible_to(self.actor).filter(case=self.case)
        return list(visible.select_related("agency", "handler", "offence").order_by("opened_at", "pk"))

    @cached_property
    def referrals(self) -> list[Referral]:
        visible = Referral.objects.visible_to(self.actor).filter(case=self.case)
        related = ("sender", "receiver", "holder", "handler", "drafter")
        return list(visible.select_related(*related).order_by("created_at", "pk"))

    @cached_property
    def walled(self) -> list[UUID]:
        return inside_of_walled(self.actor, self.case.pk)

    @cached_property
    def clocks(self) -> list[Clock]:
        """Running clocks first, nearest due first; for referrals only those the reader may know."""
        visible = Clock.objects.visible_to(self.actor).filter(case=self.case).with_handler()
        visible = visible.annotate(party=self._party()).select_related("rule", "agency", "holder")
        known = {referral.pk for referral in self.referrals}
        ordered = visible.order_by(F("stopped_at").desc(nulls_first=True), F("due_at").asc(nulls_last=True), "pk")
        return [clock for clock in ordered if clock.subject_kind != Referral.clock_kind or clock.subject_id in known]

    @cached_property
    def pending(self) -> list[Clock]:
        """Periods that still need an action, soonest first."""
        now = times.now()
        return [clock for clock in self.clocks if clock.is_pending(now)]

    @cached_property
    def strip(self) -> list[Running]:
        """Periods that still need an action, soonest first, with who must act and by when."""
        found: list[Any] = self.pending  # annotated with their handlers
        people = self._people({clock.handled_by for clock in found if clock.handled_by})
        named = zip(found, contacts(found, people), strict=True)
        return [Running(one, handler, one.party or "") for one, handler in named]

    @cached_property
    def party_names(self) -> dict[UUID, str]:
        """Parties of lines and measures visible to the reader, in one query."""
        first, *others = [
            model.objects.visible_to(self.actor)
            .filter(**{f"{path}proceeding__case": self.case})
            .order_by()
            .values_list("pk", f"{path}party__name")
            for model, path in ABOUT_PARTIES
        ]
        return dict(first.union(*others, all=True))

    def _party(self) -> models.Case:
        """The party as an expression in the query of clocks."""
        found = [
            models.When(subject_kind=model.clock_kind, then=Subquery(one.values(f"{path}party__name")[:1]))
            for model, path in ABOUT_PARTIES
            for one in [model.objects.visible_to(self.actor).filter(pk=OuterRef("subject_id")).order_by()]
        ]
        return models.Case(*found, default=Value(""), output_field=models.CharField())

    def _people(self, ids: set[UUID]) -> dict[UUID, User]:
        """People by id; those already loaded need no query."""
        things: list[Any] = [*self.proceedings, *self.referrals]
        named = (person for thing in things for person in (thing.handler, getattr(thing, "drafter", None)))
        known = {person.pk: person for person in named if person}
        return known | (User.objects.in_bulk(ids - set(known)) if ids - set(known) else {})

    @cached_property
    def dated_clocks(self) -> list[Clock]:
        """Clocks with the history of their due times."""
        prefetch(self.clocks, "changes")
        return self.clocks

    @cached_property
    def rows(self) -> list[StatusRow]:
        clocks = self._clocks_by_subject()
        things: list[Proceeding | Referral] = [*self.proceedings, *self.referrals]
        steps = steps_of([(thing, _agencies(thing)) for thing in things], self.actor, case_id=self.case.pk)
        return [self._row(thing, clocks[thing.pk], steps[thing.pk]) for thing in things]

    @cached_property
    def tasks(self) -> list[Task]:
        """Open tasks first, nearest due first."""
        visible = Task.objects.visible_to(self.actor).filter(case=self.case)
        found = visible.select_related("agency", "unit", "asked_by", "assignee").order_by(
            F("due_at").asc(nulls_last=True)
        )
        return sorted(found, key=lambda task: not task.is_open)

    @cached_property
    def notes(self) -> Page:
        """Newest first; unread ones are marked."""
        visible = Note.objects.visible_to(self.actor).filter(case=self.case).with_unread(self.actor)
        rows = visible.select_related(*NOTE_PARTS).prefetch_related(*NAMED_IN)
        return page_of(rows, self.params, sorts={"said": "said_at"}, default="-said")

    @property
    def newest_note(self) -> Note:
        """The note up to which "mark as read" applies; an edited note counts as new."""
        newest: Note = max(self.notes.items, key=lambda note: note.updated_at)
        return newest

    @cached_property
    def note_subjects(self) -> dict[UUID, str]:
        """Titles of what the notes of this page are about."""
        return self._names({note.about_kind for note in self.notes.items})

    @cached_property
    def incoming(self) -> list[IncomingPaper]:
        visible = IncomingPaper.objects.visible_to(self.actor).filter(case=self.case)
        return list(visible.select_related("agency", "keeper"))

    @cached_property
    def lots(self) -> list[GoodsLot]:
        """Goods in custody; portions are listed under their lot."""
        visible = GoodsLot.objects.visible_to(self.actor).filter(case=self.case)
        found = visible.select_related("item", "custodian", "title_agency", "offered_to")
        return sorted(found, key=lambda lot: [int(part) for part in lot.number.split("-")])

    @cached_property
    def balances(self) -> list[Balance]:
        return balances(self.lots)

    @cached_property
    def papers(self) -> list[Paper]:
        visible = Paper.objects.visible_to(self.actor).filter(case=self.case)
        return list(visible.select_related("agency", "to"))

    @cached_property
    def files(self) -> list[Attachment]:
        """Attached files, the newest first, each with the title of what it belongs to."""
        visible = Attachment.objects.visible_to(self.actor).filter(case=self.case)
        return named_files(list(visible.select_related("agency", "person")), self.actor)

    @cached_property
    def news(self) -> list[Lead]:
        """Leads on the case whose newest revision the case has neither taken over nor set aside."""
        return list(Lead.objects.visible_to(self.actor).filter(case=self.case).with_open_news().order_by("pk"))

    @cached_property
    def news_elsewhere(self) -> list[Agency]:
        """For the lead agency: other agencies that hold news of their sources for this case, not what they are."""
        if self.case.lead_id != self.actor.own_agency:
            return []
        others = Lead.objects.filter(case=self.case).with_open_news().exclude(agency=self.case.lead)
        return list(Agency.objects.filter(pk__in=others.values("agency")).order_by("pk"))

    @cached_property
    def removed(self) -> list[Removed]:
        """Rows that an act removed, newest first."""
        rows = {kind.name: kind.rows(self.case) for kind in REMOVED.values()}
        rows["removed_identifier"] = removed_identifiers(self.case)
        found = [(row, name) for name, gone in rows.items() for row in gone.select_related("removed_by__note")]
        found.sort(key=lambda one: one[0].removed_by_id, reverse=True)
        acts = entries([row.removed_by for row, _name in found], self.actor, sentences(), {})
        return [Removed(row, name, act) for (row, name), act in zip(found, acts, strict=True)]

    @cached_property
    def instructions(self) -> list[Instruction]:
        """Instructions; open ones first."""
        visible = Instruction.objects.visible_to(self.actor).filter(case=self.case)
        found = visible.select_related("sender", "receiver").order_by("created_at", "pk")
        return sorted(found, key=lambda instruction: not instruction.is_open)

    @cached_property
    def rounds(self) -> list[Any]:
        """Rounds of opinions; open ones first."""
        visible = OpinionRound.objects.visible_to(self.actor).filter(case=self.case).with_conflict()
        found = visible.select_related("agency").order_by("created_at", "pk")
        return sorted(found, key=lambda asked: not asked.is_open)

    @cached_property
    def conferences(self) -> list[Conference]:
        visible = Conference.objects.visible_to(self.actor).filter(case=self.case)
        return list(visible.select_related("agency").order_by("-starts_at", "pk"))

    @property
    def conflict(self) -> bool:
        return any(asked.conflict and asked.is_open for asked in self.rounds)

    @cached_property
    def confidential(self) -> list[ConfidentialLetter]:
        """Letters about an official that name the reader."""
        return list(
            ConfidentialLetter.objects.visible_to(self.actor).filter(case=self.case).order_by("created_at", "pk")
        )

    @cached_property
    def timeline(self) -> tuple[list[Entry], Page]:
        events = Event.objects.of_stream(Stream.Kind.CASE, self.case.pk).with_corrections()
        # Leaves out that the next proceeding takes over a case already in hand.
        found_events = events.readable_by_agency(self.actor.agency_id).exclude(verb="handle", from_state=F("to_state"))
        # Notes have their own tab, which shows each to its audience.
        found_events = found_events.exclude(object_kind=Note.journal_kind)
        if self.walled:
            found_events = found_events.exclude(
                object_id__in=self.walled, visibility__in=[Event.Visibility.OWN, Event.Visibility.PAIR]
            )
        page = page_of(
            found_events.select_related("note"), self.params, sorts={"happened": "happened_at"}, default="-happened"
        )
        names = self._names({event.object_kind for event in page.items})
        return entries(page.items, self.actor, sentences(), names), page

    @cached_property
    def readers(self) -> list[Reader]:
        """Agencies with a valid share, the lead first, and those that have only papers of a referral."""
        prefetch([self.case], "shares__agency")
        live = [share for share in self.case.shares.all() if share.ended_at is None]
        live.sort(key=lambda share: (share.profile != Share.Profile.LEAD, share.granted_at))
        sharing = {share.agency_id for share in live}
        handed = {r.receiver_id: r for r in self.referrals if r.delivered_at and r.receiver_id not in sharing}
        return [
            *(Reader(share.agency, share=share) for share in live),
            *(Reader(referral.receiver, referral=referral) for referral in handed.values()),
        ]

    @property
    def centre_reads(self) -> bool:
        return self.case.handling != Handling.H3

    def _clocks_by_subject(self) -> dict[UUID, list[Clock]]:
        """Running clocks; duties before rights."""
        found = defaultdict(list)
        for clock in sorted(self.clocks, key=lambda clock: clock.rule.kind != Kind.DUTY):
            if clock.stopped_at is None:
                found[clock.subject_id].append(clock)
        return found

    def _names(self, kinds: set[str]) -> dict[UUID, str]:
        """Titles of objects of these kinds that the reader may see."""
        called = {row.thing.pk: f"{row.thing.get_kind_display()} {row.number}".strip() for row in self.rows}
        named: dict[str, Callable[[], dict[UUID, str]]] = {
            **dict.fromkeys(("decision", "suspect", "measure"), lambda: self.party_names),
            "property": self._measures_on_property,
            "clock": lambda: {clock.pk: clock.rule.name for clock in self.clocks},
            "task": lambda: {task.pk: task.label for task in self.tasks},
            "conference": lambda: {one.pk: one.title for one in self.conferences},
            "round": lambda: {one.pk: one.title for one in self.rounds},
            "opinion": lambda: dict(Opinion.objects.filter(round__in=self.rounds).values_list("pk", "round__title")),
            "instruction": lambda: {one.pk: str(one) for one in self.instructions},
            "file": lambda: {file.pk: str(file) for file in self.files},
            "incoming": lambda: {paper.pk: str(paper) for paper in self.incoming},
            "paper": lambda: {paper.pk: str(paper) for paper in self.papers},
            "lot": lambda: {lot.pk: str(lot) for lot in self.lots},
        }
        for kind in sorted(kinds & named.keys()):
            called |= named[kind]()
        return called

    def _measures_on_property(self) -> dict[UUID, str]:
        visible = PropertyMeasure.objects.visible_to(self.actor).filter(proceeding__case=self.case)
        return {measure.pk: str(measure) for measure in visible}

    def _row(self, thing: Proceeding | Referral, clocks: list[Clock], steps: list[Step]) -> StatusRow:
        return StatusRow(
            **(_of_referral(thing) if isinstance(thing, Referral) else _of_proceeding(thing)),
            thing=thing,
            clocks=clocks,
            steps=steps,
            url=resource_of(thing).url(thing),
            buttons=ready_buttons(thing, self.actor),
        )


def inside_of_walled(actor: Actor, case_id: UUID) -> list[UUID]:
    """Proceedings that an officer of an anti-smuggling bureau may not read, with everything in them."""
    if not has_a_wall(actor):
        return []
    walled = list(walled_off(actor).filter(case=case_id).values_list("pk", flat=True))
    found: list[UUID] = [*walled]
    lines = ((Decision, "proceeding"), (Suspect, "proceeding"), (PropertyMeasure, "proceeding"))
    for model, through in (*lines, (Measure, "suspect__proceeding")):
        found += model.objects.filter(**{f"{through}__in": walled}).values_list("pk", flat=True) if walled else []
    steps = Task.objects.filter(proceeding__in=walled) if walled else Task.objects.none()
    return [*found, *steps.values_list("pk", flat=True)]


def _of_proceeding(thing: Proceeding) -> dict[str, Any]:
    return {"agency": thing.agency, "sender": None, "number": thing.external_number, "handler": thing.handler}


def _of_referral(thing: Referral) -> dict[str, Any]:
    """The contact is the handler in the agency whose step is next."""
    people = (thing.handler, thing.drafter)
    handler = next((person for person in people if person and person.agency_id == thing.holder_id), None)
    return {"agency": thing.holder, "sender": thing.sender, "number": thing.number, "handler": handler}


def _agencies(thing: Proceeding | Referral) -> list[Agency]:
    """Agencies that may have acted on it, the present one first."""
    return [thing.holder, thing.sender, thing.receiver] if isinstance(thing, Referral) else [thing.agency]


def ready_buttons(thing: Any, actor: Actor) -> list[Button]:
    """Actions that need no further input; the others are on the object's own page."""
    resource = resource_of(thing)
    transitions = resource.workflow_of(thing).transitions
    return [b for b in resource.buttons(actor, thing) if b.words.tone == "primary" and not transitions[b.verb].needs]


BEGIN = ("open_proceeding", "file_criminal")  # the main action before a proceeding begins; later one of many


def split_buttons(
    thing: Any, actor: Actor, rows: Sequence[StatusRow] | None = None
) -> tuple[list[Button], list[Button]]:
    """Actions ready to perform, and all others, which a page collapses.

    For a case with `rows`, the reader's next steps in running proceedings come first. Actions on one row are beside the
    row.
    """
    resource = resource_of(thing)
    workflow = resource.workflow_of(thing)
    buttons = [b for b in resource.buttons(actor, thing) if not workflow.transitions[b.verb].of_row]
    first = [b for b in buttons if b.words.tone == "primary" and not workflow.unmet(b.verb, actor, thing)]
    if rows and any(isinstance(row.thing, Proceeding) and row.thing.state not in ENDED for row in rows):
        first = [b for b in first if b.verb not in BEGIN]
    steps = [_named(button, row) for row in rows or () for button in row.buttons]
    return [*steps, *first], [b for b in buttons if b not in first]


def _named(button: Button, row: StatusRow) -> Button:
    """A step with the title of its object, to distinguish equal steps."""
    words = _("%(step)s: %(what)s") % {"step": button.words.button, "what": row.thing.get_kind_display()}
    return replace(button, words=replace(button.words, button=words))
