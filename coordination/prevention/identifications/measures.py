"""What identifications contribute to the figures."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.measures import (
    FactCollector,
    Form,
    History,
    MeasuredFact,
    Measures,
    Metric,
    created,
    days_between,
    labels,
)

from .models import Identification


def _facts(request: Any, history: History) -> Iterable[MeasuredFact]:
    """Asked, first answered, and late while the bureau has it past the agreed day."""
    asked = created(history) or request.created_at
    pair = f"{request.agency_id}>{request.bureau_id}"
    found = FactCollector(request.bureau_id, labels(pair=pair), also=frozenset({request.agency_id}))
    found.count("identifications.asked", asked)
    opinions = sorted(request.opinions.all(), key=lambda one: one.number)
    given = opinions[0].at if opinions else None
    found.stock("identifications", asked, None if request.is_open else request.state_since, request.handler_id)
    if given is not None:
        found.count("identifications.given", given, days=days_between(asked, given))
        found.count(f"identifications.{opinions[-1].finding}", opinions[-1].at)
    waits = request.state in Identification.WITH_BUREAU
    at_bureau = FactCollector(request.bureau_id, found.labels, facts=found.facts)
    at_bureau.late("id_request", request.due_at, None if waits else given or request.state_since)
    return found.facts


def _rows(matters: Collection[UUID]) -> QuerySet[Any]:
    found = Identification.objects.filter(Q(case__in=matters) | Q(case=None, query__in=matters))
    return found.prefetch_related("opinions")


MEASURES = Measures(
    rows=_rows,
    matter=lambda request: request.case_id or request.query_id,
    facts=_facts,
    figures=(
        Metric(
            "identifications",
            _("Identifications asked for"),
            _("Requests to the commerce bureau to identify goods, by the day of the request."),
            measures=("identifications.asked",),
            divided=("pair",),
        ),
        Metric(
            "identifications_open",
            _("Open identifications"),
            _("Requests for identification that were neither closed nor withdrawn at the end of the last day."),
            form=Form.STOCK,
            measures=("identifications.stock",),
            divided=("pair",),
        ),
        Metric(
            "identifications_days",
            _("Days to the opinion on goods"),
            _("Half of the first opinions came within so many days of the request."),
            form=Form.MEDIAN,
            measures=("identifications.given",),
            divided=("pair",),
            better="down",
        ),
        Metric(
            "identifications_controlled",
            _("Goods found to be controlled"),
            _("Identifications whose latest opinion is that the goods are controlled, by the day of that opinion."),
            measures=("identifications.controlled",),
            divided=("pair",),
        ),
        Metric(
            "identifications_undetermined",
            _("Goods that could not be determined"),
            _("Identifications whose latest opinion is that this cannot be determined, by the day of that opinion."),
            measures=("identifications.undetermined",),
            divided=("pair",),
        ),
    ),
)
