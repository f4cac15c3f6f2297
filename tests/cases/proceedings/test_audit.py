"""Post-clearance audit (稽查): three days after notice, within three years of release, or without notice with
approval.
"""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from cases.clocks.counting import SHANGHAI
from cases.clocks.models import Clock
from cases.proceedings.actions import open_proceeding
from cases.proceedings.models import Proceeding
from cases.proceedings.workflow.audit import window_ends
from tests import stories
from tests.refusals import invalid_at, refused_for

MONDAY = datetime(2026, 11, 9, 10, tzinfo=SHANGHAI)
RELEASED = date(2025, 3, 3)
SERVED = {"audit_from": RELEASED, "paper": "稽通〔2026〕1号"}
URGENT = {
    "audit_from": RELEASED,
    "authority": "深圳海关关长",
    "paper": "稽批〔2026〕1号",
    "reason": "books may be removed",
}


@pytest.fixture
def inside(cast):
    with time_machine.travel(MONDAY - timedelta(days=3), tick=False):
        return stories.proceeding(cast)


def act(cast, inside, verb, by="customs.officer", days=0, **given):
    with time_machine.travel(MONDAY + timedelta(days=days), tick=False):
        stories.walk(cast, inside, [(verb, by, given)])
    return Proceeding.objects.get(pk=inside.pk)


def clock(inside, code):
    return Clock.objects.about(inside).get(rule__code=code)


def test_the_notice_starts_lead_time_and_window_and_the_audit_begins_after_the_third_day_and_not_before(cast, inside):
    act(cast, inside, "serve_audit", **SERVED)
    lead, window = clock(inside, "CUS_AUDIT_NOTICE"), clock(inside, "CUS_AUDIT_PERIOD")
    assert timezone.localdate(lead.due_at) == date(2026, 11, 12)
    assert timezone.localdate(window.started_at) == RELEASED
    assert timezone.localdate(window.due_at) == window_ends(RELEASED) == date(2028, 3, 3)
    assert lead.agency == inside.agency
    with invalid_at("/happened_at"):
        act(cast, inside, "begin_audit", days=5, happened_at=MONDAY + timedelta(days=2), paper="稽记〔2026〕1号")
    with refused_for("notice_period"):
        act(cast, inside, "begin_audit", days=3)
    begun = act(cast, inside, "begin_audit", days=4)
    assert begun.audit_began_at == MONDAY + timedelta(days=4)
    assert clock(inside, "CUS_AUDIT_NOTICE").state == "STOPPED"
    assert clock(inside, "CUS_AUDIT_PERIOD").state == "RUNNING"


def test_where_working_days_end_later_the_audit_waits_for_them(cast, inside):
    """CAR art. 10 does not say which days: from a Thursday the calendar days end on Monday, the working days on
    Tuesday."""
    act(cast, inside, "serve_audit", days=3, **SERVED)
    lead = clock(inside, "CUS_AUDIT_NOTICE")
    assert timezone.localdate(lead.due_at) == date(2026, 11, 16)
    assert timezone.localdate(lead.breach_at) == date(2026, 11, 17)
    with pytest.raises(TransitionRefused):
        act(cast, inside, "begin_audit", days=8)
    assert act(cast, inside, "begin_audit", days=9).audit_began_at == MONDAY + timedelta(days=9)


def test_an_audit_needs_a_notice_which_the_page_shows_to_its_own_agency(cast, inside):
    with pytest.raises(TransitionRefused, match="No notice"):
        act(cast, inside, "begin_audit")
    act(cast, inside, "serve_audit", **SERVED)
    page = cast.browser("customs.officer").get(f"/proceedings/{inside.pk}/").content.decode()
    assert "notified, not yet begun" in page
    assert "2025-03-03" in page
    other = cast.browser("commerce.officer").get(f"/proceedings/{inside.pk}/").content.decode()
    assert "notified, not yet begun" not in other


def test_in_urgent_cases_a_lead_records_that_it_began_without_notice(cast, inside):
    with pytest.raises(Forbidden):
        act(cast, inside, "audit_at_once", **URGENT)
    begun = act(cast, inside, "audit_at_once", by="customs.lead", **URGENT)
    assert begun.audit_began_at == MONDAY
    assert not Clock.objects.about(inside).filter(rule__code="CUS_AUDIT_NOTICE").exists()
    assert clock(inside, "CUS_AUDIT_PERIOD").state == "RUNNING"


@pytest.mark.parametrize(
    ("released", "code"), [(date(2023, 11, 6), "lapsed"), (date(2027, 1, 1), "future"), (date(2019, 1, 1), "lapsed")]
)
def test_goods_released_more_than_three_years_ago_are_not_audited(cast, inside, released, code):
    for verb, by, given in (("serve_audit", "customs.officer", SERVED), ("audit_at_once", "customs.lead", URGENT)):
        with pytest.raises(Invalid) as no:
            act(cast, inside, verb, by=by, **given | {"audit_from": released})
        assert [(one.pointer, one.code) for one in no.value.errors] == [("/audit_from", code)]


def test_an_audit_notified_in_the_window_does_not_begin_after_it(cast, inside):
    act(cast, inside, "serve_audit", **SERVED | {"audit_from": date(2023, 11, 10)})
    with refused_for("window"):
        act(cast, inside, "begin_audit", days=4)


def test_an_audit_is_ended_before_the_next(cast, inside):
    act(cast, inside, "serve_audit", **SERVED)
    with pytest.raises(TransitionRefused):
        act(cast, inside, "serve_audit", **SERVED)
    ended = act(cast, inside, "end_audit", days=6, reason="nothing was found")
    assert ended.audit_ended_at == MONDAY + timedelta(days=6)
    assert not Clock.objects.running().about(inside).exists()
    again = act(cast, inside, "serve_audit", days=7, **SERVED)
    assert (again.audit_began_at, again.audit_ended_at) == (None, None)


def test_an_audit_does_not_end_before_it_began(cast, inside):
    act(cast, inside, "audit_at_once", by="customs.lead", days=6, **URGENT)
    with pytest.raises(Invalid) as no:
        act(cast, inside, "end_audit", days=3, reason="nothing was found", paper="稽〔2026〕1号")
    assert [(one.pointer, one.code) for one in no.value.errors] == [("/happened_at", "order")]


def test_not_filing_the_case_stops_its_clocks(cast, inside):
    act(cast, inside, "serve_audit", **SERVED)
    act(cast, inside, "reject", by="customs.lead", outcome_reason="no violation")
    assert not Clock.objects.running().about(inside).exists()


def test_commerce_audits_nothing(cast):
    matter = stories.shared_case(cast)
    own = open_proceeding(matter, actor=cast["commerce.officer"], kind="commerce")
    table = RESOURCES["proceedings"].workflow_of(own)
    assert not {"serve_audit", "audit_at_once"} & set(table.open_to(cast["commerce.lead"], own))


@pytest.mark.parametrize(
    ("verb", "by", "given"),
    [("serve_audit", "customs.officer", SERVED), ("audit_at_once", "customs.lead", URGENT)],
    ids=["after notice", "at once"],
)
def test_the_window_ends_at_midnight_in_shanghai_and_not_in_utc(cast, inside, verb, by, given):
    """Released on 10 November 2023: the last day is 10 November 2026."""
    given = given | {"audit_from": date(2023, 11, 10)}
    with time_machine.travel(datetime(2026, 11, 11, 0, 30, tzinfo=SHANGHAI)), pytest.raises(Invalid) as no:
        stories.walk(cast, inside, [(verb, by, given)])
    assert [(one.pointer, one.code) for one in no.value.errors] == [("/audit_from", "lapsed")]
