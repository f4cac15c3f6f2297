"""A final judgment, non-prosecution or withdrawal is news and work for each agency with a statutory next step."""

import pytest
from django.urls import reverse

from agencies.work.models import WorkItem
from cases.casefile.models import Case
from coordination.exchange.referrals.models import Referral
from coordination.messaging.notifications.jobs import drain
from tests import stories

BUREAU = "antismuggling.officer"
CONVICTED = {
    "charge": "走私国家禁止进出口的货物罪",
    "sentence": "fixed_term",
    "sentence_months": 24,
    "fine_cny": "500000",
}


def letters(case):
    return {one.receiver.code: one for one in Referral.objects.filter(case=case, kind="notice")}


def convicted(cast, suspect=None, **paper):
    """A suspect whose conviction is upheld on appeal."""
    line = suspect or stories.suspect(cast)
    stories.judged(cast, line.proceeding)
    line.refresh_from_db()
    ends = [("convict", BUREAU, CONVICTED), ("appeal", BUREAU, {}), ("uphold_judgment", BUREAU, paper)]
    stories.walk(cast, line, ends)
    return line


def test_a_conviction_is_notified_to_the_licensing_authority_and_to_customs_that_sent_the_transfer(cast):
    line = convicted(cast, paper="(2026)沪刑终1号")
    sent = letters(line.proceeding.case)
    assert set(sent) == {"MOFCOM_SCB", "GACC"}
    notice = sent["MOFCOM_SCB"]
    assert (notice.state, notice.sender.code, notice.holder.code) == ("SENT", "GACC_ASB", "MOFCOM_SCB")
    for words in (line.party.name, "走私国家禁止进出口的货物罪", "(2026)沪刑终1号", "《出口管制法》第三十九条"):
        assert words in notice.report
    assert "《行政处罚法》第三十五条" in sent["GACC"].report


def test_the_licensing_authority_reads_the_notice_and_nothing_else_of_the_case(cast):
    line = convicted(cast)
    other = line.proceeding.case.parties.create(name="An informant's company")
    notice = letters(line.proceeding.case)["MOFCOM_SCB"]
    browser = cast.browser("commerce.officer")
    text = browser.get(reverse("referral", args=[notice.pk])).content.decode()
    assert line.party.name in text
    assert other.name not in text
    assert not Case.objects.visible_to(cast["commerce.officer"]).filter(pk=line.proceeding.case_id).exists()
    assert browser.get(reverse("case", args=[line.proceeding.case_id])).status_code == 404
    assert browser.get(reverse("proceeding", args=[line.proceeding_id])).status_code == 404


def test_it_reaches_the_inbox_of_the_receiver_and_is_its_work_until_it_is_read(cast):
    notice = letters(convicted(cast).proceeding.case)["MOFCOM_SCB"]
    drain()
    assert notice.number in cast.browser("commerce.lead", "zh-hans").get(reverse("inbox")).content.decode()
    waiting = WorkItem.objects.filter(object_id=notice.pk, agency_id=notice.receiver_id)
    assert waiting.exists()
    stories.walk(cast, notice, [("acknowledge", "commerce.officer", {})])
    assert not waiting.exists()


EXEMPT = {"charge": "走私罪", "reason": "Slight"}


@pytest.mark.parametrize(("verdict", "given"), [("acquit", {"reason": "No proof"}), ("exempt", EXEMPT)])
def test_without_a_punishment_only_those_who_handle_the_party_are_notified(cast, verdict, given):
    line = stories.suspect(cast)
    stories.judged(cast, line.proceeding)
    line.refresh_from_db()
    ends = [(verdict, BUREAU, given), ("appeal", BUREAU, {}), ("uphold_judgment", BUREAU, {})]
    stories.walk(cast, line, ends)
    sent = letters(line.proceeding.case)
    assert set(sent) == {"GACC"}
    assert "恢复行政处理" in sent["GACC"].report


def test_a_non_prosecution_is_notified_to_the_sender_of_the_transfer(cast):
    line = stories.suspect(cast)
    stories.walk(cast, line.proceeding, [("prosecute_opinion", "antismuggling.lead", {})])
    line.refresh_from_db()
    stories.walk(cast, line, [("not_prosecute", BUREAU, {"nonprosecution": "discretionary", "reason": "Slight"})])
    sent = letters(line.proceeding.case)
    assert set(sent) == {"GACC"}
    assert "《刑事诉讼法》第一百七十七条" in sent["GACC"].report


def test_a_withdrawal_is_notified_for_each_suspect_still_investigated(cast):
    line = stories.suspect(cast)
    dropped = stories.let_go(cast, line.proceeding)
    stories.walk(cast, line.proceeding, [("withdraw", "antismuggling.lead", {"outcome_reason": "No crime"})])
    sent = Referral.objects.filter(case=line.proceeding.case, kind="notice")
    assert [one.receiver.code for one in sent] == ["GACC"]
    assert line.party.name in sent.get().report
    assert dropped.party.name not in sent.get().report


def test_no_one_is_notified_of_a_judgment_that_is_not_final(cast):
    line = stories.suspect(cast)
    stories.judged(cast, line.proceeding)
    line.refresh_from_db()
    stories.walk(cast, line, [("convict", BUREAU, CONVICTED), ("appeal", BUREAU, {})])
    assert letters(line.proceeding.case) == {}


def test_of_a_restricted_case_only_agencies_that_share_it_are_notified(cast):
    line = stories.suspect(cast)
    Case.objects.filter(pk=line.proceeding.case_id).update(handling="H3")
    line.refresh_from_db()
    convicted(cast, type(line).objects.get(pk=line.pk))
    assert set(letters(line.proceeding.case)) == {"GACC"}  # it leads the case
