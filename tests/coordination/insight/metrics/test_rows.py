"""The page of the rows behind a figure."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.kernel import times
from coordination.insight.metrics.asking import Question, ask
from coordination.insight.metrics.following import follow
from tests import stories


def page(cast, who, url):
    return cast.browser(who).get(url)


@pytest.mark.slow
def test_a_supervisor_opens_the_rows_of_a_figure(cast):
    case = stories.shared_case(cast)
    stories.case(cast, handling="H3")
    follow()
    today = times.today()
    answer = ask(cast["centre.supervisor"], Question("cases_opened", today.replace(day=1), today, by="agency"))
    for point in (answer.total, *answer.points):
        shown = page(cast, "centre.supervisor", point.url)
        assert [row.url for row in shown.context["page"].items] == [f"/cases/{case.pk}/"]
        assert shown.context["total"] == point.value


@pytest.mark.slow
def test_a_share_shows_what_counts_and_what_it_is_of(cast):
    stories.transfer(cast, "FILED")
    stories.transfer(cast, "NOT_FILED")
    follow()
    url = "/supervision/figures/accept_rate/rows/"
    assert page(cast, "centre.supervisor", url).context["total"] == 1
    assert page(cast, "centre.supervisor", f"{url}?of=1").context["total"] == 2


def test_officers_open_no_figures(cast):
    assert page(cast, "customs.officer", "/supervision/figures/leads/rows/").status_code == 403


NONSENSE = (
    *("leads/rows/?from=soon", "leads/rows/?to=1999-02-31", "leads/rows/?by=colour", "leads/rows/?mineral=cheese"),
    *("leads/rows/?after=x", "leads/rows/?by=age&value=1", "weather/rows/"),
)


@pytest.mark.parametrize("wrong", NONSENSE)
def test_an_address_that_makes_no_sense_is_refused(cast, wrong):
    assert page(cast, "centre.supervisor", f"/supervision/figures/{wrong}").status_code == 400


def test_a_late_period_of_a_lead_opens_the_lead(cast):
    lead = stories.lead(cast)
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        follow()
        shown = page(cast, "centre.supervisor", "/supervision/figures/overdue/rows/")
        assert [row.url for row in shown.context["page"].items] == [f"/leads/{lead.pk}/"]
        assert b"Not visible" not in shown.content
