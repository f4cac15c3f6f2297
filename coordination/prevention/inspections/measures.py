"""What inspections contribute to the figures: those planned, done, refused, with a finding, and begun too late."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.measures import (
    FactCollector,
    Form,
    History,
    MeasuredFact,
    MeasuredMatter,
    Measures,
    Metric,
    created,
    days_between,
    first_entered,
    labels,
    moves,
)
from cases.casefile.models import Handling
from cases.clocks.counting import end_of

from .models import Finding, Inspection

S = Inspection.State


def _facts(inspection: Inspection, history: History) -> Iterable[MeasuredFact]:
    district = inspection.district.code if inspection.district else ""
    found = FactCollector(inspection.agency_id, labels=labels(district=district, mineral=inspection.material))
    planned, done = created(history) or inspection.created_at, first_entered(history, S.DONE)
    found.count("inspections.planned", planned)
    found.count("inspections.done", done, days=days_between(planned, done) if done else None)
    found.count("inspections.refused", first_entered(history, S.REFUSED))
    if any(one.finding == Finding.FOUND for one in inspection.checklist.all()):
        found.count("inspections.found", done)
    found.stock("inspections", planned, None if inspection.is_open else inspection.state_since, inspection.handler_id)
    left = next((event.happened_at for event in moves(history) if event.from_state == S.PLANNED), None)
    found.late("inspection", end_of(inspection.ends_on), left)
    return found.facts


def _rows(matters: Collection[UUID]) -> QuerySet[Inspection]:
    return Inspection.objects.filter(pk__in=matters).select_related("district").prefetch_related("checklist")


FIGURES = (
    Metric(
        "inspections_planned",
        _("Inspections planned"),
        _("Inspections that were planned, whether they took place or not."),
        measures=("inspections.planned",),
    ),
    Metric(
        "inspections_done",
        _("Inspections done"),
        _("Inspections whose findings were recorded."),
        measures=("inspections.done",),
    ),
    Metric(
        "inspections_refused",
        _("Inspections refused"),
        _("Inspections that were refused or obstructed (ECL art. 38)."),
        measures=("inspections.refused",),
    ),
    Metric(
        "inspections_found",
        _("Inspections with irregularities"),
        _("Inspections done in which at least one irregularity was found."),
        form=Form.SHARE,
        measures=("inspections.found",),
        of=("inspections.done",),
    ),
)


def _restricted() -> QuerySet[Inspection]:
    """Those on restricted cases, which the centre does not see."""
    return Inspection.objects.filter(case__handling=Handling.H3)


def _about(matters: Collection[UUID]) -> Mapping[UUID, MeasuredMatter]:
    hidden = set(_restricted().filter(pk__in=matters).values_list("pk", flat=True))
    rows = Inspection.objects.filter(pk__in=matters).values_list("pk", "campaign")
    return {pk: MeasuredMatter(labels(campaign=campaign), restricted=pk in hidden) for pk, campaign in rows}


def _related(matters: Collection[UUID]) -> Iterable[UUID]:
    """Of cases: the inspections to which they gave rise, because the handling code of the case holds for them."""
    return Inspection.objects.filter(case__in=matters).values_list("pk", flat=True)


MEASURES = Measures(
    rows=_rows,
    matter=lambda inspection: inspection.pk,
    facts=_facts,
    figures=FIGURES,
    about=_about,
    restricted=_restricted,
    related=_related,
)
