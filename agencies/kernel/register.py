"""Fills the register of resources when the product starts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from .measures import METRICS
from .navigation import NavigationPage
from .resource import (
    HEADINGS,
    MEASURED,
    RESOURCE_OF_KIND,
    RESOURCES,
    SEARCHED,
    SENTENCES,
    Action,
    ActionTable,
    Contribution,
    Resource,
)
from .texts import Text
from .work import register
from .workflow import Workflow

# Acts without a workflow of every noun that passes to a colleague, and of every noun that is routed.
PASSING: dict[str, Text] = {"pass_on": _("handed it over to a colleague"), "take_off": _("took the assignment back")}
ROUTING: dict[str, Text] = {"set_priority": _("set the priority by hand"), "route": _("routed it by rule")}


def fill_register(declared: Iterable[Resource | Contribution]) -> None:
    """Registers the nouns in this order, each with the verbs that others add to its table."""
    listed = tuple(declared)
    added: dict[str, dict[str, Action]] = {}
    tables: dict[str, list[Workflow]] = {}
    for one in listed:
        for name, actions in one.contributes.items():
            added.setdefault(name, {}).update(actions)
        for name, table in one.adds.items():
            tables.setdefault(name, []).append(table)
    RESOURCES.clear()
    RESOURCE_OF_KIND.clear()
    SENTENCES.clear()
    SEARCHED.clear()
    HEADINGS.clear()
    MEASURED[:] = [(getattr(one, "kind", ""), one.measures) for one in listed if one.measures]
    METRICS.clear()
    METRICS.update({figure.key: figure for _kind, measures in MEASURED for figure in measures.figures})
    for one in listed:
        SENTENCES.update(one.sentences)
        register(*one.work)
        if one.search:
            HEADINGS.update({one.name: one.plural} if isinstance(one, Resource) else {})
            HEADINGS.update(one.search.headings)
            SEARCHED.update({kind.name: kind for kind in one.search.kinds})
        if isinstance(one, Resource):
            acts = (PASSING if one.reassign else {}) | (ROUTING if one.routed else {})
            SENTENCES.update({(one.kind, verb): text for verb, text in acts.items() if verb not in one.verbs})
            RESOURCES[one.name] = RESOURCE_OF_KIND[one.kind] = replace(
                one,
                navigation=_named_page(one),
                actions=_joined(one.actions, added.get(one.name, {})),
                workflows=tuple(table.joined(tables.get(one.name, ())) for table in one.workflows),
                choose_workflow=_choosing_joined(one, tables.get(one.name, ())),
            )


def _named_page(one: Resource) -> NavigationPage | None:
    """The page of the noun in the navigation, by default its list with its plural."""
    if one.navigation is None:
        return None
    route = one.listing.page if one.listing else ""
    return replace(one.navigation, page=one.navigation.page or route, label=one.navigation.label or one.plural)


def _choosing_joined(one: Resource, added: Sequence[Workflow]) -> Callable[[Any], Workflow] | None:
    """Its choice among its workflows, with what others add to them."""
    choose = one.choose_workflow
    if choose is None or not added:
        return choose
    by_name = {table.name: table.joined(added) for table in one.workflows}
    return lambda thing: by_name[choose(thing).name]


def _joined(
    own: ActionTable | Callable[[Any], ActionTable], added: ActionTable
) -> ActionTable | Callable[[Any], ActionTable]:
    if callable(own):
        choose = own
        return lambda thing: {**choose(thing), **added}
    return {**own, **added}
