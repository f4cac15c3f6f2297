"""Questions about figures: exact answers within the reader's rights, refusals by name."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.kernel import times
from agencies.kernel.errors import Invalid
from agencies.organisations.models import agencies_by_code
from coordination.insight.metrics.asking import PartialSum, Question, ask, ask_many, plan_for, quantile
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.questions import narrowed
from coordination.insight.metrics.registry import DIMENSIONS, METRICS
from coordination.insight.metrics.rows import objects_of
from tests import stories

pytestmark = pytest.mark.both_databases  # sums of the ledger


def question(metric, days=30, **more):
    return Question(metric, times.today() - timedelta(days=days), times.today(), **more)


@pytest.mark.slow
@pytest.mark.parametrize("who", ["centre.supervisor", "customs.lead", "antismuggling.lead"])
def test_every_point_of_every_metric_leads_to_exactly_what_it_counts(cast, busy, who):
    """Points that need the same facts, as the total of each division of a metric, have the same rows."""
    follow()
    agencies, actor, found = agencies_by_code(), cast[who], {}
    asked = [question(key, by=by) for key, metric in METRICS.items() for by in metric.dimensions if divides(metric, by)]
    for answer in ask_many(actor, asked):
        for point in (answer.total, *answer.points):
            plan = plan_for(actor, narrowed(answer.question, point.key), agencies)
            need = plan.needs[0]
            if need not in found:
                found[need] = sum(row["total"] for row in objects_of(actor, plan))
            counted = point.denominator if METRICS[answer.question.metric].unit == "days" else point.numerator
            assert found[need] == (counted or 0), (answer.question.metric, answer.question.by, point.key)


def divides(metric, by):
    return by != "age" or metric.form == "standing"


def test_a_case_of_two_agencies_counts_once_for_the_centre_and_is_marked_for_each(cast):
    stories.shared_case(cast)
    follow()
    centre, lead = cast["centre.supervisor"], cast["customs.lead"]
    other = cast["commerce.lead"]
    assert ask(centre, question("cases_opened")).total.value == 1
    assert [(p.key, p.value) for p in ask(centre, question("cases_opened", by="agency")).points] == [("GACC", 1)]
    own, shared = (ask(actor, question("cases_opened")).total for actor in (lead, other))
    assert (own.value, own.shared) == (1, 0)
    assert (shared.value, shared.shared) == (1, 1)


def test_an_agency_is_answered_for_itself_and_told_what_is_left_out(cast, busy):
    follow()
    actor = cast["customs.lead"]
    divided = ask(actor, question("transferred", by="agency"))
    assert [point.key for point in divided.points] == ["GACC"]
    assert len(divided.left_out) == 1
    others = ask(actor, question("transferred", filters={"agency": "MOFCOM_SCB"}))
    assert (others.total.value, others.points, len(others.left_out)) == (None, (), 1)
    shown = cast.browser("customs.lead").get("/api/v1/metrics/transferred/?agency=MOFCOM_SCB").json()["total"]
    assert [shown[name] for name in ("value", "numerator", "denominator")] == [None] * 3


def test_only_the_lead_of_their_agency_sees_officers(cast, busy):
    follow()
    centre = ask(cast["centre.supervisor"], question("load", by="officer"))
    assert (centre.points, len(centre.left_out)) == ((), 1)
    assert centre.total.value > 0
    somebody = str(cast["customs.officer"].id)
    named = ask(cast["centre.supervisor"], question("load", filters={"officer": somebody}))
    assert (named.total.value, len(named.left_out)) == (None, 1)
    own = ask(cast["customs.lead"], question("load", by="officer"))
    assert own.points
    assert own.left_out == ()


def test_what_cannot_be_answered_is_refused_by_name(cast):
    actor, today = cast["centre.supervisor"], times.today()
    refused = {
        "/metric": Question("nothing", today, today),
        "/to": Question("leads", today, today - timedelta(days=1)),
        "/from": Question("leads", date(1900, 1, 1), today),
        "/by": question("leads", by="charge"),
        "/colour": question("leads", filters={"colour": "red"}),
        "/mineral": question("leads", filters={"mineral": "cheese"}),
        "/agency": question("leads", filters={"agency": "NOBODY"}),
        "/pair": question("transferred", filters={"pair": "NOBODY>GACC"}),
    }
    for pointer, asked in refused.items():
        with pytest.raises(Invalid) as caught:
            ask(actor, asked)
        assert [error.pointer for error in caught.value.errors] == [pointer]
    with pytest.raises(Invalid, match="shorter period"):
        ask(actor, question("leads", days=3000, by="day"))


def test_questions_that_differ_by_their_figure_only_are_summed_up_together(cast, busy):
    follow()
    with CaptureQueriesContext(connection) as queries:
        ask_many(cast["centre.supervisor"], [question(key) for key in METRICS])
    assert len(queries) < 20


@pytest.mark.slow
def test_sums_by_month_give_what_the_facts_give(cast, busy, monkeypatch):
    """Every figure of the centre in every division, with filters and without, over whole months and parts of some."""
    follow()
    later, actor = timezone.now() + timedelta(days=70), cast["centre.supervisor"]
    filters = ({}, {"mineral": "antimony"}, {"agency": "GACC"}, {"track": "adm", "agency": "GACC"})
    with time_machine.travel(later, tick=False):
        asked = [
            question(key, days=days, by=by, filters=some)
            for key, metric in METRICS.items()
            for by in ("", *metric.dimensions)
            if divides(metric, by)
            for some in filters
            for days in (100, 200)
        ]
        found = ask_many(actor, asked)
        monkeypatch.setattr("coordination.insight.metrics.sums._has_months", lambda shape, reader: False)
        for by_month, by_fact in zip(found, ask_many(actor, asked), strict=True):
            assert (by_month.total, by_month.points) == (by_fact.total, by_fact.points), by_fact.question
    assert sum(one.total.value or 0 for one in found) > 100


def test_days_add_up_to_their_month_and_levels_end_where_the_total_is(cast, busy):
    follow()
    actor = cast["centre.supervisor"]
    for metric in ("leads", "cases_opened", "transferred", "ontime"):
        for by in ("day", "week", "month"):
            answer = ask(actor, question(metric, by=by))
            assert sum(point.numerator for point in answer.points) == answer.total.numerator, (metric, by)
    for metric in ("cases_open", "leads_open", "overdue"):
        for by in ("day", "week", "month"):
            answer = ask(actor, question(metric, by=by))
            assert answer.points[-1].value == answer.total.value, (metric, by)


def test_labels_combined_give_what_one_of_them_gives_of_the_rest(cast, busy):
    follow()
    actor = cast["centre.supervisor"]
    for point in ask(actor, question("cases_opened", by="mineral")).points:
        divided = ask(actor, question("cases_opened", by="technique", filters={"mineral": point.key}))
        assert divided.total.value == point.value
    by_part = ask(actor, question("cases_opened", by="country", filters={"role": "destination"}))
    roles = ask(actor, question("cases_opened", by="role")).points
    assert {one.key: one.value for one in by_part.points} == {
        one.key.partition(":")[2]: one.value for one in roles if one.key.startswith("destination:")
    }


def test_quantiles_are_those_of_the_durations():
    days = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55]
    parts = [PartialSum("", 0, times.today(), one, 1, 0, 0) for one in days]
    assert [quantile(parts, percent) for percent in (50, 90)] == [5, 34]
    assert quantile([], 50) is None
    withdrawn = [*parts, *(PartialSum("", 0, times.today(), one, -1, 0, 0) for one in days[5:])]
    assert quantile(withdrawn, 50) == 2


def test_every_metric_and_dimension_has_its_words(cast):
    for metric in METRICS.values():
        assert str(metric.name)
        assert str(metric.definition).endswith(".")
        assert set(metric.dimensions) <= set(DIMENSIONS), metric.key
