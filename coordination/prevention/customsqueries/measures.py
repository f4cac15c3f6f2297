"""What customs queries contribute to the figures. A query without a case is a matter of its own."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.measures import (
    FactCollector,
    Form,
    History,
    MeasuredFact,
    MeasuredMatter,
    Measures,
    Metric,
    days_between,
    first_entered,
    labels,
)
from cases.casefile.measures import materials_of

from .models import CustomsQuery

S = CustomsQuery.State
RESULTS = {S.NOT_CONTROLLED: "not_controlled", S.LICENCE_NEEDED: "licence_needed"}


def _facts(query: Any, history: History) -> Iterable[MeasuredFact]:
    found = FactCollector(query.agency_id)
    if query.issued_at is None:
        return found.facts
    found.count("queries.issued", query.issued_at)
    ended = None if query.is_open else query.told_at or query.state_since
    found.stock("queries", query.issued_at, ended, query.handler_id)
    found.count("queries.served", query.served_at)
    if query.answered_at is not None:
        found.count("queries.answered", query.answered_at, days=days_between(query.served_at, query.answered_at))
        if query.reply_until is None or query.answered_at <= query.reply_until:
            found.count("queries.answered_in_time", query.answered_at)
    found.count("queries.no_reply", first_entered(history, S.NO_REPLY))
    if query.state in RESULTS:
        found.count(f"queries.{RESULTS[query.state]}", query.decided_at)
        found.count("queries.decided", query.decided_at, days=days_between(query.issued_at, query.decided_at))
    return found.facts


def _about(matters: Collection[UUID]) -> Mapping[UUID, MeasuredMatter]:
    """Goods and destination of the queries that are on no case."""
    return {
        query.pk: MeasuredMatter(
            labels(
                mineral=materials_of({"description": query.suspected_as or query.goods, "hs_code": query.hs_code}),
                country=query.destination,
            )
        )
        for query in CustomsQuery.objects.filter(case=None, pk__in=matters)
    }


def _rows(matters: Collection[UUID]) -> QuerySet[Any]:
    return CustomsQuery.objects.filter(Q(case__in=matters) | Q(case=None, pk__in=matters)).with_reply_period()


MEASURES = Measures(
    rows=_rows,
    matter=lambda query: query.case_id or query.pk,
    facts=_facts,
    about=_about,
    figures=(
        Metric(
            "queries_issued",
            _("Customs queries issued"),
            _("Query notices issued by customs, by the day of issue."),
            measures=("queries.issued",),
        ),
        Metric(
            "queries_open",
            _("Open customs queries"),
            _("Queries issued whose exporter had not been notified of the result at the end of the last day."),
            form=Form.STOCK,
            measures=("queries.stock",),
        ),
        Metric(
            "queries_answered_in_time",
            _("Customs queries answered in time"),
            _("Of the answers of exporters in the period, those within 7 working days of the receipt of the notice."),
            form=Form.SHARE,
            measures=("queries.answered_in_time",),
            of=("queries.answered",),
        ),
        Metric(
            "queries_no_reply",
            _("Customs queries without an answer"),
            _("Queries that are recorded as not answered, by the day of the record."),
            measures=("queries.no_reply",),
        ),
        Metric(
            "queries_not_controlled",
            _("Customs queries: not controlled"),
            _("Queries decided with the result that the goods are not controlled, by the day of the decision."),
            measures=("queries.not_controlled",),
        ),
        Metric(
            "queries_licence_needed",
            _("Customs queries: licence needed"),
            _("Queries decided with the result that the goods need a licence, by the day of the decision."),
            measures=("queries.licence_needed",),
        ),
        Metric(
            "queries_days",
            _("Days to the result of a customs query"),
            _("Half of the queries were decided within so many days of their issue."),
            form=Form.MEDIAN,
            measures=("queries.decided",),
            better="down",
        ),
    ),
)
