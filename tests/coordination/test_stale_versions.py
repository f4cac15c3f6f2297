"""An action needs the version that is now current, also if it creates something on a case."""

import pytest
from django.urls import reverse

from tests import stories

REQUEST = {"receiver": "MOFCOM_SCB", "title": "Licence check", "report": "Which?"}
ACTS = {
    "ask_task": {"agency": "MOFCOM_SCB", "title": "Check licences"},
    "draft_transfer": {"receiver": "GACC_ASB", "offence": "SMUG_PROHIBITED", "title": "Transfer"},
    "request_assistance": REQUEST,
    "transfer_lead": REQUEST,
    "open_proceeding": {"kind": "customs"},
}


@pytest.mark.parametrize("verb", ACTS)
def test_an_act_on_an_older_version_of_the_case_is_refused(cast, verb):
    case = stories.shared_case(cast)
    browser = cast.browser("customs.officer")
    for version, status in ((case.version - 1, 412), (case.version, 201)):
        answer = browser.post(
            f"/api/v1/cases/{case.pk}/{verb}/", ACTS[verb] | {"version": version}, content_type="application/json"
        )
        assert answer.status_code == status, answer.content
    assert case.tasks.count() + case.referrals.count() + case.proceedings.count() == 1


def test_the_second_person_on_a_page_sees_the_first_and_may_retry(cast):
    case = stories.shared_case(cast)
    url = reverse("verb", args=["cases", case.pk, "classify"])
    answers = {"title": "Better title", "severity": "high", "handling": case.handling, "version": case.version}
    assert cast.browser("customs.lead").post(url, answers).status_code == 302
    late = cast.browser("customs.officer").post(url, answers)
    assert late.status_code == 409
    assert "The system" not in late.context["missing"][0].detail
    assert "recorded this on" in late.text
    assert f'<a href="{url}">Start again from the current content</a>' in late.text


def test_both_versions_are_shown_and_input_is_kept(cast):
    case = stories.shared_case(cast)
    url = reverse("verb", args=["cases", case.pk, "classify"])
    answers = {"title": "His title", "severity": "high", "handling": case.handling, "version": case.version}
    answers["summary"] = case.summary
    assert cast.browser("customs.lead").post(url, answers).status_code == 302
    mine = answers | {"title": "My title"}
    browser = cast.browser("customs.officer")
    late = browser.post(url, mine)
    conflict = late.context["conflict"]
    assert [(one.now, one.typed) for one in conflict.both] == [("His title", "My title")]
    assert [entry.event.verb for entry in conflict.changes] == ["classify"]
    assert 'value="My title"' in late.text
    # Submitted once more, with the current version.
    assert late.context["form"]["version"].value() == str(case.version + 1)
    assert browser.post(url, mine | {"version": case.version + 1}).status_code == 302


def test_a_late_step_shows_what_was_done_instead(cast):
    task = stories.task(cast)
    url, version = reverse("verb", args=["tasks", task.pk, "claim"]), task.version
    assert cast.browser("commerce.lead").post(url, {"version": version}).status_code == 302
    late = cast.browser("commerce.officer").post(url, {"version": version})
    assert late.status_code == 409
    assert [entry.event.verb for entry in late.context["conflict"].changes] == ["claim"]


def test_internal_changes_of_another_agency_are_not_shown(cast):
    task = stories.task(cast, "OPEN")
    url, version = reverse("verb", args=["tasks", task.pk, "cancel"]), task.version
    stories.walk(cast, task, [("claim", "commerce.officer", {"note": "between us"})])
    late = cast.browser("customs.officer").post(url, {"version": version, "reason": "Moot"})
    assert late.status_code == 409
    assert late.context["conflict"].changes == []
    assert "between us" not in late.text
    assert cast.user("commerce.officer").name_en not in late.text


def test_an_approval_shows_both_versions_too(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    url = f"/approvals/?resource=referrals&id={transfer.pk}&verb=refuse"
    late = cast.browser("customs.head").post(url, {"ending_reason": "No crime", "version": transfer.version - 1})
    assert late.status_code == 409
    assert "No crime" in late.text
    assert "Changed in the meantime" in late.text


@pytest.mark.parametrize("version", ["", "x", "-1", "９", "1" * 50])
def test_a_version_that_is_none_breaks_nothing(cast, version):
    task = stories.task(cast)
    answer = cast.browser("commerce.officer").post(f"/tasks/{task.pk}/do/claim/", {"version": version})
    assert answer.status_code in (302, 400, 409)
