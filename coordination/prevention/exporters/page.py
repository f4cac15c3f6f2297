"""What the page of an exporter shows: what the reader does next, and everything that they may see about it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from agencies.journal.timeline import timeline
from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.filtering import NEVER
from agencies.kernel.open_items import WorklistLine
from agencies.kernel.resource import RESOURCES, Resource
from agencies.kernel.texts import Text
from agencies.kernel.work import Decider, Side
from agencies.kernel.workflow import Button
from agencies.people.timeline import TimelineEntry, entries, sentences
from agencies.work.models import WorkItem
from cases.casefile.models import Case, Item

from .models import Exporter

MOST = 50  # objects of one noun
NEXT = 5  # steps
EVENTS = 40
GOODS = 8
ACTIONS = 7  # buttons of the page beside the list of all actions
LIKELY = (
    *("write_guidance", "record_consultation", "begin_review", "plan_inspection", "request_inspection"),
    *("call_to_talk", "write_warning", "edit"),
)
"""What is most often begun on an exporter, the likeliest first."""


@dataclass(frozen=True)
class ExporterMatter:
    """An object that concerns the exporter, such as a case or a letter."""

    resource: Resource
    thing: Any

    @property
    def url(self) -> str:
        return self.resource.url(self.thing)

    @property
    def since(self) -> datetime:
        at: datetime = getattr(self.thing, "state_since", None) or self.thing.created_at
        return at

    @property
    def due_at(self) -> datetime | None:
        return getattr(self.thing, "due_at", None) if self.is_open else None

    @property
    def is_open(self) -> bool:
        return self.thing.state not in self.resource.workflow_of(self.thing).final


def page_parts(exporter: Exporter, actor: Actor, params: QueryDict) -> dict[str, Any]:
    matters = sorted(matters_of(exporter, actor), key=lambda one: one.since, reverse=True)
    opened = [one for one in matters if one.is_open]
    next_steps = steps(opened, actor)[:NEXT]
    buttons = open_buttons(exporter, actor)
    return {
        "steps": next_steps,
        "begins": sorted(buttons, key=_likelihood)[: ACTIONS - len(next_steps)],
        "buttons": buttons,
        "open_matters": opened,
        "ended_matters": [one for one in matters if not one.is_open],
        "numbers": numbers(matters),
        "goods": goods_in([one.thing for one in matters if isinstance(one.thing, Case)]),
        "gaps": gaps(exporter),
        "entries": history(exporter, matters, actor),
    }


def matters_of(exporter: Exporter, actor: Actor) -> Iterator[ExporterMatter]:
    """Everything visible to the actor that names a number of the exporter, and what belongs to this entry."""
    for resource in RESOURCES.values():
        if resource.about_company is None or not resource.permission.allows(actor):
            continue
        loaded = resource.loaded(actor)
        named = Q(pk__in=resource.about_company(loaded, exporter.numbers, actor).values("pk"))
        if _belongs_to_entry(resource):
            named |= Q(exporter=exporter)
        for thing in loaded.filter(named).order_by("-created_at", "pk")[:MOST]:
            yield ExporterMatter(resource, thing)


def _belongs_to_entry(resource: Resource) -> bool:
    return any(field.related_model is Exporter for field in resource.model._meta.fields if field.name == "exporter")


# Actions -------------------------------------------------------------------------------------------------------------
def open_buttons(exporter: Exporter, actor: Actor) -> list[Button]:
    """The actions whose conditions are met."""
    resource = RESOURCES["exporters"]
    workflow = resource.workflow_of(exporter)
    return [one for one in resource.buttons(actor, exporter) if not workflow.unmet(one.verb, actor, exporter)]


def _likelihood(button: Button) -> int:
    return LIKELY.index(button.verb) if button.verb in LIKELY else len(LIKELY)


# Next steps ----------------------------------------------------------------------------------------------------------
def steps(opened: Sequence[ExporterMatter], actor: Actor) -> list[WorklistLine]:
    """The open items about the exporter whose next step is the reader's own, the soonest due first."""
    now, mine = times.now(), _on_desk(opened, actor)
    found = [
        line
        for resource, some in _by_noun(one for one in opened if one.thing.pk in mine or not one.resource.work)
        for line in _lines(resource, some, actor, now)
        if line.button is not None
    ]
    return sorted(found, key=lambda line: line.due_at or NEVER)


def _on_desk(opened: Iterable[ExporterMatter], actor: Actor) -> set[Any]:
    """Ids of those with a work item of this person: they handle it, no one does yet, or they decide it."""
    own = Q(person_id=actor.person_id) | Q(free=True)
    if Role.LEAD in actor.roles or actor.responsible_for:
        own |= Q(decides=Decider.LEAD)
    if actor.offices:
        own |= Q(decides=Decider.HEAD)
    rows = WorkItem.objects.visible_to(actor).filter(own, side__in=(Side.DOES, Side.DECIDES))
    return set(rows.filter(object_id__in=[one.thing.pk for one in opened]).values_list("object_id", flat=True))


def _by_noun(matters: Iterable[ExporterMatter]) -> Iterator[tuple[Resource, list[ExporterMatter]]]:
    for name, some in groupby(sorted(matters, key=lambda one: one.resource.name), key=lambda one: one.resource.name):
        yield RESOURCES[name], list(some)


def _lines(
    resource: Resource, matters: Sequence[ExporterMatter], actor: Actor, now: datetime
) -> Iterator[WorklistLine]:
    """The lines of the workspace for these objects, with their next step."""
    items = resource.open_items
    if items is None:
        return
    model: Any = resource.model
    seen: QuerySet[Any] = model.objects.visible_to(actor).filter(pk__in=[one.thing.pk for one in matters])
    things = list(items.fetched(seen).select_related(*items.related))
    for thing in items.prepare(things, actor):
        yield items.line(thing, actor, now)


# Facts ---------------------------------------------------------------------------------------------------------------
def numbers(matters: Iterable[ExporterMatter]) -> list[tuple[Text, int]]:
    """How many objects of each noun, in the order of the register."""
    counted = Counter(one.resource.name for one in matters)
    return [(resource.plural, counted[name]) for name, resource in RESOURCES.items() if counted[name]]


def goods_in(cases: Sequence[Case]) -> list[str]:
    """Goods of these cases, whose contents the reader reads, those named most often first."""
    items = Item.objects.filter(case__in=cases).values_list("description", "control_code")
    counted = Counter(f"{words} ({code})" if code else words for words, code in items)
    return [words for words, _number in counted.most_common(GOODS)]


def gaps(exporter: Exporter) -> list[str]:
    """What the entry lacks."""
    asked: Mapping[str, str] = {
        "uscc": _("Unified social credit code"),
        "customs_code": _("Customs registration code"),
        "district_id": _("Customs district"),
        "contact": _("Contact"),
    }
    return [label for name, label in asked.items() if not getattr(exporter, name)]


def history(exporter: Exporter, matters: Iterable[ExporterMatter], actor: Actor) -> list[TimelineEntry]:
    """The latest events of the entry and of all its matters, as far as the reader may read them."""
    things = {one.thing.pk: one.thing for one in matters}
    events = timeline(actor, exporter, *things.values())[:EVENTS]
    return entries(events, actor, sentences(), {pk: str(thing) for pk, thing in things.items()})
