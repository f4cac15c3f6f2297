"""How complete recent figures usually are."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from agencies.kernel import times
from coordination.insight.metrics.charts import Chart, ChartCell, ChartRow
from coordination.insight.metrics.completeness import usually_recorded
from coordination.insight.metrics.models import Fact, LabelSet

pytestmark = pytest.mark.django_db


def facts(*delays, agency=1, measure="cases.opened"):
    """On each of 80 days, one fact for each delay until it was recorded."""
    labels, today = LabelSet.objects.get_or_create(pk=uuid4())[0], times.today()
    days = [today - timedelta(weeks=5, days=day) for day in range(80)]
    of_all = {"kind": "case", "measure": measure, "agency_id": agency, "shared": False, "restricted": False, "n": 1}
    Fact.objects.bulk_create(
        Fact(matter=uuid4(), object_id=uuid4(), day=day, recorded=day + timedelta(delay), label_set=labels, **of_all)
        for day in days
        for delay in delays
    )


@pytest.mark.both_databases  # differences of days
def test_a_recent_week_is_as_complete_as_weeks_were_after_as_many_days():
    facts(0, 0, 0, 8)
    today = times.today()
    weeks = [(today - timedelta(days=last + 6), today - timedelta(days=last)) for last in (0, 7, 14)]
    assert usually_recorded(["cases.opened"], weeks, today) == [Decimal("0.75"), Decimal(27) / 28, 1]
    assert usually_recorded(["cases.closed"], weeks, today) == [None] * 3
    facts(90, measure="cases.closed")  # all recorded afterwards, as before this system was in use
    assert usually_recorded(["cases.closed"], weeks, today) == [None] * 3
    facts(0, 20, agency=2)
    assert usually_recorded(["cases.opened"], weeks[:1], today, agency_id=2) == [Decimal("0.5")]


def test_columns_that_are_not_complete_are_marked_and_the_file_has_the_shares():
    chart = Chart("k", "multiples", "Title", ["Goal", "11-22", "11-29"], [ChartRow("Cases", [ChartCell("1", 1)] * 2)])
    marked = chart.with_completeness([Decimal(1), Decimal("0.82")])
    assert marked.heads == ["Goal", "11-22", "11-29 *"]
    assert marked.table()[-1] == ["Usually recorded by now", 100, 82]
    assert "usually 82% is recorded by now" in marked.caption
    for complete in ([Decimal(1), Decimal("0.99")], [None, None]):
        assert chart.with_completeness(complete) is chart
