"""A letter that came back says why, is changed before it goes again, and may go to another agency instead."""

import pytest
from django.urls import reverse

from agencies.kernel.errors import Invalid
from agencies.organisations.models import Agency
from coordination.exchange.referrals.models import Referral
from tests import stories
from tests.refusals import refused_for

SENDER = "customs.officer"
LETTERS = {
    "assistance": (lambda cast: stories.assistance(cast, "RETURNED"), "Returned by"),
    "lead to the economic-crime police": (lambda cast: stories.eco_lead(cast, "RETURNED"), "Which papers?"),
    "matter": (lambda cast: stories.matter(cast, "RETURNED"), "Which pages?"),
}


def change(cast, letter, **answers):
    said = {"title": letter.title, "report": "With the licence number", **answers}
    stories.walk(cast, letter, [("change", SENDER, said)])


@pytest.mark.parametrize("kind", LETTERS)
def test_the_row_of_the_sender_says_why_and_offers_to_change_it(cast, kind):
    make, reason = LETTERS[kind]
    letter = make(cast)
    page = cast.browser(SENDER).get("/queues/?queue=returned").text
    assert reason in page
    assert reverse("verb", args=["referrals", letter.pk, "change"]) in page
    assert reverse("verb", args=["referrals", letter.pk, "send"]) not in page


@pytest.mark.slow
def test_unchanged_it_is_not_sent_again(cast):
    letter = stories.assistance(cast, "RETURNED")
    with refused_for("unchanged"):
        stories.walk(cast, letter, [("send", SENDER, {})])
    with pytest.raises(Invalid):
        change(cast, letter, report=letter.report)
    page = cast.browser(SENDER).get(f"/referrals/{letter.pk}/").text
    assert "Which licence?" in page
    assert page.index("/do/change/") < page.index("/do/send/")


def test_changed_it_goes_again(cast):
    letter = stories.assistance(cast, "RETURNED")
    change(cast, letter)
    page = cast.browser(SENDER).get("/queues/?queue=returned").text
    assert reverse("verb", args=["referrals", letter.pk, "send"]) in page
    stories.walk(cast, letter, [("send", SENDER, {})])
    assert letter.state == "SENT"


def test_to_another_agency_it_is_a_new_letter_and_each_agency_sees_its_own(cast):
    letter = stories.assistance(cast, "RETURNED")
    change(cast, letter, receiver="MPS_ECID")
    letter.refresh_from_db()
    assert (letter.state, letter.receiver) == ("WITHDRAWN", Agency.objects.get(code="MOFCOM_SCB"))
    anew = Referral.objects.get(receiver__code="MPS_ECID")
    assert (anew.state, anew.title, anew.report) == ("DRAFT", letter.title, "With the licence number")
    police, commerce = cast["police.officer"], cast["commerce.officer"]
    assert not Referral.objects.visible_to(police).exists()
    stories.walk(cast, anew, [("send", SENDER, {})])
    assert list(Referral.objects.visible_to(police)) == [anew]
    assert list(Referral.objects.visible_to(commerce)) == [letter]


def test_a_draft_may_still_get_another_addressee(cast):
    letter = stories.assistance(cast)
    stories.walk(cast, letter, [("edit", SENDER, {"receiver": "MPS_ECID", "title": "x", "report": "y"})])
    assert letter.receiver == Agency.objects.get(code="MPS_ECID")


def test_a_result_that_was_returned_shows_the_reason_to_the_handler(cast):
    task = stories.task(cast, "DONE")
    stories.walk(cast, task, [("send_back", SENDER, {"reason": "The weights are missing"})])
    assert "The weights are missing" in cast.browser("commerce.officer").get("/queues/?queue=returned").text


def test_an_opinion_that_was_returned_for_revision_shows_the_reason(cast):
    opinion = stories.agency_opinion(cast)
    says = {"stance": "concur"}
    back = {"reason": "State the article"}
    stories.walk(cast, opinion, [("draft", "commerce.officer", says), ("send_back", "commerce.lead", back)])
    assert "State the article" in cast.browser("commerce.officer").get("/queues/?queue=returned").text
