"""Precomputed figures equal live ones for every reader, and no page waits for them."""

import json
import random
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from agencies.kernel.actor import Role
from cases.casefile.actions import move_case
from cases.casefile.models import Case
from cases.intake.actions import receive_lead
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task
from coordination.insight.metrics.actions import count_ahead
from coordination.insight.metrics.definitions import Month, count_all, count_with
from coordination.insight.metrics.durations import longest, longest_of
from coordination.insight.metrics.models import Snapshot
from tests import stories

from .test_supervision import busy, links

__all__ = ["busy"]
PAGE = "/supervision/"
READERS = [
    *("centre.supervisor", "centre.coordinator", "customs.lead", "customs.head", "commerce.lead"),
    *("antismuggling.lead", "police.lead"),
]


def differing(cast):
    """Readers for whom the snapshot differs from a live count."""
    month, tally = Month.of(timezone.now()), Snapshot.newest()
    readers = [cast[who] for who in READERS]
    return [one.name for one in readers if nonzero(count_with(tally, one, month)) != nonzero(count_all(one, month))]


def test_where_things_lie_longest_is_the_same_counted_ahead_and_counted_now(cast, busy):
    stories.proceeding(cast, "INVESTIGATE")
    count_ahead()
    now, tally = timezone.now(), Snapshot.newest()
    ahead = {who: longest_of(tally, cast[who], now) for who in READERS}
    assert ahead == {who: longest(cast[who], now) for who in READERS}
    assert {one.kind for one in ahead["centre.supervisor"]} >= {"Lead", "Referral"}
    assert ahead["customs.lead"]


def nonzero(counts):
    return {
        (*figure, agency): n for figure, agencies in counts.by_figure.items() for agency, n in agencies.items() if n
    }


def test_all_reads_what_a_count_would_show_now(cast, busy):
    stories.shared_case(cast, handling="H3", handling_code="H3")
    count_ahead()
    assert differing(cast) == []


@pytest.mark.parametrize("seed", range(3))
def test_after_any_acts_the_next_counting_is_right_again(cast, busy, seed):
    acts = [
        lambda: stories.lead(cast),
        lambda: stories.case(cast, handling="H3", handling_code="H3"),
        lambda: stories.shared_case(cast),
        lambda: stories.transfer(cast, "FILED"),
        lambda: stories.transfer(cast, "WITHDRAWN"),
        lambda: stories.task(cast),
        lambda: stories.proceeding(cast, "INVESTIGATE"),
    ]
    drawn = random.Random(seed)
    count_ahead()
    for _ in range(5):
        drawn.choice(acts)()
    assert differing(cast) != []
    count_ahead(at_once=True)
    assert differing(cast) == []


def test_the_centre_sees_restricted_work_of_its_own_beside_what_was_counted(cast, busy):
    """A restricted task asked by the centre itself is in no reader-independent count."""
    supervisor = cast["centre.supervisor"]
    restricted = Case.objects.filter(handling="H3").first()
    Task.objects.create(case=restricted, title="x", asked_by_id=supervisor.agency_id, agency=restricted.lead)
    count_ahead()
    assert differing(cast) == []
    month = Month.of(timezone.now())
    shared, own = Snapshot.newest().for_centre, count_with(Snapshot.newest(), supervisor, month)
    assert sum(row[3] for row in shared if row[:2] == ["tasks", "open"]) + 1 == sum(
        own.by_figure["tasks", "open"].values()
    )


def test_the_centre_gets_no_outcomes_of_a_restricted_case(cast, busy):
    count_ahead()
    before = json.dumps(Snapshot.newest().for_centre)
    stories.case(cast, handling="H3", handling_code="H3")
    count_ahead(at_once=True)
    assert json.dumps(Snapshot.newest().for_centre) == before


def test_newly_restricted_cases_leave_the_centres_numbers_at_once(cast, busy):
    case = Case.objects.filter(state="OPENED", handling="H1").first()
    client = cast.browser("centre.supervisor")
    with time_machine.travel(timezone.now() + timedelta(minutes=5)) as clock:
        count_ahead()
        shown = links(client)["/cases/?open=1"]
        clock.shift(timedelta(seconds=20))
        classify(cast, case, "H3")
        assert links(client)["/cases/?open=1"] == shown - 1


