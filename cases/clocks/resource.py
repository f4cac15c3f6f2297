"""Deadlines as a resource."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.resource import Api, Column, Listing, Notices, Resource, Summary

from .actions import ACTIONS
from .deciding import DECISION
from .filters import CLOCK_SORTS, DEFAULT_CLOCK_SORT, ClockFilter
from .late import LATE
from .measures import MEASURES
from .models import Clock
from .on_case import ON_CASE
from .open_items import OPEN_ITEMS
from .shapes import ClockShape
from .views.lists import ClockRow, clocks_to_keep, lines_of, listed, users_by_id
from .workflow import CLOCK as TABLE
from .workflow import PRIVATE_CLOCK, workflow_of

_DUE = "{% include 'clocks/due_cell.html' with clock=row.clock %}"
_RULE = (
    "{% with clock=row.clock %}<a href=\"{% url 'clock' clock.pk %}\">{{ clock.rule.name }}</a>"
    '<span class="cv-sub">{{ clock.rule.get_kind_display }}'
    "{% if clock.rule.cited %} · {{ clock.rule.cited }}{% endif %}</span>{% endwith %}"
)
_ACTS = (
    "{% if row.clock.agency %}{% agency row.clock.agency %}"
    "{% include 'components/contact.html' with handler=row.handler %}{% else %}"
    "{{ row.clock.rule.get_owner_side_display }}"
    "{% include 'components/contact.html' with handler=row.handler watched=True %}{% endif %}"
)
_ABOUT = (
    '{% with url=row.clock|subject_url %}{% if url %}<a href="{{ url }}">{{ row.subject }}</a>'
    "{% else %}{{ row.subject }}{% endif %}{% endwith %}{% if row.clock.case_seen %}<br>"
    '<a class="cv-nowrap" href="{% url \'case\' row.clock.case_id %}">{{ row.clock.case.number }}</a>{% endif %}'
)


def _agency(line: ClockRow, actor: Actor) -> str:
    clock = line.clock
    return clock.agency.name if clock.agency else clock.rule.get_owner_side_display()


def _case_number(clock: Any) -> str:
    return str(clock.case.number) if clock.case and clock.case_seen else ""


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
    listing=Listing(
        filters=ClockFilter,
        sorts=CLOCK_SORTS,
        default=DEFAULT_CLOCK_SORT,
        related=("rule", "case", "agency"),
        page="running_clocks",
        title=_("Running deadlines"),
        rows=clocks_to_keep,
        shown=lambda rows, actor: listed(rows.with_handler(), actor),
        prepare=lambda clocks, actor: lines_of(clocks, users_by_id(clock.handled_by for clock in clocks)),
        columns=(
            columns.plain("rule", _("What must be done"), "clock.rule.name", cell=_RULE, sort="rule"),
            columns.moment("due_at", _("Deadline"), "clock.due_at", cell=_DUE, sort="due"),
            columns.moment("breach_at", _("Lenient reading"), "clock.breach_at", cell=""),
            Column(
                "provisional", _("Provisional"), lambda line, actor: gettext("yes") if line.clock.provisional else ""
            ),
            columns.choice("state", _("State"), "clock.state", cell=""),
            columns.plain("code", _("Rule"), "clock.rule.code"),
            columns.choice("kind", _("Kind"), "clock.rule.kind", cell=""),
            columns.plain("basis", _("Legal basis"), "clock.rule.cited"),
            Column("agency", _("Who must act"), _agency, _ACTS),
            Column("handler", _("Handler"), lambda line, actor: line.handler.name if line.handler else ""),
            Column("phone", _("Phone"), lambda line, actor: line.handler.phone if line.handler else ""),
            columns.plain("about", _("Concerns"), "subject", cell=_ABOUT, sort="subject"),
            Column("case", _("Case no."), lambda line, actor: _case_number(line.clock)),
            columns.moment("started_at", _("Runs since"), "clock.started_at", sort="started"),
        ),
        handling=lambda clock, actor: str(clock.case.handling) if clock.case and clock.case_seen else "",
        words=lambda clock, actor: str(clock.rule.name),
        inside=lambda clock, actor: bool(clock.case_seen),
        # A clock begins by an act on its subject.
        arrived=lambda actor, since, acts: Q(created_at__gt=since, subject_id__in=acts.values("object_id")),
    ),
    open_items=OPEN_ITEMS,
    on_case=ON_CASE,
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
