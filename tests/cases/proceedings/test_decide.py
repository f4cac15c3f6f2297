"""Who decides about a party, and under which conditions (APL arts. 57, 58)."""

import pytest
from django.utils import timezone

from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from agencies.people.models import OfficeHolder
from cases.clocks.models import Clock
from cases.proceedings.models import ProceduralStep
from tests import stories

NUMBER = {"decision_number": "沪关缉违字〔2026〕1号", "fine_cny": "600000"}


def unmet(cast, line, verb="decide", who="customs.head"):
    return {missing.code for missing in RESOURCES["decisions"].workflow_of(line).unmet(verb, cast[who], line)}


def test_no_member_of_the_team_decides_but_an_acting_office_holder_may(cast):
    line = stories.reviewed(cast)
    stories.joins_team(cast, line.proceeding, "customs.head", "proceeding")
    assert unmet(cast, line) == unmet(cast, line, "mitigate") == unmet(cast, line, "no_penalty") == {"own_matter"}
    with pytest.raises(TransitionRefused, match="appointed acting"):
        stories.walk(cast, line, [("decide", "customs.head", NUMBER)])
    acting = cast.user("customs.legal")
    OfficeHolder.objects.create(user=acting, agency=acting.agency, is_acting=True, document="署任〔2026〕1号")
    cast.clear()  # the story read this person before the office began
    stories.walk(cast, line, [("decide", "customs.legal", NUMBER)])
    assert line.state == "DECIDED"


def test_a_major_matter_waits_for_review_and_collective_discussion(cast):
    line = stories.in_review(cast, major=True)
    assert unmet(cast, line) == unmet(cast, line, "no_penalty") == {"review", "discussion"}
    stories.walk(cast, line, [("record_review", "customs.legal", stories.REVIEWED)])
    assert unmet(cast, line) == {"discussion"}
    stories.walk(cast, line, [("record_discussion", "customs.officer", stories.DISCUSSED)])
    assert unmet(cast, line) == set()
    assert line.reviewer == cast.user("customs.legal")


@pytest.mark.parametrize(
    ("notice", "decided", "missing"),
    [
        (["suspend"], {"penalties": ["suspend"]}, {"review", "discussion"}),
        (["fine"], {"fine_cny": "100000"}, {"review", "discussion"}),
        (["fine"], {"fine_cny": "99999.99"}, set()),
        (["warning", "suspend"], {"penalties": ["warning"]}, set()),
    ],
)
def test_review_and_discussion_follow_what_is_decided_and_no_mark_on_the_notice(cast, notice, decided, missing):
    line = stories.in_review(cast, proposed_penalties=notice, proposed_fine_cny="6000000")
    assert unmet(cast, line) == set()
    found = set()
    try:
        stories.walk(cast, line, [("decide", "customs.head", decided)])
    except TransitionRefused as refused:
        found = {one.code for one in refused.missing}
    assert found == missing


def test_a_legal_review_is_required_after_a_hearing(cast):
    line = stories.in_review(cast)
    ProceduralStep.objects.filter(verb="hear_party").update(verb="hold_hearing")
    assert unmet(cast, line) == {"review"}


@pytest.mark.slow
def test_a_matter_sent_back_is_reviewed_again(cast):
    line = stories.reviewed(cast, major=True)
    stories.walk(cast, line, [("send_back", "customs.officer", {"reason": "New facts"})])
    assert (line.state, line.review_opinion, line.reviewer) == ("OPEN", "", None)


@pytest.mark.parametrize(
    ("verb", "more", "result", "outcome"),
    [
        ("decide", {"fine_cny": "600000"}, "penalty", "penalty"),
        (
            "mitigate",
            {"fine_cny": "20000", "ground": "APL art. 32", "ground_kind": "APL32_1"},
            "mitigated",
            "mitigated",
        ),
        ("no_penalty", {"ground": "APL art. 33", "ground_kind": "APL33_1"}, "no_penalty", "no_penalty"),
    ],
)
def test_the_outcome_of_the_proceeding_is_its_gravest_result(cast, verb, more, result, outcome):
    line = stories.reviewed(cast)
    stories.walk(cast, line, [(verb, "customs.head", {**NUMBER, **more})])
    stories.walk(cast, line.proceeding, [("decide", "customs.lead", {"outcome_reason": "Decided"})])
    assert (line.result, line.proceeding.outcome) == (result, outcome)
    assert line.decided_at is not None


def test_a_mitigated_penalty_needs_its_ground(cast):
    with pytest.raises(Invalid):
        stories.walk(cast, stories.reviewed(cast), [("mitigate", "customs.head", NUMBER)])


def test_the_decision_is_delivered_within_seven_working_days(cast):
    line = stories.decided(cast)
    assert list(Clock.objects.running().about(line).values_list("rule__code", flat=True)) == ["ADM_DELIVER"]


@pytest.mark.slow
def test_a_refused_decision_takes_no_number_and_one_without_a_number_takes_the_next_of_the_agency(cast):
    fine, year = {"fine_cny": "300000", "penalties": ["fine"]}, timezone.localtime().year
    own = stories.reviewed(cast)
    stories.joins_team(cast, own.proceeding, "customs.head", "proceeding")
    with pytest.raises(TransitionRefused):
        stories.walk(cast, own, [("decide", "customs.head", fine)])
    line = stories.reviewed(cast)
    stories.walk(cast, line, [("decide", "customs.head", fine)])
    assert line.decision_number == f"署罚决〔{year}〕1号"
    numbers = []
    for _ in range(2):
        line = stories.reviewed(cast)
        stories.walk(cast, line, [("decide", "customs.head", fine)])
        numbers.append(line.decision_number)
    assert numbers == [f"署罚决〔{year}〕2号", f"署罚决〔{year}〕3号"]


def test_the_decision_is_written_from_what_was_recorded_and_has_its_number(cast):
    line = stories.reviewed(cast)
    paper = stories.paper_of(cast, "customs.officer", line, "DECISION")
    assert paper.number == ""
    stories.walk(cast, line, [("decide", "customs.head", {"fine_cny": "300000", "penalties": ["fine"]})])
    paper.refresh_from_db()
    stories.walk(cast, paper, [("refill", "customs.officer", {})])
    written = {name: getattr(paper, name) for name in ("addressee", "title", "annexes", "copies")}
    written["body"] = paper.body.replace("【证据】", "报关单、鉴定意见")
    stories.walk(cast, paper, [("edit", "customs.officer", written), ("issue", "customs.head", {})])
    assert paper.number == line.decision_number
    assert "罚款人民币300,000元" in paper.content["body"]
