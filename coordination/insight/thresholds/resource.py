"""Thresholds as a resource."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import Facets
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import Page
from agencies.kernel.permissions import FIGURES
from agencies.kernel.resource import Addition, Column, Listing, Resource, Summary

from .actions import ACTIONS, watch_figure
from .asking import in_words, why_lost
from .filters import ThresholdFilter
from .models import Threshold
from .page import list_parts, page_parts
from .shapes import WatchedShape, WatchInput
from .workflow import LABELS
from .workflow import THRESHOLD as TABLE


class ThresholdList(Listing):
    filters = ThresholdFilter
    sorts = {"created": "created_at", "updated": "updated_at"}
    default = "-updated"
    page = "thresholds"
    columns = (
        Column("words", _("Figure"), lambda one, actor: in_words(one)),
        columns.plain("metric", _("Metric")),
        columns.plain("comparison", _("Comparison")),
        Column("value", _("Value"), lambda one, actor: one.value, kind="number"),
        columns.plain("over", _("Period")),
        columns.choice("state", _("State"), cell=""),
        Column("found", _("Number at the crossing"), lambda one, actor: one.found.get("value", "")),
        Column("lost", _("Ended because"), lambda one, actor: why_lost(one, one.lost) if one.lost else ""),
        columns.moment("crossed_at", _("Crossed"), cell=""),
    )

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        return list_parts(page.items, actor)


THRESHOLD = Resource(
    name="thresholds",
    kind="threshold",
    model=Threshold,
    page="threshold",
    label=_("Watched figure"),
    plural=_("Watched figures"),
    looks={
        "WATCHING": ("info", "eye"),
        "CROSSED": ("review", "flag"),
        "SEEN": ("wait", "check-lg"),
        "ENDED": ("neutral", "x-lg"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    permission=FIGURES,
    is_corrected=False,  # a person watches another figure
    sentences={("threshold", "watch"): LABELS["watch"].sentence},
    listing=ThresholdList(),
    navigation=NavigationPage(group=Group.SUPERVISION, place=39, permission=FIGURES),
    page_parts=page_parts,
    summary=Summary(title=("headline_zh", "headline_en")),
    addition=Addition(
        words=_("Watch a figure"),
        help=_(
            "Watches a figure: the caller is notified when it crosses the value, and again only after it was back."
            " Figures of which the caller may not see everything are refused."
        ),
        accepts=WatchInput,
        add=watch_figure,
        permission=FIGURES,
        answers=WatchedShape,
    ),
)
