"""Pages of deadlines: the rules in force, and the running clocks of an agency."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from agencies.duty.lookups import Post
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.counting import COUNTED, count_up_to
from agencies.kernel.facets import FacetChoice, Facets, url_with
from agencies.kernel.lookups import id_if_among
from agencies.kernel.paging import page_of, rows_shown
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.texts import Text
from agencies.people.models import User
from cases.casefile.models import Case
from cases.clocks.access import sides_of
from cases.clocks.contacts import contacts
from cases.clocks.filters import (
    CLOCK_SORTS,
    DEFAULT_CLOCK_SORT,
    DEFAULT_RULE_SORT,
    DUE,
    RULE_SORTS,
    ClockFilter,
    RuleFilter,
    due_in,
)
from cases.clocks.models import Clock, Kind, Rule
from cases.clocks.models.running import ClockQuerySet
from cases.clocks.texts import about, length_of, subject_choices

RULES_PAGE = 200  # all of them


@dataclass(frozen=True)
class ClockRow:
    """A row of the list: a running clock, the label of its subject, and its contact person."""

    clock: Clock
    subject: Text
    handler: User | Post | None


@page(CASE_READER)
def clock_rules(request: HttpRequest) -> HttpResponse:
    """The statutory periods."""
    cut = RuleFilter(request.GET, Rule.objects.all(), actor=actor_of(request))
    shown = page_of(cut.qs, request.GET, sorts=RULE_SORTS, default=DEFAULT_RULE_SORT, size=RULES_PAGE)
    facets = Facets(cut, request.GET)
    context = {
        "page": shown,
        "rules": [(rule, length_of(rule)) for rule in shown.items],
        "facets": [
            (_("Area of law"), facets.by_choice("track", "track", Rule.Track.choices)),
            (_("Kind"), facets.by_choice("kind", "kind", Kind.choices)),
        ],
    }
    return render(request, "clocks/clock_rules.html", context)


@page(CASE_READER)
def running_clocks(request: HttpRequest) -> HttpResponse:
    """The clocks that the agency must keep, nearest first. `print=1` renders all of them for printing."""
    actor = actor_of(request)
    cut = filtered(request.GET, actor)
    size = rows_shown(request.GET)
    shown = page_of(listed(cut.qs, actor), request.GET, sorts=CLOCK_SORTS, default=DEFAULT_CLOCK_SORT, size=size)
    sides = _sides(actor, cut)
    facets = Facets(cut, request.GET, apart=[rows.pending().with_handler() for rows in sides])
    counts = facets.together(_columns(actor))
    people = users_by_id([*(clock.handled_by for clock in shown.items), *(UUID(one[0]) for one in counts["handler"])])
    context = {
        "page": shown,
        "rows": lines_of(shown.items, people),
        "chips_label": _("By due date"),
        "chosen": facets.chosen(),
        "chips": _due_chips(facets, request.GET, sides),
        "facets": list(_facets(facets, counts, people)),
    }
    return render(request, "clocks/running_clocks.html", context)


def filtered(params: QueryDict, actor: Actor) -> ClockFilter:
    """The filters over the reader's clocks: for the centre all that it sees, otherwise those of the agency."""
    return ClockFilter(params, clocks_to_keep(actor), actor=actor)


def clocks_to_keep(actor: Actor) -> ClockQuerySet:
    return clocks_seen(actor).pending().with_handler()


def clocks_seen(actor: Actor) -> ClockQuerySet:
    clocks = Clock.objects.visible_to(actor)
    return clocks if actor.is_centre else clocks.concerning(actor.own_agency)


def listed(clocks: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """The rows with the related objects that the list shows."""
    # The receiver of a transfer has a deadline on a case that it may not see yet.
    seen = id_if_among(Case.objects.visible_to(actor), "case_id")
    rows: QuerySet[Any] = clocks.select_related("rule", "case", "agency", "holder").annotate(case_seen=seen)
    return rows


def users_by_id(ids: Iterable[UUID | None]) -> dict[UUID, User]:
    return User.objects.in_bulk({one for one in ids if one})


def lines_of(clocks: Iterable[Any], people: dict[UUID, User]) -> list[ClockRow]:
    listed = list(clocks)
    return [ClockRow(clock, about(clock), one) for clock, one in zip(listed, contacts(listed, people), strict=True)]


def _columns(actor: Actor) -> dict[str, tuple[str, ...]]:
    agency = {"owner": ("agency__code", "agency__name_zh", "agency__name_en")}
    rule = {"rule": ("rule__code", "rule__name_zh", "rule__name_en")}
    return {"kind": ("rule_kind",), "subject": ("subject_kind",), **agency, **rule, "handler": ("handled_by",)}


def _facets(facets: Facets, counts: Any, people: dict[UUID, User]) -> Any:
    """Title and choices of each facet, from the given counts."""
    labels: dict[str, Any] = {"kind": dict(Kind.choices), "subject": dict(subject_choices())}
    for name, title in (("kind", _("Kind")), ("subject", _("Concerns"))):
        yield title, [facets.choice(name, v, labels[name].get(v, v), n) for v, _names, n in counts[name]]
    yield _("Who must act"), [facets.choice("owner", v, pick(*name), n) for v, name, n in counts["owner"]]
    known = [(people[UUID(v)], n) for v, _names, n in counts["handler"] if UUID(v) in people]
    yield _("Handler"), [facets.choice("handler", str(person.pk), person.name, n) for person, n in known]
    yield _("Rule"), [facets.choice("rule", v, pick(*name), n) for v, name, n in counts["rule"]]


def _sides(actor: Actor, cut: ClockFilter) -> list[ClockQuerySet]:
    """The clocks that the reader sees; for an agency as those of each side, which an index has in order.

    A handler is looked up for each row, which makes a text too long to state it for both sides.
    """
    return [clocks_seen(actor)] if actor.is_centre or cut.form.cleaned_data["handler"] else sides_of(actor)


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
