"""Parts of a case's page from the nouns on it, each limited to what the reader may see.

Above the cases layer, because a case knows neither its proceedings nor its referrals.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models import prefetch_related_objects as prefetch
from django.utils.translation import gettext as _

from agencies.duty.lookups import Post
from agencies.journal.models import Event, EventQuerySet, Stream
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.case_parts import CasePart, CaseTab, RequiredAction, Status
from agencies.kernel.filtering import NEVER
from agencies.kernel.resource import RESOURCE_OF_KIND, resource_of
from agencies.kernel.workflow import Button
from agencies.organisations.models import Agency
from agencies.people.models import User
from agencies.people.timeline import TimelineEntry, entries, sentences
from cases.casefile.models import Case, Handling
from cases.casefile.rows import REMOVED, removed_identifiers
from cases.casefile.steps import PathStep, steps_of
from cases.clocks.contacts import contacts
from cases.proceedings.on_case import inside_of_walled
from cases.sharing.models import Share

from .deadlines import WATCHED

DUTY = "duty"


@dataclass(frozen=True)
class StatusRow:
    """A strand of the case: who has it, contact, its running periods and those of what is inside it, path so far."""

    thing: Any
    status: Status
    clocks: list[Any]
    inside: list[Any]
    steps: list[PathStep]
    url: str

    @property
    def agency(self) -> Agency:
        agency: Agency = self.status.agencies[0]
        return agency

    @property
    def periods(self) -> list[Any]:
        return [*self.clocks, *self.inside]

    @property
    def pressing(self) -> Any:
        """Its period that ends first of those that need an act; None if there is none."""
        now = times.now()
        watched = [one for one in self.periods if one.rule.kind in WATCHED]
        dated = [one for one in watched if one.due_at and one.is_pending(now)]
        return min(dated, key=lambda one: (one.due_at, str(one.pk)), default=None)

    @property
    def is_open(self) -> bool:
        """Whether a person has to act on it: also what has ended may leave a duty."""
        return not self.status.has_ended or any(clock.rule.kind == DUTY for clock in self.clocks)


@dataclass(frozen=True)
class RunningPeriod:
    """A running period with its contact."""

    clock: Any
    handler: User | Post | None
    party: str


@dataclass(frozen=True)
class ReadingAgency:
    """An agency that reads the case or part of it, and why."""

    agency: Agency
    share: Share | None = None
    referral: Any = None


@dataclass(frozen=True)
class RemovedFact:
    """A fact that was removed, the field that names it in the action that brings it back, and the act."""

    row: Any
    name: str
    act: TimelineEntry


class CaseRows(dict[str, Any]):
    """The rows of each kind, read when they are asked for."""

    def __init__(self, page: "CasePage") -> None:
        super().__init__()
        self.page = page

    def __missing__(self, kind: str) -> Any:
        part = on_case()[kind]
        visible = _visible(kind, self.page.actor).filter(**{part.case: self.page.case})
        self[kind] = part.rows(visible, self.page)
        return self[kind]


def on_case() -> dict[str, CasePart]:
    """What each noun on the page declares, by kind."""
    return {kind: resource.on_case for kind, resource in RESOURCE_OF_KIND.items() if resource.on_case}


def _visible(kind: str, actor: Actor) -> Any:
    return RESOURCE_OF_KIND[kind].model.objects.visible_to(actor)


@dataclass(frozen=True)
class CasePage:
    """Parts of a case for one reader; each is loaded by the tab that needs it."""

    case: Case
    actor: Actor
    params: Mapping[str, Any]

    @cached_property
    def of(self) -> CaseRows:
        return CaseRows(self)

    @cached_property
    def walled(self) -> list[UUID]:
        return inside_of_walled(self.actor, self.case.pk)

    @cached_property
    def things(self) -> list[tuple[Any, Status]]:
        """The objects whose status the page begins with."""
        found = [found for part in on_case().values() for found in part.statuses(self)]
        for thing, _status in found:
            thing.case = self.case  # so that no row reads it again
        return found

    def knows(self, clock: Any) -> bool:
        """Whether the reader may know of a period by what it is about."""
        part = on_case().get(clock.subject_kind)
        return clock.subject_id in self._seen if part and part.periods_follow else True

    @cached_property
    def _seen(self) -> set[UUID]:
        return {thing.pk for thing, _status in self.things}

    @cached_property
    def pending(self) -> list[Any]:
        """Periods that still need an action, soonest first."""
        now = times.now()
        return [clock for clock in self.of["clock"] if clock.is_pending(now)]

    @cached_property
    def strip(self) -> list[RunningPeriod]:
        """Periods that still need an action, soonest first, with who must act and by when."""
        people = self._people({clock.handled_by for clock in self.pending if clock.handled_by})
        named = zip(self.pending, contacts(self.pending, people), strict=True)
        return [RunningPeriod(one, handler, one.party or "") for one, handler in named]

    @staticmethod
    def party(actor: Actor) -> models.Case:
        """The party as an expression in the query of periods."""
        found = [
            models.When(subject_kind=kind, then=Subquery(one.values(part.party)[:1]))
            for kind, part in _about_parties().items()
            for one in [_visible(kind, actor).filter(pk=OuterRef("subject_id")).order_by()]
        ]
        return models.Case(*found, default=Value(""), output_field=models.CharField())

    @cached_property
    def party_names(self) -> dict[UUID, str]:
        """The parties of the rows that are about one party, in one query."""
        first, *others = [
            _visible(kind, self.actor).filter(**{part.case: self.case}).order_by().values_list("pk", part.party)
            for kind, part in _about_parties().items()
        ]
        return dict(first.union(*others, all=True))

    def _people(self, ids: set[UUID]) -> dict[UUID, User]:
        """People by id; those already loaded need no query."""
        named = (
            person for thing, _status in self.things for person in (thing.handler, getattr(thing, "drafter", None))
        )
        known = {person.pk: person for person in named if person}
        return known | (User.objects.in_bulk(ids - set(known)) if ids - set(known) else {})

    @cached_property
    def rows(self) -> list[StatusRow]:
        clocks = self._clocks_by_subject()
        about = [(thing, list(status.agencies)) for thing, status in self.things]
        steps = steps_of(about, self.actor, case_id=self.case.pk)
        return [
            StatusRow(
                thing=thing,
                status=status,
                clocks=clocks[thing.pk],
                inside=[clock for clock in self.pending if clock.proceeding_id == thing.pk != clock.subject_id],
                steps=steps[thing.pk],
                url=resource_of(thing).url(thing),
            )
            for thing, status in self.things
        ]

    @cached_property
    def strands(self) -> list[StatusRow]:
        """The rows that are open: those of the reader's agency first, then by what ends first."""
        return sorted((row for row in self.rows if row.is_open), key=self._place)

    @property
    def ended(self) -> list[StatusRow]:
        return [row for row in self.rows if not row.is_open]

    def _place(self, row: StatusRow) -> tuple[bool, datetime]:
        return row.agency.pk != self.actor.agency_id, row.pressing.due_at if row.pressing else NEVER

    @cached_property
    def required(self) -> dict[UUID, RequiredAction]:
        """What has to follow on rows of the case from what happened on others, by the id of the row."""
        return {one.pk: one for part in on_case().values() if part.requires_of for one in part.required(self)}

    @cached_property
    def buttons(self) -> list[Button]:
        """The actions on the case that are open to the reader."""
        return resource_of(self.case).buttons(self.actor, self.case)

    def counts(self, tabs: Iterable[CaseTab]) -> dict[str, int]:
        """Tab → how many rows the reader sees there, in one query, and from what the page has read anyway."""
        visible = {kind: _visible(kind, self.actor).filter(case=self.case) for tab in tabs for kind in tab.counts}
        counted = [rows.order_by().values_list(Value(kind)).annotate(n=Count("pk")) for kind, rows in visible.items()]
        by_kind = dict(counted[0].union(*counted[1:], all=True)) if counted else {}
        found = {tab.key: sum(by_kind.get(kind, 0) for kind in tab.counts) for tab in tabs if tab.counts}
        return found | {"clocks": len(self.pending), "access": self._readers_counted}

    @property
    def _readers_counted(self) -> int:
        sharing = {share.agency_id for share in self.case.shares.all() if share.ended_at is None}
        handed = {status.got_papers.pk for _thing, status in self.things if status.got_papers}
        return len(sharing | handed) + self.centre_reads

    def events(self) -> EventQuerySet:
        """The events of the case that the reader may read and its timeline shows."""
        events = Event.objects.of_stream(Stream.Kind.CASE, self.case.pk).with_corrections()
        # Leaves out that the next proceeding takes over a case already in hand.
        found = events.readable_by_agency(self.actor.agency_id).exclude(verb="handle", from_state=F("to_state"))
        for kind, part in on_case().items():
            if not part.in_timeline:
                found = found.exclude(object_kind=kind)
        if self.walled:
            inside = [Event.Visibility.OWN, Event.Visibility.PAIR]
            found = found.exclude(object_id__in=self.walled, visibility__in=inside)
        return found.select_related("note")

    @cached_property
    def removed(self) -> list[RemovedFact]:
        """Rows of the case that an act removed, newest first."""
        rows = {kind.name: kind.rows(self.case) for kind in REMOVED.values()}
        rows["removed_identifier"] = removed_identifiers(self.case)
        found = [(row, name) for name, gone in rows.items() for row in gone.select_related("removed_by__note")]
        found.sort(key=lambda one: one[0].removed_by_id, reverse=True)
        acts = entries([row.removed_by for row, _name in found], self.actor, sentences(), {})
        return [RemovedFact(row, name, act) for (row, name), act in zip(found, acts, strict=True)]

    @cached_property
    def readers(self) -> list[ReadingAgency]:
        """Agencies with a valid share, the lead first, and those that have only papers of a referral."""
        prefetch([self.case], "shares__agency")
        live = [share for share in self.case.shares.all() if share.ended_at is None]
        live.sort(key=lambda share: (share.profile != Share.Profile.LEAD, share.granted_at))
        sharing = {share.agency_id for share in live}
        handed = {status.got_papers: thing for thing, status in self.things if status.got_papers}
        return [
            *(ReadingAgency(share.agency, share=share) for share in live),
            *(ReadingAgency(agency, referral=thing) for agency, thing in handed.items() if agency.pk not in sharing),
        ]

    @property
    def centre_reads(self) -> bool:
        return self.case.handling != Handling.H3

    def _clocks_by_subject(self) -> dict[UUID, list[Any]]:
        """Running periods; duties before rights."""
        found = defaultdict(list)
        for clock in sorted(self.of["clock"], key=lambda clock: clock.rule.kind != DUTY):
            if clock.stopped_at is None:
                found[clock.subject_id].append(clock)
        return found

    def names(self, kinds: set[str]) -> dict[UUID, str]:
        """Titles of objects of these kinds that the reader may see."""
        called = {row.thing.pk: f"{row.thing.get_kind_display()} {row.status.number}".strip() for row in self.rows}
        declared = on_case()
        for kind in sorted(kinds & declared.keys()):
            part = declared[kind]
            called |= self.party_names if part.party else part.names(kind, self)
        return called


def _about_parties() -> dict[str, CasePart]:
    return {kind: part for kind, part in on_case().items() if part.party}


def begun_by(thing: Any) -> tuple[str, ...]:
    """The actions of a case that begin such a row."""
    part = resource_of(thing).on_case
    return part.begun_by if part else ()


def split_buttons(thing: Any, actor: Actor) -> tuple[list[Button], list[Button]]:
    """Actions ready to perform, and all others, which a page collapses. Actions on one row are beside the row."""
    resource = resource_of(thing)
    workflow = resource.workflow_of(thing)
    lines = workflow.transitions
    buttons = [b for b in resource.buttons(actor, thing) if not (lines[b.verb].of_row or lines[b.verb].beside)]
    first = [b for b in buttons if b.words.tone == "primary" and not workflow.unmet(b.verb, actor, thing)]
    return first, [b for b in buttons if b not in first]


def named_step(button: Button, thing: Any) -> Button:
    """A step with the title of its object, to distinguish equal steps."""
    words = _("%(step)s: %(what)s") % {"step": button.words.button, "what": thing.get_kind_display()}
    return replace(button, words=replace(button.words, button=words))