def test_a_report_that_its_source_restricts_leaves_them_too(cast):
    page = stories.content(handling_code="H1")
    agency = cast.user("customs.officer").agency
    receive_lead(page, actor=cast["customs.officer"], agency=agency)
    client = cast.browser("centre.supervisor")
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        count_ahead()
        assert links(client)["/leads/?to_triage=1"] == 1
        receive_lead({**page, "handling_code": "H3"}, actor=cast["customs.officer"], agency=agency)
        assert links(client).get("/leads/?to_triage=1", 0) == 0


def test_what_is_done_to_restricted_cases_does_not_even_move_the_time_of_the_page(cast, busy):
    restricted = Case.objects.filter(handling="H3").first()
    client = cast.browser("centre.supervisor")
    with time_machine.travel(timezone.now() + timedelta(minutes=5)) as clock:
        count_ahead()
        before = counted_at(client)
        clock.shift(timedelta(minutes=1))
        classify(cast, restricted, "H3")
        assert counted_at(client) == before


def classify(cast, case, handling):
    values = {"title": case.title, "summary": "", "severity": "low", "handling": handling}
    move_case(case, "classify", actor=cast["customs.officer"], **values)


def counted_at(client):
    return re.search(r"Counted at ([^.]+)\.", client.get(PAGE).content.decode())[1]


def test_the_page_shows_of_when_it_is_and_goes_by_the_tally(cast, busy):
    client = cast.browser("centre.supervisor")
    direct = links(client)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        count_ahead()
        counted_at = timezone.localtime().strftime("%Y-%m-%d %H:%M")
        assert links(client) == direct
        Snapshot.objects.update(took=timedelta(0))  # else a slow machine waits longer
        stories.shared_case(cast)
        clock.shift(timedelta(seconds=61))
        assert links(client) == direct
        assert f"Counted at {counted_at}." in client.get(PAGE).content.decode()
        assert count_ahead() is True
        assert links(client) != direct


def test_without_a_recent_snapshot_the_page_counts_itself(cast, busy):
    client = cast.browser("centre.supervisor")
    count_ahead()
    Snapshot.objects.update(for_centre=[], taken_at=timezone.now() - timedelta(minutes=20))
    assert sum(links(client).values()) > 0


def test_last_months_snapshot_is_not_used_this_month(cast, busy):
    client = cast.browser("centre.supervisor")
    count_ahead()
    Snapshot.objects.update(for_centre=[])
    assert sum(links(client).values()) == 0
    first = Month.of(timezone.now()).period[1]
    with time_machine.travel(first - timedelta(seconds=30)):
        count_ahead(at_once=True)
        Snapshot.objects.update(for_centre=[])
    with time_machine.travel(first + timedelta(seconds=30)):
        client = cast.browser("centre.supervisor")
        assert sum(links(client).values()) > 0


def test_it_keeps_a_pace_that_leaves_the_database_to_others(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert count_ahead() is True
        assert count_ahead() is False
        Snapshot.objects.update(took=timedelta(seconds=10))
        clock.shift(timedelta(minutes=4))
        assert count_ahead() is False
        clock.shift(timedelta(minutes=2))
        assert count_ahead() is True
    assert Snapshot.objects.count() == 1


def test_it_is_counted_at_once_by_command(cast, busy, capsys):
    count_ahead()
    Referral.objects.all().update(breach_at=None)
    call_command("count_figures")
    assert "Counted in" in capsys.readouterr().out
    assert differing(cast) == []


def test_it_costs_the_page_fewer_rows_and_no_more_queries(cast, busy, django_assert_max_num_queries):
    count_ahead()
    client = cast.browser("centre.supervisor")
    with django_assert_max_num_queries(10):
        client.get(PAGE)


def test_a_colleague_of_the_centre_who_also_works_cases_reads_both(cast, busy):
    cast["centre.supervisor"]
    user = cast.user("centre.supervisor")
    assert user.memberships.exists()
    user.memberships.create(unit=user.agency, role=Role.OFFICER)
    count_ahead()
    assert differing(cast) == []
