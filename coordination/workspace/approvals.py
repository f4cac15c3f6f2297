"""Approvals (审批): every decision that waits for an office holder, one list for all resources.

A noun declares its decisions in its `deciding.py` (`OfficeDecision`). A test finds actions of office holders that no
noun offers here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Value, prefetch_related_objects
from django.db.models.fields import DateTimeField
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse

from agencies.journal.models import Event
from agencies.kernel.action_fields import ActionForm
from agencies.kernel.actor import Actor
from agencies.kernel.buttons import decision_query
from agencies.kernel.counting import COUNTED
from agencies.kernel.filtering import NEVER
from agencies.kernel.paging import Page, merged_page
from agencies.kernel.resource import RESOURCES, OfficeDecision, Resource
from agencies.kernel.texts import Text
from agencies.kernel.work import Decider
from agencies.organisations.models import Agency
from agencies.people.models import OfficeHolder
from agencies.people.timeline import TimelineEntry, entries, sentences
from agencies.work.models import WorkItem
from cases.casefile.naming import case_named
from cases.controls.citations import cited

SHOWN_ALARMS = 20
# 退回修改: offered as prominently as the decision itself.
RETURNS = frozenset({"revise", "return_proposal", "send_back"})


@dataclass(frozen=True)
class DecisionKind:
    """What a noun of the register declares about its decisions, with the noun."""

    registered: Resource
    decision: OfficeDecision

    @property
    def name(self) -> str:
        return self.registered.name

    def deciders(self, thing: Any) -> list[OfficeHolder]:
        """Office holders who took no part."""
        if self.decision.possible is not None:
            return self.decision.possible(thing)
        return list(self.decision.office.eligible_holders(thing).select_related("user"))

    def fetched(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(*self.decision.related).prefetch_related(*self.decision.prefetched)

    def read_to_decide(self, thing: Any) -> None:
        """Loads what only the page of one decision shows."""
        prefetch_related_objects([thing], *self.decision.read_to_decide)

    def waits_for(self, actor: Actor, thing: Any) -> bool:
        return self.waiting(actor).filter(pk=thing.pk).exists()

    def visible_to(self, actor: Actor) -> QuerySet[Any]:
        return self.decision.waits(self.registered.model.objects.visible_to(actor))

    def waiting(self, actor: Actor) -> QuerySet[Any]:
        """Rows waiting for the responsible person of the actor's agency; `barred`: this actor may not decide."""
        mine = self.decision.of_agencies(self.visible_to(actor), decides_for(actor))
        if actor.deputy_of and not actor.offices:
            mine = self.decision.of_deputies(mine)
        this = self.registered.model.objects.filter(pk=OuterRef("pk"))
        barred: Any = Exists(self.decision.office.rows_barring(this, actor))
        if self.decision.named is not None:
            barred |= ~Exists(self.decision.named(this, actor))
        waiting: QuerySet[Any] = mine.annotate(barred=barred, due_order=_due_order(mine))
        return waiting


@dataclass(frozen=True)
class Approval:
    """A waiting row as shown in the list."""

    kind: DecisionKind
    thing: Any

    @property
    def pk(self) -> UUID:
        key: UUID = self.thing.pk
        return key

    @property
    def words(self) -> Text:
        """The kind of decision."""
        return self.kind.decision.words(self.thing)

    @property
    def prepared_by(self) -> Any:
        """The person who prepared it, or None."""
        return self.kind.decision.prepared_by(self.thing)

    @property
    def article(self) -> str:
        """The article on who decides; "" if the running period has it."""
        return self.kind.decision.article(self.thing)

    @property
    def cited(self) -> str:
        return cited(self.article)

    @property
    def title(self) -> Text:
        return self.kind.decision.title(self.thing)

    @property
    def due_at(self) -> datetime | None:
        return getattr(self.thing, "due_at", None)

    @property
    def breach_at(self) -> datetime | None:
        return getattr(self.thing, "breach_at", None)

    @property
    def case(self) -> Any:
        return _along(self.thing, self.kind.decision.case)

    @property
    def agency(self) -> Agency:
        found: Agency = _along(self.thing, self.kind.decision.agency)
        return found

    @property
    def url(self) -> str:
        return self.kind.registered.url(self.thing)

    @property
    def query(self) -> str:
        return decision_query(self.kind.name, self.thing.pk)


def decides_for(actor: Actor) -> set[int]:
    """The agencies whose decisions are listed: those the actor is responsible for; for others their own, read-only."""
    return set(actor.responsible_for) or {actor.own_agency}


