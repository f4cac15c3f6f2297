"""The list of running clocks, nearest first."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.duty.lookups import Post
from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.counting import COUNTED, count_up_to
from agencies.kernel.facets import FacetChoice, Facets, url_with
from agencies.kernel.filtering import ListFilter
from agencies.kernel.lookups import id_if_among
from agencies.kernel.paging import Page
from agencies.kernel.resource import Column, EmptyList, Listing
from agencies.people.models import User
from cases.casefile.models import Case

from .access import sides_of
from .contacts import contacts
from .filters import DUE, ClockFilter, due_in
from .models import Clock, PeriodKind
from .models.running import ClockQuerySet
from .texts import about, subject_choices


@dataclass(frozen=True)
class ClockRow:
    """A row of the list: a running clock, the label of its subject, and its contact person."""

    clock: Clock
    subject: str | Promise
    handler: User | Post | None


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


class ClockList(Listing):
    filters = ClockFilter
    sorts = {"due": "due_order", "started": "started_at", "rule": "rule__code", "subject": "subject_kind"}
    default = "due"
    related = ("rule", "case", "agency", "holder")
    page = "running_clocks"
    path = "deadlines/running"
    title = _("Running deadlines")
    columns = (
        columns.plain("rule", _("What must be done"), "clock.rule.name", cell=_RULE, sort="rule"),
        columns.moment("due_at", _("Deadline"), "clock.due_at", cell=_DUE, sort="due"),
        columns.moment("breach_at", _("Lenient reading"), "clock.breach_at", cell=""),
        Column("provisional", _("Provisional"), lambda line, actor: gettext("yes") if line.clock.provisional else ""),
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
    )
    empty = EmptyList(
        _("No deadline is running"),
        _("Deadlines start automatically when a lead, proceeding or referral enters a state that has a period."),
        "clock",
    )
    chips_label = _("By due date")

    def rows(self, visible: ClockQuerySet, actor: Actor) -> ClockQuerySet:
        """Those that the agency must keep; for the centre all that it sees."""
        return _concerning(visible, actor).pending().with_handler()

    def shown(self, rows: ClockQuerySet, actor: Actor) -> QuerySet[Any]:
        # The receiver of a transfer has a deadline on a case that it may not see yet.
        seen = id_if_among(Case.objects.visible_to(actor), "case_id")
        return rows.with_handler().annotate(case_seen=seen)

    def prepared(self, things: Sequence[Any], actor: Actor) -> Sequence[Any]:
        return _lines(things, _users_by_id(clock.handled_by for clock in things))

    def handling(self, thing: Any, actor: Actor) -> str:
        return str(thing.case.handling) if thing.case and thing.case_seen else ""

    def words(self, thing: Any, actor: Actor) -> str:
        return str(thing.rule.name)

    def inside(self, thing: Any, actor: Actor) -> bool:
        return bool(thing.case_seen)

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        sides = _sides(actor, facets.filters)
        facets = replace(facets, apart=[rows.pending().with_handler() for rows in sides])
        counts = facets.together(_columns(actor))
        people = _users_by_id(UUID(one[0]) for one in counts["handler"])
        return {
            "chosen": facets.chosen(),
            "chips": _due_chips(facets, facets.params, sides),
            "facets": list(_facets(facets, counts, people)),
        }

    def arrived(self, actor: Actor, since: datetime, acts: QuerySet[Any]) -> Q:
        """A clock begins by an act on its subject."""
        return Q(created_at__gt=since, subject_id__in=acts.values("object_id"))


def _concerning(visible: ClockQuerySet, actor: Actor) -> ClockQuerySet:
    return visible if actor.is_centre else visible.concerning(actor.own_agency)


def _users_by_id(ids: Iterable[UUID | None]) -> dict[UUID, User]:
    return User.objects.in_bulk({one for one in ids if one})


def _lines(clocks: Iterable[Any], people: dict[UUID, User]) -> list[ClockRow]:
    listed = list(clocks)
    return [ClockRow(clock, about(clock), one) for clock, one in zip(listed, contacts(listed, people), strict=True)]


def _columns(actor: Actor) -> dict[str, tuple[str, ...]]:
    agency = {"owner": ("agency__code", "agency__name_zh", "agency__name_en")}
    rule = {"rule": ("rule__code", "rule__name_zh", "rule__name_en")}
    return {"kind": ("rule_kind",), "subject": ("subject_kind",), **agency, **rule, "handler": ("handled_by",)}


def _facets(facets: Facets, counts: Any, people: dict[UUID, User]) -> Any:
    """Title and choices of each facet, from the given counts."""
    labels: dict[str, Any] = {"kind": dict(PeriodKind.choices), "subject": dict(subject_choices())}
    for name, title in (("kind", _("Kind")), ("subject", _("Concerns"))):
        yield title, [facets.choice(name, v, labels[name].get(v, v), n) for v, _names, n in counts[name]]
    yield _("Who must act"), [facets.choice("owner", v, pick(*name), n) for v, name, n in counts["owner"]]
    known = [(people[UUID(v)], n) for v, _names, n in counts["handler"] if UUID(v) in people]
    yield _("Handler"), [facets.choice("handler", str(person.pk), person.name, n) for person, n in known]
    yield _("Rule"), [facets.choice("rule", v, pick(*name), n) for v, name, n in counts["rule"]]


def _sides(actor: Actor, cut: ListFilter) -> list[ClockQuerySet]:
    """The clocks that the reader sees; for an agency as those of each side, which an index has in order.

    A handler is looked up for each row, which makes a text too long to state it for both sides.
    """
    return (
        [_concerning(Clock.objects.visible_to(actor), actor)]
        if actor.is_centre or cut.form.cleaned_data["handler"]
        else sides_of(actor)
    )


def _due_counts(facets: Facets, sides: list[ClockQuerySet]) -> Counter[str]:
    """The rows of all chips up to the counting limit."""
    counts = Counter[str]()
    for side in sides:
        rows = cast(ClockQuerySet, facets.others("due", side))
        pending = rows.pending()
        chips = {"total": pending, "provisional": pending.with_uncertain_date()}
        # All of these are pending: stated twice, PostgreSQL would expect few rows and read all of an agency.
        chips |= {value: due_in(rows, value) for value in DUE}
        counts.update({name: count_up_to(chip) for name, chip in chips.items()})
    return Counter({name: min(count, COUNTED + 1) for name, count in counts.items()})


def _due_chips(facets: Facets, params: QueryDict, sides: list[ClockQuerySet]) -> list[FacetChoice]:
    """Chips by due time, which exclude each other, and provisional dates."""
    counts = _due_counts(facets, sides)
    chosen, only_provisional = params.get("due", ""), params.get("provisional") == "1"
    first = FacetChoice(_("All running"), url_with(params, due=[]), counts["total"], not chosen)
    near = (
        FacetChoice(label, url_with(params, due=[value]), counts[value], chosen == value)
        for value, label in DUE.items()
    )
    toggled = url_with(params, provisional=[] if only_provisional else ["1"])
    return [first, *near, FacetChoice(_("Provisional dates"), toggled, counts["provisional"], only_provisional)]
