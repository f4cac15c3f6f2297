"""通报: a letter to one or several agencies that needs no answer."""

import pytest
from django.urls import reverse

from agencies.kernel.errors import TransitionRefused
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Hold
from coordination.actions.performing import perform
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.presentation import shown
from coordination.exchange.tasks.models import Task
from tests import stories

SENDER, READER = "customs.officer", "commerce.officer"


def test_nothing_of_the_case_goes_with_it(cast):
    notice = stories.letter(cast, "SENT")
    result = repr(shown(notice, cast[READER]))
    assert "Prices have moved." in result
    for secret in ("Example Metals", notice.case.title, "锑锭"):
        assert secret not in result


def test_each_of_several_addressees_gets_it_under_one_number_and_confirms_for_itself(cast):
    first = stories.letter(cast, "SENT", also_to=["MPS_ECID", "SPP", "MOFCOM_SCB"])
    letters = Referral.objects.filter(case=first.case)
    assert {(one.number, one.receiver.code) for one in letters} == {
        (first.number, code) for code in ("MOFCOM_SCB", "MPS_ECID", "SPP")
    }
    stories.walk(cast, letters.get(receiver__code="SPP"), [("acknowledge", "procurator", {})])
    assert dict(letters.values_list("receiver__code", "state")) == {
        "MOFCOM_SCB": "SENT",
        "MPS_ECID": "SENT",
        "SPP": "READ",
    }


def test_one_addressee_does_not_see_the_copy_of_another(cast):
    stories.letter(cast, "SENT", also_to=["MPS_ECID"])
    assert Referral.objects.visible_to(cast["police.officer"]).get().receiver.code == "MPS_ECID"


def test_what_was_read_cannot_be_taken_back(cast):
    with pytest.raises(TransitionRefused):
        stories.walk(cast, stories.letter(cast, "READ"), [("withdraw", SENDER, {"ending_reason": "No"})])


def test_no_answer_is_owed_so_it_keeps_no_case_from_its_conclusion(cast):
    notice = stories.letter(cast, "SENT")
    assert not Hold.objects.standing().filter(case=notice.case).exists()
    perform(RESOURCES["cases"], cast[SENDER], notice.case, "conclude", {"outcome": "Done", **stories.NO_CRIME})
    assert notice.case.state == "CONCLUDED"


def test_the_addressee_is_asked_to_read_it_only_once(cast):
    notice = stories.letter(cast, "SENT")
    task = Task.objects.get(source=notice.pk)
    assert (task.step, task.agency.code) == ("READ_LETTER", "MOFCOM_SCB")
    stories.walk(cast, notice, [("acknowledge", READER, {})])
    task.refresh_from_db()
    assert task.state == "DONE"


def test_it_is_started_on_the_case_and_read_on_its_page_in_both_languages(cast):
    case = stories.case(cast)
    page = cast.browser(SENDER).get(reverse("verb", args=["cases", case.pk, "give_notice"]))
    assert "Also to" in page.content.decode()
    notice = stories.letter(cast, "SENT", matter=case)
    for language, words in (("en", "Confirm reading"), ("zh-hans", "确认已阅")):
        browser = cast.browser(READER, language)
        assert words in browser.get(reverse("referral", args=[notice.pk])).content.decode()