def _due_order(rows: QuerySet[Any]) -> Any:
    """Rows without a legal period come last."""
    if any(column.name == "due_at" for column in rows.model._meta.concrete_fields):
        return Coalesce("due_at", Value(NEVER))
    return Value(NEVER, output_field=DateTimeField())


def _along(thing: Any, path: str) -> Any:
    for name in path.split("__"):
        thing = getattr(thing, name)
    return thing


def kinds() -> list[DecisionKind]:
    return [DecisionKind(one, one.decision) for one in RESOURCES.values() if one.decision]


def kind_of(resource: str) -> DecisionKind | None:
    return next((kind for kind in kinds() if kind.name == resource), None)


# Waiting decisions ---------------------------------------------------------------------------------------------------
def kinds_waiting(agencies: Iterable[int] | None = None) -> list[DecisionKind]:
    """The kinds of which decisions may wait at these agencies, or at any: those with such work items, and those that
    have no work items."""
    waiting = WorkItem.objects.filter(decides=Decider.HEAD)
    if agencies is not None:
        waiting = waiting.filter(agency_id__in=agencies)
    there = set(waiting.order_by().values_list("kind", flat=True).distinct())
    return [kind for kind in kinds() if not kind.decision.has_work or kind.registered.kind in there]


def waiting_page(actor: Actor, params: Mapping[str, Any], **size: int) -> Page:
    """One page of decisions that wait for the actor's agency, nearest deadline first; its items are Approvals."""
    there = kinds_waiting(decides_for(actor))
    page = merged_page([kind.fetched(kind.waiting(actor)) for kind in there], params, column="due_order", **size)
    by_model = {kind.registered.model: kind for kind in kinds()}
    return page.of([Approval(by_model[type(thing)], thing) for thing in page.items])


@dataclass(frozen=True)
class DecidableObject:
    """A decision that a holder may take: kind and id of its object."""

    kind: DecisionKind
    pk: UUID
    due_order: datetime


def decidable(actor: Actor) -> list[DecidableObject]:
    """What this holder may decide, nearest deadline first; of each kind up to the limit of counting."""
    found: list[DecidableObject] = []
    for kind in kinds_waiting(actor.responsible_for) if actor.responsible_for else ():
        rows = kind.waiting(actor).filter(barred=False).order_by("due_order", "pk")
        found += [DecidableObject(kind, *row) for row in rows.values_list("pk", "due_order")[: COUNTED + 1]]
    return sorted(found, key=attrgetter("due_order", "pk"))


def approvals_of(decisions: Iterable[DecidableObject], actor: Actor) -> list[Approval]:
    """These decisions as they are shown, with the name of the case."""
    listed = list(decisions)
    found: dict[UUID, Approval] = {}
    for kind in {one.kind.name: one.kind for one in listed}.values():
        rows = kind.fetched(kind.visible_to(actor)).filter(pk__in=[one.pk for one in listed if one.kind is kind])
        if kind.decision.named is None:  # of what only named people may read, the case is not named either
            rows = rows.annotate(named_case=case_named(actor, f"{kind.decision.case}_id"))
        found |= {thing.pk: Approval(kind, thing) for thing in rows}
    return [found[one.pk] for one in listed if one.pk in found]


@dataclass(frozen=True)
class ReturnForRevision:
    """Returning a matter for revision where it is listed: a remark and a button. Deciding needs its file; this does
    not."""

    approval: Approval
    verb: str
    form: ActionForm

    @property
    def url(self) -> str:
        return f"{reverse('approvals')}{self.approval.query}&verb={self.verb}#decision"

    @property
    def words(self) -> Text:
        return self.approval.kind.registered.workflow_of(self.approval.thing).labels[self.verb].button


def returning(one: Approval, actor: Actor) -> ReturnForRevision | None:
    """None if this person may not return it now, or if that asks for more than a remark."""
    workflow = one.kind.registered.workflow_of(one.thing)
    for verb in RETURNS.intersection(one.kind.decision.verbs, workflow.open_to(actor, one.thing)):
        asked = [field for field in workflow.transitions[verb].fields if field.required]
        if [field.kind for field in asked] != ["long"] or workflow.unmet(verb, actor, one.thing):
            continue
        form = ActionForm(asked, thing=one.thing, actor=actor, auto_id=f"{verb}_%s")
        form.is_kept = False  # the page of the decision keeps it
        form.fields[asked[0].name].widget.attrs["rows"] = 2
        return ReturnForRevision(one, verb, form)
    return None


