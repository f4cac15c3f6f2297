"""Persons and measures (人员与强制措施): one row per suspect, of one proceeding or of all that the reader sees."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.kernel.facets import FacetChoice, Facets, url_with
from agencies.kernel.paging import page_of, rows_shown
from agencies.kernel.permissions import CASE_READER, actor_of, page

from ..filters import DEFAULT_PERSON_SORT, NEAR, PERSON_SORTS, PersonFilter
from ..models import Measure, Proceeding, Suspect
from ..standing import person_statuses

TICKS = {
    "over": gettext_lazy("Must be released"),
    "foreign": gettext_lazy("Foreign nationals"),
    "open": gettext_lazy("No outcome yet"),
}


@page(CASE_READER)
def persons(request: HttpRequest) -> HttpResponse:
    """One page of persons. `print=1` renders all of them for printing."""
    actor = actor_of(request)
    cut = filtered(request.GET, actor)
    size = rows_shown(request.GET)
    shown = page_of(listed(cut.qs), request.GET, sorts=PERSON_SORTS, default=DEFAULT_PERSON_SORT, size=size)
    facets, of = Facets(cut, request.GET), _chosen_proceeding(cut, actor)
    counts = _counts(facets)
    context = {
        "page": shown,
        "rows": person_statuses(shown.items),
        "of": of,
        "chips": _chips(counts, request.GET),
        "chips_label": _("By measure"),
        "chosen": [_relabelled(one, of) for one in facets.chosen()],
        "facets": list(_facets(facets, counts, actor)),
    }
    return render(request, "proceedings/persons.html", context)


def filtered(params: QueryDict, actor: Actor) -> PersonFilter:
    return PersonFilter(params, Suspect.objects.visible_to(actor), actor=actor)


def listed(suspects: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with the related objects that the list shows."""
    related = suspects.select_related("party", "nationality", "proceeding__case", "proceeding__agency")
    return related.prefetch_related("charges")


def _chosen_proceeding(cut: PersonFilter, actor: Actor) -> Proceeding | None:
    """The proceeding that the URL filters by."""
    pk = cut.form.cleaned_data.get("proceeding")
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


def _facets(facets: Facets, counts: dict[str, int], actor: Actor) -> Iterator[tuple[str, list[FacetChoice]]]:
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
