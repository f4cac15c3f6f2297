"""Before the decision the party is notified of the proposal and may request a hearing (APL arts. 44, 63, 64)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import Invalid, TransitionRefused
from cases.clocks.models import Clock
from cases.proceedings.hearings import hearing_required
from tests import stories


def running(line):
    return set(Clock.objects.running().about(line).values_list("rule__code", flat=True))


def lapse(line, code):
    """Moves the end of the period to yesterday."""
    past = timezone.now() - timedelta(days=1)
    Clock.objects.running().about(line).filter(rule__code=code).update(due_at=past, breach_at=past)


def refused(cast, line, verb, who="customs.officer", **given):
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, line, [(verb, who, given)])
    return {missing.code for missing in no.value.missing}


def test_the_decision_waits_for_the_hearing_right_to_lapse(cast):
    line = stories.noticed(cast)
    assert running(line) == {"ADM_HEARING_REQ"}
    assert refused(cast, line, "review") == {"hearing"}
    lapse(line, "ADM_HEARING_REQ")
    stories.walk(cast, line, [("review", "customs.officer", {})])
    assert (line.state, running(line)) == ("REVIEW", set())


def test_the_decision_waits_for_the_hearing_right_to_be_waived(cast):
    line = stories.noticed(cast)
    stories.walk(cast, line, [("waive_hearing", "customs.officer", {"reason": "In writing"})])
    assert (line.state, running(line)) == ("REVIEW", set())


def test_the_decision_waits_for_the_hearing_to_be_held(cast):
    line = stories.noticed(cast)
    stories.walk(cast, line, [("request_hearing", "customs.officer", {})])
    assert running(line) == {"CUS_HEARING_HOLD"}
    assert refused(cast, line, "review") == {"state"}
    assert refused(cast, line, "hold_hearing", hearing_record="Heard.") == {"hearing_notice"}
    on = timezone.now() + timedelta(days=30)
    stories.walk(cast, line, [("notify_hearing", "customs.officer", {"hearing_on": on})])
    assert running(line) == {"CUS_HEARING_HOLD", "ADM_HEARING_NOTICE"}
    assert refused(cast, line, "hold_hearing", hearing_record="Heard.") == {"hearing_notice"}
    lapse(line, "ADM_HEARING_NOTICE")
    stories.walk(cast, line, [("hold_hearing", "customs.officer", {"hearing_record": "Heard."})])
    assert (line.state, running(line), line.hearing_record) == ("REVIEW", set(), "Heard.")


def test_a_hearing_is_not_set_for_a_day_before_seven_working_days(cast):
    line = stories.noticed(cast)
    stories.walk(cast, line, [("request_hearing", "customs.officer", {})])
    with pytest.raises(Invalid, match="seven working days"):
        stories.walk(
            cast, line, [("notify_hearing", "customs.officer", {"hearing_on": timezone.now() + timedelta(days=3)})]
        )
    assert "ADM_HEARING_NOTICE" not in running(line)


def test_after_a_withdrawn_hearing_the_review_follows(cast):
    line = stories.noticed(cast)
    stories.walk(cast, line, [("request_hearing", "customs.officer", {})])
    stories.walk(cast, line, [("withdraw_hearing", "customs.officer", {"reason": "Did not come"})])
    assert (line.state, running(line)) == ("REVIEW", set())


def test_a_request_after_the_right_lapsed_is_refused(cast):
    line = stories.noticed(cast)
    lapse(line, "ADM_HEARING_REQ")
    assert refused(cast, line, "request_hearing") == {"hearing"}


def test_a_commerce_hearing_has_no_limit_of_thirty_days(cast):
    inside = stories.proceeding(cast, "INVESTIGATE")
    type(inside).objects.filter(pk=inside.pk).update(kind="commerce")
    line = stories.noticed(cast, inside)
    stories.walk(cast, line, [("request_hearing", "customs.officer", {})])
    assert running(line) == set()


def test_a_hearing_must_be_offered_where_the_law_requires_it(cast):
    for values in (
        {"penalties": ["fine"], "proposed_fine_cny": "100000"},
        {"penalties": ["fine"]},  # unknown is not small
        {"penalties": ["suspend"]},
        {"penalties": ["goods"]},
    ):
        line = stories.decision(cast)
        with pytest.raises(Invalid, match="right to a hearing"):
            stories.walk(cast, line, [("notify", "customs.officer", stories.notice(without_hearing=True, **values))])


def test_a_warning_and_a_small_fine_need_no_hearing(cast):
    line = stories.noticed(cast, without_hearing=True, penalties=["warning", "fine"], proposed_fine_cny="5000")
    assert running(line) == {"CUS_DEFENCE"}
    stories.walk(cast, line, [("hear_party", "customs.officer", {"reason": "It admits the facts."})])
    assert running(line) == set()
    stories.walk(cast, line, [("review", "customs.officer", {})])
    assert line.state == "REVIEW"


def test_without_a_hearing_the_party_of_a_customs_case_has_five_working_days_for_its_defence(cast):
    small = {"without_hearing": True, "penalties": ["warning"]}
    line = stories.noticed(cast, **small)
    assert refused(cast, line, "review") == {"defence"}
    lapse(line, "CUS_DEFENCE")
    stories.walk(cast, line, [("review", "customs.officer", {})])
    assert (line.state, running(line)) == ("REVIEW", set())


def test_where_a_hearing_is_offered_no_second_period_runs_and_commerce_has_no_number(cast):
    assert refused(cast, stories.noticed(cast), "hear_party", reason="It admits the facts.") == {"defence"}
    inside = stories.proceeding(cast, "INVESTIGATE")
    type(inside).objects.filter(pk=inside.pk).update(kind="commerce")
    line = stories.noticed(cast, inside, without_hearing=True, penalties=["warning"])
    assert running(line) == set()


@pytest.mark.parametrize(
    ("kinds", "fine", "due"),
    [
        (["warning"], None, False),
        (["fine"], 9_999, False),
        (["fine"], 10_000, True),
        (["gains"], None, True),
        (["revoke"], None, True),
        ([], 10_000, True),
    ],
)
def test_when_a_hearing_is_due(kinds, fine, due):
    assert hearing_required(kinds, line=10_000, fine=fine) is due


def test_no_notice_without_two_officers(cast):
    line = stories.decision(cast)
    line.proceeding.team.clear()
    assert refused(cast, line, "notify", **stories.notice()) == {"team"}


def test_no_notice_without_an_eligible_decider(cast):
    line = stories.decision(cast)
    stories.joins_team(cast, line.proceeding, "customs.head", "proceeding")
    assert refused(cast, line, "notify", **stories.notice()) == {"decider"}
