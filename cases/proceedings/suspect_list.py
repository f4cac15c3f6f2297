"""Persons and measures (人员与强制措施): one row per suspect, of one proceeding or of all that the reader sees."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.facets import FacetChoice, Facets, url_with
from agencies.kernel.paging import Page
from agencies.kernel.permissions import CASE_READER, Permission
from agencies.kernel.resource import Column, EmptyList, Listing
from agencies.kernel.tables import moment_cell
from agencies.kernel.texts import Text
from agencies.organisations.models import has_police_powers

from .filters import NEAR, PersonFilter
from .models import Measure, Proceeding, Suspect
from .standing import person_statuses

# Those who conduct criminal proceedings, and the centre; for others the list would always be empty.
INVESTIGATORS = Permission(
    "investigators",
    lambda actor: CASE_READER.allows(actor) and (actor.is_centre or has_police_powers(actor.line, actor.agency_code)),
)
TICKS = {
    "over": _("Must be released"),
    "foreign": _("Foreign nationals"),
    "open": _("No outcome yet"),
}


def _cell(name: str) -> str:
    return f"{{% include 'proceedings/persons/{name}.html' %}}"


_CHARGES = (
    '{% if row.suspect.charges.all %}<span class="cv-sub">'
    "{% for one in row.suspect.charges.all %}{{ one.name }}{% if not forloop.last %}; {% endif %}{% endfor %}"
    "</span>{% endif %}"
)


class SuspectList(Listing):
    filters = PersonFilter
    sorts = {"ends": "ends_order", "duty": "duty_order", "name": "party__name", "updated": "updated_at"}
    default = "ends"
    related = ("party", "nationality", "proceeding__case", "proceeding__agency")
    prefetch = ("charges", "measures")
    page = "persons"
    path = "proceedings/persons"
    title = _("Persons and measures")
    columns = (
        columns.plain("name", _("Suspect"), "suspect.party.name", cell=_cell("name"), sort="name"),
        columns.choice("kind", _("Kind"), "suspect.party.kind", cell=""),
        Column(
            "nationality",
            _("Nationality"),
            lambda row, actor: row.suspect.nationality.name if row.suspect.nationality else "",
        ),
        columns.plain("case", _("Case no."), "suspect.proceeding.case.number"),
        columns.plain("external_number", _("Case number of the agency"), "suspect.proceeding.external_number"),
        columns.state(_("Stage"), "suspect", more=_CHARGES),
        Column(
            "measure",
            _("Measure"),
            lambda row, actor: "; ".join(
                f"{one.measure.get_kind_display()} ({one.measure.get_state_display()})" for one in row.held
            ),
            _cell("measures"),
            page_heading=_("Measure and since"),
        ),
        Column("since", _("Since"), lambda row, actor: "; ".join(moment_cell(one.measure.since) for one in row.held)),
        Column(
            "ends",
            _("Ends"),
            lambda row, actor: "; ".join(moment_cell(one.end.due_at) if one.end else "–" for one in row.held),
            _cell("ends"),
            sort="ends",
        ),
        Column("granted", _("Extensions granted"), lambda row, actor: "; ".join(str(one.granted) for one in row.held)),
        Column(
            "left",
            _("Extensions left"),
            lambda row, actor: "; ".join(one.extensions_left for one in row.held),
            _cell("extensions"),
            page_heading=_("Extensions"),
        ),
        Column(
            "duty",
            _("Next duty"),
            lambda row, actor: row.duty.rule.name if row.duty else "",
            _cell("duty"),
            sort="duty",
        ),
        Column("due_at", _("Due"), lambda row, actor: row.duty.due_at if row.duty else None, kind="moment"),
        columns.plain("fate", _("Outcome"), cell="{{ row.fate|default:'–' }}"),
    )
    empty = EmptyList(
        _("No suspect to show"),
        _(
            "Suspects can be read by the investigating agency, and by the centre where the case is not restricted. "
            "Other agencies see only the number of people held."
        ),
        "people",
    )
    chips_label = _("By measure")

    def prepared(self, things: Sequence[Any], actor: Actor) -> Sequence[Any]:
        return person_statuses(list(things))

    def handling(self, thing: Suspect, actor: Actor) -> str:
        return str(thing.proceeding.case.handling)

    def words(self, thing: Suspect, actor: Actor) -> str:
        return str(thing.party.name)

    def context(self, facets: Facets, page: Page, actor: Actor) -> dict[str, Any]:
        counts, of = _counts(facets), _chosen_proceeding(facets, actor)
        return {
            "of": of,
            "chips": _chips(counts, facets.params),
            "chosen": [_relabelled(one, of) for one in facets.chosen()],
            "facets": list(_facets(facets, counts, actor)),
        }

    def arrived(self, actor: Actor, since: datetime, acts: QuerySet[Any]) -> Q:
        measures = acts.filter(object_kind="measure").values("object_id")
        measured = Measure.objects.visible_to(actor).filter(pk__in=measures)
        # suspects added by an act on the proceeding
        proceedings = acts.filter(object_kind="proceeding").values("object_id")
        return Q(pk__in=measured.values("suspect")) | Q(created_at__gt=since, proceeding__in=proceedings)


def _chosen_proceeding(facets: Facets, actor: Actor) -> Proceeding | None:
    """The proceeding that the URL filters by."""
    pk = facets.filters.form.cleaned_data.get("proceeding")
    visible = Proceeding.objects.visible_to(actor).select_related("case", "agency")
    found: Proceeding | None = visible.filter(pk=pk).first() if pk else None
    return found


def _relabelled(chosen: FacetChoice, of: Proceeding | None) -> FacetChoice:
    """Labels a proceeding filter with its number instead of its id."""
    return replace(chosen, label=str(chosen.label).replace(str(of.pk), str(of))) if of else chosen


def _counts(facets: Facets) -> dict[str, int]:
    """The count of each chip and tick with the other filters applied, in one query."""
    filters = [
        *(("state", state, [state]) for state in Suspect.State.values),
        *(("measure", kind, [kind]) for kind in Measure.Kind.values),
        *(("near", value, value) for value in NEAR),
        *((name, name, "1") for name in TICKS),
    ]
    left = {
        key: facets.filters.filters[name].filter(facets.others(name), value).values("pk")
        for name, key, value in filters
    }
    left["all"] = facets.others("measure").values("pk")
    counted = {key: Count("pk", filter=Q(pk__in=rows)) for key, rows in left.items()}
    counts: dict[str, int] = facets.filters.queryset.aggregate(**counted)
    return counts


def _chips(counts: dict[str, int], params: QueryDict) -> list[FacetChoice]:
    """Chips by measure, which exclude each other."""
    chosen = params.getlist("measure")
    first = FacetChoice(_("All persons"), url_with(params, measure=[]), counts["all"], not chosen)
    rest = (
        FacetChoice(label, url_with(params, measure=[kind]), counts[kind], chosen == [kind])
        for kind, label in Measure.Kind.choices
    )
    return [first, *rest]


def _facets(facets: Facets, counts: dict[str, int], actor: Actor) -> Iterator[tuple[Text, list[FacetChoice]]]:
    chosen, stages = facets.params.getlist("state"), Suspect.State.choices
    yield (
        _("Stage"),
        [facets.choice("state", one, label, counts[one]) for one, label in stages if counts[one] or one in chosen],
    )
    yield _("End or deadline"), [facets.choice("near", value, label, counts[value]) for value, label in NEAR.items()]
    yield _("Persons"), [facets.choice(name, "1", label, counts[name]) for name, label in TICKS.items()]
    if actor.is_centre:
        names = ("proceeding__agency__code", "proceeding__agency__name_zh", "proceeding__agency__name_en")
        yield _("Agency"), facets.by_row("agency", *names, label=pick)
