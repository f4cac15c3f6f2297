"""Deadlines as a resource."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import Api, Notices, Resource, Summary

from .actions import ACTIONS
from .clock_list import ClockList
from .deciding import DECISION
from .late import LATE
from .measures import MEASURES
from .models import Clock
from .on_case import ClocksOnCase
from .open_items import OpenClocks
from .page import page_parts
from .shapes import ClockShape
from .workflow import CLOCK as TABLE
from .workflow import PRIVATE_CLOCK, workflow_of

CLOCK = Resource(
    name="clocks",
    kind="clock",
    model=Clock,
    page="clock",
    label=_("Period"),
    plural=_("Deadlines"),
    looks={
        "PAUSED": ("wait", "pause-circle"),
        "STOPPED": ("neutral", "check-lg"),
    },
    late=LATE,
    measures=MEASURES,
    workflows=(TABLE, PRIVATE_CLOCK),
    choose_workflow=workflow_of,
    actions=ACTIONS,
    related=("rule", "agency", "holder", "case"),
    sentences={("clock", "recount"): _("the deadline was recalculated from the published schedule")},
    listing=ClockList(),
    navigation=NavigationPage(group=Group.SUPERVISION, place=36, key="d"),
    path="deadlines",
    page_parts=page_parts,
    open_items=OpenClocks(),
    on_case=ClocksOnCase(),
    summary=Summary(title=("rule__name_zh", "rule__name_en")),
    decision=DECISION,
    notices=Notices(in_hand=("case__proceedings__handler", "case__proceedings__team")),
    api=Api(
        row=(
            *("rule", "subject_kind", "subject_id", "case", "agency", "started_at", "due_at", "breach_at"),
            *("provisional", "stopped_at"),
        ),
        detail=("pauses", "extensions", "changes"),
        shape=ClockShape,
    ),
)
