"""The list of referrals and the page of one, as each side sees them."""

import pytest
from django.urls import reverse

from tests import stories

LIST = "/referrals/"
SENDER, RECEIVER = "customs.officer", "antismuggling.officer"


def page_of(referral):
    return reverse("referral", args=[referral.pk])


def read(cast, username, url):
    answer = cast.browser(username).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.slow
def test_each_side_of_the_list_counts_exactly_the_rows_it_leads_to(cast):
    for state in ("DRAFT_REPORT", "HEAD_DECISION", "DELIVERED", "ACCEPTED", "FILED", "NOT_FILED"):
        stories.transfer(cast, state)
    stories.assistance(cast, "SENT")
    for username in (SENDER, RECEIVER, "procurator", "commerce.officer", "centre.supervisor"):
        browser = cast.browser(username)
        for side in browser.get(LIST).context["chips"]:
            page = browser.get(LIST + side.url)
            assert len(page.context["rows"]) == side.count, (username, side)
            assert side.label in [s.label for s in page.context["chips"] if s.active]


@pytest.mark.slow
def test_after_the_receipt_the_receiver_reads_the_package_with_names_and_no_step_before_hand_over(cast):
    text = " ".join(read(cast, RECEIVER, page_of(stories.transfer(cast, "ACCEPTED"))).split())
    assert "Report (your agency only)" not in text
    party = ("Example Metals Ltd", "Exporter · Company · China", "Unified social credit code")
    for words in (*party, "25,000 kg", "China → Vietnam"):
        assert words in text

    transfer = stories.transfer(cast, "ACCEPTED")
    before = ["Report being drafted", "Awaiting the responsible person's decision", "Approved, to be transferred"]
    after = ["Delivered, receipt pending", "Receipt signed, under review", "Filed"]
    for username, states in ((SENDER, before + after), (RECEIVER, after), ("procurator", after)):
        steps = cast.browser(username).get(page_of(transfer)).context["steps"]
        assert [step.state for step in steps] == states


@pytest.mark.parametrize("username", [RECEIVER, "police.officer", "procurator", "commerce.head"])
def test_a_draft_exists_for_no_one_else(cast, username):
    draft = stories.transfer(cast, "APPROVED")
    assert cast.browser(username).get(page_of(draft)).status_code == 404


def test_a_turn_off_the_way_leads_back_onto_it(cast):
    answer = cast.browser(SENDER).get(page_of(stories.transfer(cast, "SUPPLEMENT")))
    assert [(s.state, s.now, s.ahead) for s in answer.context["steps"]][-3:] == [
        ("Receipt signed, under review", False, False),
        ("Papers to be supplied", True, False),
        ("Filed", False, True),
    ]


@pytest.mark.parametrize("state", ["REFUSED_INTERNAL", "NOT_FILED", "WITHDRAWN", "FILED"])
def test_after_an_end_there_are_no_further_steps(cast, state):
    answer = cast.browser(SENDER).get(page_of(stories.transfer(cast, state)))
    assert not [step for step in answer.context["steps"] if step.ahead]


def test_while_the_head_decides_the_sender_reads_report_and_team_and_the_head_finds_the_decision(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    approve = reverse("verb", args=["referrals", transfer.pk, "approve"])
    assert approve in read(cast, "customs.head", page_of(transfer))
    text = read(cast, SENDER, page_of(transfer))
    assert approve not in text
    assert "Facts, evidence, basis." in text
    assert cast.user("customs.lead").name_en in text


def test_once_filed_both_are_led_to_the_proceeding(cast):
    transfer = stories.transfer(cast, "FILED")
    proceeding = reverse("proceeding", args=[transfer.proceeding_id])
    for username in (SENDER, RECEIVER):
        assert proceeding in read(cast, username, page_of(transfer))


@pytest.mark.parametrize("kind", ["assistance", "lead_transfer"])
def test_a_request_is_read_answered_and_reported(cast, kind):
    request = stories.assistance(cast, "SENT", kind=kind)
    assert "Which?" in read(cast, "commerce.officer", page_of(request))
    assert cast.browser("police.officer").get(page_of(request)).status_code == 404


def test_the_list_is_the_senders_and_the_receivers_own(cast):
    stories.transfer(cast, "DELIVERED")
    assert "No referral yet" in read(cast, "police.officer", LIST)
    assert len(cast.browser("procurator").get(LIST).context["rows"]) == 1


def test_what_happened_last_is_first(cast):
    answer = cast.browser(SENDER).get(page_of(stories.transfer(cast, "DELIVERED")))
    moments = [event.happened_at for event in answer.context["events"]]
    assert len(moments) > 2
    assert moments == sorted(moments, reverse=True)
