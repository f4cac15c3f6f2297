"""The leads and cases of a period: how far they have come, where they wait, and why they ended."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from agencies.kernel import times
from coordination.insight.metrics.asking import Question, ask
from coordination.insight.metrics.dimensions import STEPS
from coordination.insight.metrics.following import follow
from tests import stories
from tests.kept_stories import story

FLOW = "/supervision/flow/"


@pytest.fixture
@story
def matters(cast: Any) -> None:
    """A lead that waits, a case without transfer, and transfers that wait, were filed and were not filed."""
    stories.lead(cast)
    stories.case(cast)
    for state in ("DELIVERED", "FILED", "NOT_FILED_FINAL"):
        stories.transfer(cast, state)
    follow()


def by(cast: Any, who: str, metric: str, divided: str, **filters: str) -> dict[str, int]:
    today = times.today()
    asked = Question(metric, today - timedelta(days=30), today, by=divided, filters=filters)
    return {one.key: int(one.value or 0) for one in ask(cast[who], asked).points if one.value}


def test_a_case_counts_in_each_step_up_to_its_last(cast: Any, matters: None) -> None:
    reached = by(cast, "centre.supervisor", "course", "step")
    assert (reached["opened"], reached["police"], reached["filed"]) == (4, 3, 1)
    assert by(cast, "centre.supervisor", "course_open", "step") == {"opened": 1, "police": 1, "filed": 1}
    assert by(cast, "centre.supervisor", "course_lost", "reason", step="police") == {
        "referral.state:NOT_FILED_FINAL": 1
    }


@pytest.mark.slow
def test_at_every_step_what_went_on_ended_or_waits_adds_up(cast: Any, matters: None) -> None:
    stories.suspect(cast)
    stories.decided(cast)
    follow()
    for who in ("centre.supervisor", "customs.head", "antismuggling.head"):
        reached, lost, waiting = (by(cast, who, one, "step") for one in ("course", "course_lost", "course_open"))
        for step, following in pairwise(STEPS):
            stops = lost.get(step, 0) + waiting.get(step, 0)
            assert reached.get(step, 0) == reached.get(following, 0) + stops, (who, step)


def test_an_agency_counts_whether_its_transfers_were_filed_and_nothing_of_other_proceedings(
    cast: Any, matters: None
) -> None:
    """Customs knows that its transfer was filed by the state of the transfer; the proceeding is that of the bureau."""
    assert by(cast, "customs.head", "course", "step") == {"opened": 4, "police": 3, "filed": 1}
    assert by(cast, "customs.head", "course_lost", "reason") == {"referral.state:NOT_FILED_FINAL": 1}


def test_the_flow_shows_the_cohort_beside_the_steps_taken_each_with_its_days(cast: Any, matters: None) -> None:
    charts = cast.browser("centre.supervisor").get(f"{FLOW}?period=quarter").context["charts"]
    assert charts["cohort_cases"].aside == charts["funnel"].aside != ""
    first = charts["cohort_leads"].rows[0]
    assert first.cells[1].value == 1
    assert "1 open" in str(first.note)
    [row] = [one for one in charts["losses"].rows if any(cell.value for cell in one.cells)]
    assert str(row.label) == "Not filed, objections exhausted"


def test_open_stages_are_counted_by_the_days_since_they_began(cast: Any, matters: None) -> None:
    charts = cast.browser("centre.supervisor").get(FLOW).context["charts"]
    waiting = {str(row.label): [cell.value for cell in row.cells] for row in charts["open"].rows}
    assert waiting["Lead: Received"] == [1, 0, 0, 0, 0]
    lasted = {str(row.label): sum(int(cell.value) for cell in row.cells) for row in charts["lengths"].rows}
    assert lasted["Referral: Delivered, receipt pending"] == 2
