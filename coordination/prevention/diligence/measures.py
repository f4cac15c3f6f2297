"""What reviews contribute to the figures: those sent and answered, and gaps found and closed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
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
    days_between,
    first_entered,
    labels,
)
from cases.clocks.counting import end_of

from .models import Review

S = Review.State
Times = tuple[datetime, datetime | None]  # from, until (None: still)


def _facts(review: Review, history: History) -> Iterable[MeasuredFact]:
    district = review.exporter.district
    found = FactCollector(review.agency_id, labels=labels(district=district.code if district else ""))
    ended = None if review.is_open else review.state_since
    found.stock("reviews", review.created_at, ended, review.handler_id)
    sent, answered = first_entered(history, S.SENT), first_entered(history, S.ANSWERED)
    found.count("reviews.sent", sent)
    found.count("reviews.answered", answered)
    if sent and answered:  # not if it was answered during a visit alone
        found.count("reviews.returned", answered, days=days_between(sent, answered))
    for gap in review.gaps.all():
        found.count("gaps.found", gap.found_at)
        if gap.closed_at is not None:
            found.count("gaps.closed", gap.closed_at, days=days_between(gap.found_at, gap.closed_at))
    for since, until in _joined(_late_times(review, history, ended)):
        found.late("review", since, until)
    return found.facts


def _late_times(review: Review, history: History, ended: datetime | None) -> Iterator[Times]:
    """The times in which an answer or a gap was late."""
    if review.answers_by is not None:
        yield end_of(review.answers_by), first_entered(history, S.ANSWERED) or ended
    for gap in review.gaps.all():
        yield end_of(gap.due_on), gap.closed_at or ended


def _joined(times: Iterable[Times]) -> list[Times]:
    """The same times without overlap: a review is late once, however many of its gaps are."""
    found: list[Times] = []
    for since, until in sorted((one for one in times if one[1] is None or one[1] > one[0]), key=lambda one: one[0]):
        if found and (found[-1][1] is None or found[-1][1] >= since):
            last = found[-1][1]
            found[-1] = found[-1][0], None if last is None or until is None else max(last, until)
        else:
            found.append((since, until))
    return found


def _rows(matters: Collection[UUID]) -> QuerySet[Review]:
    return Review.objects.filter(pk__in=matters).select_related("exporter__district").prefetch_related("gaps")


FIGURES = (
    Metric(
        "reviews_sent",
        _("Reviews sent"),
        _("Questionnaires of due diligence that were sent to exporters."),
        measures=("reviews.sent",),
    ),
    Metric(
        "reviews_answered",
        _("Reviews answered"),
        _("Reviews whose answers were entered, from the exporter or during a visit."),
        measures=("reviews.answered",),
    ),
    Metric(
        "review_days",
        _("Days to the answer of an exporter"),
        _("Calendar days from sending a questionnaire to its answers, median."),
        form=Form.MEDIAN,
        measures=("reviews.returned",),
        better="down",
    ),
    Metric("review_gaps_found", _("Gaps found"), _("Gaps found in reviews of exporters."), measures=("gaps.found",)),
    Metric(
        "review_gaps_closed",
        _("Gaps closed"),
        _("Gaps of exporters that a person checked again and closed."),
        measures=("gaps.closed",),
    ),
    Metric(
        "review_gap_days",
        _("Days to the closing of a gap"),
        _("Calendar days from finding a gap to closing it, median."),
        form=Form.MEDIAN,
        measures=("gaps.closed",),
        better="down",
    ),
)


def _about(matters: Collection[UUID]) -> Mapping[UUID, MeasuredMatter]:
    rows = Review.objects.filter(pk__in=matters).values_list("pk", "campaign")
    return {pk: MeasuredMatter(labels(campaign=campaign)) for pk, campaign in rows}


MEASURES = Measures(rows=_rows, matter=lambda review: review.pk, facts=_facts, figures=FIGURES, about=_about)