def find(actor: Actor, resource: str, pk: str) -> Approval:
    """A decision that waits or waited, so that a second person sees who decided. Raises Http404 for anything else."""
    kind = kind_of(resource)
    try:
        key = UUID(pk)
    except ValueError:
        raise Http404 from None
    if kind is None:
        raise Http404
    thing = kind.fetched(kind.registered.model.objects.visible_to(actor)).filter(pk=key).first()
    if thing is None or _along(thing, kind.decision.agency).pk not in decides_for(actor):
        raise Http404
    return Approval(kind, thing)


def remarks_on(actor: Actor, thing: Any, resource: Resource) -> list[TimelineEntry]:
    """Notes, reasons and dissent of all steps so far, newest first."""
    events = Event.objects.filter(object_kind=resource.kind, object_id=thing.pk).readable_by_agency(actor.agency_id)
    timeline = entries(events.select_related("note").order_by("-happened_at", "-id"), actor, sentences())
    return [entry for entry in timeline if entry.note]


@dataclass(frozen=True)
class OtherDeciders:
    """Who would decide if a holder of the office drafted or edited a thing now: the other holders; without any, an
    acting holder appointed by document, or the superior agency."""

    others: list[OfficeHolder]
    above: Agency | None


def barred_by_writing(actor: Actor, resource: Resource, thing: Any, verb: str) -> OtherDeciders | None:
    """Who would decide if this office holder drafted or edited the thing now; None if that would not bar them, or they
    are barred already."""
    if resource.name == "cases":
        return _barred_by_drafting(actor, verb)
    kind, workflow = kind_of(resource.name), resource.workflow_of(thing)
    if kind is None or verb not in workflow.transitions or not workflow.transitions[verb].writes:
        return None
    ways = [
        way
        for one in kind.decision.verbs
        if one in workflow.transitions
        for way in workflow.proxy_recordings(one)
        if way.instead
    ]
    if not ways and kind.decision.named is None:  # no office decides this kind
        return None
    if not actor.holds_office(kind.decision.office.agency(thing).pk) or kind.decision.office.bars(actor, thing):
        return None
    above = kind.decision.office.superior(thing) if ways else None
    return OtherDeciders(_without(actor, kind.deciders(thing)), above)


def _barred_by_drafting(actor: Actor, verb: str) -> OtherDeciders | None:
    decision = next((kind.decision for kind in kinds() if verb in kind.decision.drafted_by), None)
    if decision is None or not actor.holds_office(actor.own_agency):
        return None
    own = Agency.objects.get(pk=actor.own_agency)
    if decision.nameable is None:
        return OtherDeciders(_without(actor, holders_of(own.pk)), own.superior)
    return OtherDeciders(_without(actor, decision.nameable(own)), None)


def _without(actor: Actor, holders: Iterable[OfficeHolder]) -> list[OfficeHolder]:
    return [held for held in holders if str(held.user_id) != actor.id]


def holders_of(agency_id: int, *, deputies: bool = False) -> list[OfficeHolder]:
    """Who holds the office now; with deputies where they may decide too."""
    held = OfficeHolder.objects.responsible() if deputies else OfficeHolder.objects.current()
    return list(held.filter(agency=agency_id, user__is_active=True).select_related("user", "confirmed_by"))


# Alarms --------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ApprovalAlarm:
    """A decision without an eligible approver raises an alarm and is never approved automatically."""

    words: Text
    title: str
    agency: Agency
    url: str


def alarms(actor: Actor) -> list[ApprovalAlarm]:
    """For leads of an agency its own alarms, for the centre those of every case that it reads."""
    if not (actor.is_centre or actor.leads(actor.agency_id)):
        return []
    return list(islice(_alarms(actor), SHOWN_ALARMS))


def _alarms(actor: Actor) -> Iterator[ApprovalAlarm]:
    for kind in kinds_waiting(None if actor.is_centre else {actor.own_agency}):
        if kind.decision.closed is not None:
            stuck = _stuck(kind, actor).order_by("pk")
            for thing in kind.fetched(stuck)[:SHOWN_ALARMS] if stuck.exists() else ():
                one = Approval(kind, thing)
                yield ApprovalAlarm(one.words, str(one.title), one.agency, one.url)


def _stuck(kind: DecisionKind, actor: Actor) -> QuerySet[Any]:
    rows = kind.visible_to(actor)
    closed: QuerySet[Any] = kind.decision.closed(rows) if kind.decision.closed is not None else rows.none()
    return closed if actor.is_centre else kind.decision.of_agencies(closed, {actor.own_agency})
