"""A decision states what happened before it, with day and paper, and nothing that did not happen."""

import pytest

from agencies.kernel import times
from cases.papers.texts import FORMS
from cases.papers.wording import day
from cases.proceedings import powers
from coordination.documents.contexts import filling_of
from tests import stories
from tests.cases.proceedings.test_hearing import SMALL, lapse


def text(line, form="DECISION"):
    return filling_of(line, FORMS[form]).columns(FORMS[form])["body"]


def course(line, form="DECISION"):
    """The sentences of the text about notice, statement, hearing and review."""
    words = ("告知书", "陈述", "听证", "审核")
    return [row.strip("　") for row in text(line, form).splitlines() if any(word in row for word in words)]


def step(cast, line, verb, **given):
    stories.walk(cast, line, [(verb, "customs.officer", {**stories.by_person(verb), **given})])


def test_before_any_notice_it_states_none(cast):
    assert course(stories.decision(cast)) == []


def test_it_states_the_notice_the_statement_and_the_waived_hearing(cast):
    line, today = stories.reviewed(cast), day(times.now())
    notice, statement, hearing, review = course(line)
    assert notice.startswith(f"我单位于{today}向当事人送达《行政处罚告知书》（{line.notice_number}）")
    assert statement == f"当事人于{today}提出陈述、申辩（hear_party1号）：It asks for leniency。"
    assert hearing == f"当事人于{today}书面放弃听证（waive_hearing1号）。"
    assert review == "本决定作出前经过法制审核和集体讨论。"


def test_it_states_a_hearing_that_was_held_with_its_chair_and_record(cast):
    line, today = stories.noticed(cast), day(times.now())
    step(cast, line, "request_hearing")
    step(cast, line, "waive_statement")
    line.procedural_steps.create(verb="hold_hearing", round=1, at=times.now(), paper="听证1号", person="王主持")
    _notice, statement, hearing = course(line)
    assert statement == f"当事人于{today}书面放弃陈述、申辩（waive_statement1号）。"
    assert f"我单位于{today}举行听证，听证主持人王主持，制作听证笔录（听证1号）。" in hearing
    assert f"当事人于{today}要求听证（request_hearing1号）。" in hearing


def test_a_right_that_passed_unused_is_stated_only_once_it_has_passed(cast):
    line = stories.noticed(cast)
    assert len(course(line)) == 1
    lapse(line, "CUS_DEFENCE")
    lapse(line, "ADM_HEARING_REQ")
    assert course(line)[1:] == ["当事人在规定期限内未提出陈述、申辩。", "当事人在规定期限内未要求听证。"]


def test_without_a_right_to_a_hearing_none_is_mentioned(cast):
    line = stories.noticed(cast, **SMALL)
    lapse(line, "CUS_DEFENCE")
    assert "听证" not in text(line)
    assert "听证" not in text(line, "PRENOTICE")


def test_the_notice_names_both_periods(cast):
    notice = text(stories.noticed(cast), "PRENOTICE")
    assert "自收到本告知书之日起5个工作日内进行陈述和申辩" in notice
    assert "放弃听证不影响你（单位）陈述和申辩的权利" in notice


def test_an_earlier_notice_is_not_stated_in_the_decision(cast):
    line = stories.reviewed(cast)
    stories.walk(cast, line, [("send_back", "customs.officer", {"reason": "New facts"})])
    stories.serve_notice(cast, line)
    (notice,) = course(line)
    assert line.notice_number in notice


@pytest.mark.parametrize(
    ("ground", "basis"), [("APL36", "第三十六条"), ("APL57_3", "第五十七条"), ("APL30", "第三十条")]
)
def test_a_decision_of_no_penalty_rests_on_its_own_article(cast, ground, basis):
    line = stories.decision(cast)
    type(line).objects.filter(pk=line.pk).update(ground_kind=ground)
    line.refresh_from_db()
    assert f"根据《行政处罚法》{basis}" in text(line, "NO_PENALTY")
    assert powers.ground_basis(ground).startswith("APL art.")
