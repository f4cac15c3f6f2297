"""Every number of the supervisor's page equals the length of the list it links to."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.intake.models import Lead
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task
from coordination.insight.metrics.definitions import FIGURES, Month, count_all
from tests import stories
from tests.kept_stories import story

PAGE = "/supervision/"
LATE = datetime(2020, 1, 1, tzinfo=UTC)
LINK = re.compile(r'href="(/(?:leads|cases|referrals|tasks)/\?[^"]+)">(\d+)<')


@pytest.fixture
@story
def busy(cast: Any) -> None:
    """Something open, overdue and done of each kind, and a case that the centre may not see."""
    late, _open = stories.lead(cast), stories.lead(cast, "commerce.officer")
    Lead.objects.filter(pk=late.pk).update(breach_at=LATE)
    closed, overdue = stories.case(cast), stories.shared_case(cast)
    stories.case(cast, handling="H3")
    Case.objects.filter(pk=closed.pk).update(state="CLOSED", state_since=timezone.now())
    Case.objects.filter(pk=overdue.pk).update(breach_at=LATE)
    handed = stories.transfer(cast, "DELIVERED")
    Referral.objects.filter(pk=handed.pk).update(breach_at=LATE)
    stories.transfer(cast, "DRAFT_REPORT")
    stories.transfer(cast, "WITHDRAWN")
    one = Task.objects.order_by("created_at").first()
    assert one is not None
    customs = Agency.objects.get(code="GACC")
    for state, due in [("OPEN", LATE), ("OPEN", None), ("DONE", None)]:
        Task.objects.create(
            case=overdue,
            title="x",
            asked_by=customs,
            agency=customs,
            state=state,
            due_at=due,
            state_since=timezone.now(),
        )


def links(client: Client) -> dict[str, int]:
    page = client.get(PAGE).content.decode()
    return {unescape(url): int(number) for url, number in LINK.findall(page)}


def length(client: Client, url: str) -> int:
    """Number of rows of a list, through all its pages."""
    found, step = 0, url
    for _ in range(20):
        page = client.get(step).context["page"]
        found += len(page.items)
        if not page.next:
            return found
        step = f"{url}&after={page.next}"
    raise AssertionError(f"{url} does not end")


@pytest.mark.parametrize("who", ["centre.supervisor", "customs.lead", "customs.head", "antismuggling.lead"])
def test_every_number_leads_to_exactly_its_list(cast: Any, busy: None, who: str) -> None:
    client = cast.browser(who)
    found = links(client)
    assert sum(found.values()) > 0
    assert {url: length(client, url) for url in found} == found


def test_the_supervisor_sees_something_in_every_figure(cast: Any, busy: None) -> None:
    counts = count_all(cast["centre.supervisor"], Month.of(timezone.now()))
    assert [f"{one.subject.key} {one.key}" for one in FIGURES if not counts.total(one)] == []


def test_a_restricted_case_is_in_no_figure_of_the_centre(cast: Any, busy: None) -> None:
    before = cast.browser("centre.supervisor").get(PAGE).context["tables"]
    numbers = [cell["number"] for table in before for cell in table["totals"]]
    stories.case(cast, handling="H3", handling_code="H3")
    after = cast.browser("centre.supervisor").get(PAGE).context["tables"]
    assert [cell["number"] for table in after for cell in table["totals"]] == numbers


def test_a_unit_lead_sees_their_own_agency_only(cast: Any, busy: None) -> None:
    tables = cast.browser("commerce.lead").get(PAGE).context["tables"]
    assert {row["agency"].code for table in tables for row in table["rows"]} == {"MOFCOM_SCB"}


@pytest.mark.parametrize("who", ["customs.officer", "auditor", "sysadmin", "secadmin", "customs.admin"])
def test_others_do_not_open_it(cast: Any, who: str) -> None:
    assert cast.browser(who).get(PAGE).status_code == 403


def test_the_page_costs_the_same_for_many(cast: Any, busy: None, django_assert_max_num_queries: Any) -> None:
    client = cast.browser("centre.supervisor")
    with django_assert_max_num_queries(12):
        client.get(PAGE)
    for _ in range(20):
        stories.lead(cast, "police.officer")
    with django_assert_max_num_queries(12):
        client.get(PAGE)


def test_an_idle_system_shows_an_empty_state(cast: Any) -> None:
    page = cast.browser("centre.supervisor").get(PAGE).content.decode()
    assert page.count("There is no open work, and nothing was completed this month.") == 4


def test_the_month_is_shanghais() -> None:
    last_evening_in_london = datetime(2026, 1, 31, 16, 30, tzinfo=UTC)
    month = Month.of(last_evening_in_london)
    assert (month.first.isoformat(), month.last.isoformat()) == ("2026-02-01", "2026-02-28")
    assert month.period[0] == datetime(2026, 1, 31, 16, tzinfo=UTC)
