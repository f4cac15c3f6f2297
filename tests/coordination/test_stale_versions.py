"""Whoever acts on what he saw must have seen what now stands, also where the act makes something on a case."""

import pytest
from django.urls import reverse

from tests import stories

REQUEST = {"receiver": "MOFCOM_SCB", "title": "Licence check", "report": "Which?"}
ACTS = {
    "ask_task": {"organ": "MOFCOM_SCB", "title": "Check licences"},
    "draft_transfer": {"receiver": "GACC_ASB", "offence": "SMUG_PROHIBITED", "title": "Transfer"},
    "request_assistance": REQUEST,
    "transfer_lead": REQUEST,
    "open_proceeding": {"kind": "customs"},
}


@pytest.mark.parametrize("verb", ACTS)
def test_an_act_on_an_older_version_of_the_case_is_refused(cast, verb):
    case = stories.shared_case(cast)
    browser = cast.browser("customs.officer")
    for version, status in ((case.version - 1, 409), (case.version, 200)):
        answer = browser.post(
            f"/api/v1/cases/{case.pk}/{verb}/", ACTS[verb] | {"version": version}, content_type="application/json"
        )
        assert answer.status_code == status, answer.content
    assert case.tasks.count() + case.referrals.count() + case.proceedings.count() == 1


def test_whoever_comes_second_on_a_page_learns_who_was_first_and_may_start_again(cast):
    case = stories.shared_case(cast)
    url = reverse("verb", args=["cases", case.pk, "classify"])
    answers = {"title": "Better title", "severity": "high", "handling": case.handling, "version": case.version}
    assert cast.browser("customs.lead").post(url, answers).status_code == 302
    late = cast.browser("customs.officer").post(url, answers)
    assert late.status_code == 409
    assert "The system" not in late.context["missing"][0].detail
    assert "recorded this on" in late.text
    assert f'<a href="{url}">Start again from what now stands</a>' in late.text
