"""Unsubmitted form contents are kept on the server for their author alone."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agencies.journal.models import Event
from cases.sharing.actions import unshare_case
from coordination.workspace.form_drafts.actions import drop_old_drafts, keep_draft
from coordination.workspace.form_drafts.kept import NOT_KEPT
from coordination.workspace.form_drafts.models import MOST_DRAFTS, Draft
from tests import stories
from tests.coordination.in_process import InProcess
from tests.coordination.routes import every_route
from tests.coordination.test_route_matrix import stage

TYPED = {"reason": ["他昨天打过电话 📞"], "agency": ["SPP"], "until": [""]}


def at(form):
    return f"/drafts/?page={quote(form)}"


@pytest.fixture
def form(cast):
    case = stories.shared_case(cast)
    return reverse("verb", args=["cases", case.pk, "ask_task"])


def test_a_draft_is_returned_only_to_its_author(cast, form):
    browser = cast.browser("customs.officer")
    before = Event.objects.count()
    assert browser.get(at(form)).status_code == 204
    assert browser.post(at(form), TYPED).status_code == 204
    data = browser.get(at(form)).json()
    assert data["fields"] == TYPED
    assert "have not submitted" in data["words"]["text"]
    for other in ("customs.lead", "commerce.officer", "centre.coordinator"):
        assert cast.browser(other).get(at(form)).status_code == 204, other
    assert Event.objects.count() == before, "a half sentence is no act"


def test_it_outlives_signing_out_and_a_week_ends_it(cast, form):
    cast.browser("customs.officer").post(at(form), TYPED)
    assert cast.browser("customs.officer").get(at(form)).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert cast.browser("customs.officer").get(at(form)).status_code == 204
        assert (drop_old_drafts(), drop_old_drafts()) == (1, 0)


def test_sending_the_form_drops_it_and_a_refusal_does_not(cast, form):
    browser = cast.browser("customs.officer")
    browser.post(at(form), {"title": "Was a licence issued?"})
    assert browser.post(form, {"agency": "nobody", "title": "Was a licence issued?"}).status_code == 400
    assert Draft.objects.count() == 1
    assert browser.post(form, {"agency": "MOFCOM_SCB", "title": "Was a licence issued?"}).status_code == 302
    assert Draft.objects.count() == 0


def test_it_can_be_thrown_away(cast, form):
    browser = cast.browser("customs.officer")
    browser.post(at(form), TYPED)
    assert browser.delete(at(form)).status_code == 204
    assert browser.get(at(form)).status_code == 204


def test_token_sheet_version_and_passwords_are_not_kept(cast, form):
    browser = cast.browser("customs.officer")
    browser.post(at(form), {**TYPED, "sheet": "1", "version": "3", "csrfmiddlewaretoken": "x", "new_password1": "y"})
    assert browser.get(at(form)).json()["fields"] == TYPED


def test_a_draft_about_something_no_longer_visible_is_not_returned(cast):
    case = stories.shared_case(cast)
    form = reverse("verb", args=["cases", case.pk, "write_note"])
    browser = cast.browser("commerce.officer")
    assert browser.post(at(form), {"text": "A word"}).status_code == 204
    unshare_case(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", reason="done")
    assert browser.get(at(form)).status_code == 404


def test_no_draft_of_a_confidential_letter_is_kept(cast):
    letter = stories.confidential(cast)
    browser = cast.browser("customs.officer")
    for form in (
        reverse("verb", args=["confidential-letters", letter.pk, "submit"]),
        reverse("verb", args=["cases", letter.case_id, "draft_confidential_letter"]),
        f"/approvals/?resource=confidential-letters&id={letter.pk}",
    ):
        assert browser.post(at(form), TYPED).status_code == 404, form
    assert (
        "data-draft"
        not in browser.get(reverse("verb", args=["cases", letter.case_id, "draft_confidential_letter"])).text
    )


@pytest.mark.parametrize(
    "page",
    [
        "",
        "/login/",
        "//evil.example/",
        "https://evil.example/leads/new/",
        "/password/",
        "/accounts/new/",
        "/api/v1/tasks/",
        "/papers/scan/",
        "/leads/new",
        "x" * 5000,
        "/cases/00000000-0000-4000-8000-000000000000/do/ask_task/",
        "/approvals/?resource=referrals&id=1",
        "\x00",
        "/approvals/?resource=cases",
        "/nothing/00000000-0000-4000-8000-000000000000/do/ask_task/",
    ],
)
def test_only_forms_in_sight_are_kept(cast, page):
    browser = cast.browser("customs.officer")
    assert browser.post(at(page), TYPED).status_code == 404
    assert browser.get(at(page)).status_code == 404


def test_too_much_input_is_refused_with_a_reason(cast, form):
    browser = cast.browser("customs.officer")
    assert browser.post(at(form), {"text": "字" * 200_000}).status_code == 400
    assert browser.post(at(form), {"text": "a\x00b"}).status_code == 400


def test_a_form_with_forty_parties_is_kept(cast, form):
    browser = cast.browser("customs.officer")
    answers = {
        f"parties-{row}-{name}": "字" * 60 for row in range(40) for name in ("name", "address", "role", "kind", "id")
    }
    assert browser.post(at(form), {**answers, "text": "字" * 30_000}).status_code == 204


def test_the_oldest_make_room(cast):
    for n in range(MOST_DRAFTS + 5):
        keep_draft(f"/leads/new/{n}", TYPED, actor=cast["customs.officer"])
    assert Draft.objects.count() == MOST_DRAFTS
    assert not Draft.objects.filter(page="/leads/new/0").exists()


def test_an_approval_is_kept_by_what_is_decided(cast):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    form = f"/approvals/?resource=referrals&id={transfer.pk}"
    browser = cast.browser("customs.head")
    assert browser.post(at(form), {"remark": "No crime"}).status_code == 204
    assert browser.get(at(form)).json()["fields"] == {"remark": ["No crime"]}
    assert browser.post(f"{form}&verb=refuse", {"remark": "No crime"}).status_code == 302
    assert Draft.objects.count() == 0


def test_administrators_keep_their_reasons_too(cast):
    form = reverse("account_switch", args=[cast.user("customs.officer").pk])
    browser = cast.browser("customs.admin")
    assert browser.post(at(form), {"reason": "He left"}).status_code == 204
    assert browser.get(at(form)).json()["fields"] == {"reason": ["He left"]}
    assert browser.post(form, {"reason": "He left the office"}).status_code == 302
    assert not Draft.objects.exists()


def test_handing_over_drops_its_draft_though_it_leads_nowhere(cast):
    form, browser = reverse("handing_over"), cast.browser("customs.lead")
    data = {"person": "customs.officer", "to": "customs.lead", "reason": "He left"}
    assert browser.post(at(form), data).status_code == 204
    assert browser.post(form, data).status_code == 200
    assert not Draft.objects.exists()


POSTED = re.compile(r'<form\b[^>]*method="post".*?</form>', re.DOTALL)
ACTION = re.compile(r'<form\b[^>]*action="([^"]*)"')


def test_no_template_asks_for_words_past_the_mark():
    """A form uses {% formfields %}, which marks it, or single fields with its own {% drafted %}."""
    for template in Path("templates").rglob("*.html"):
        for form in POSTED.findall(template.read_text(encoding="utf-8")):
            by_hand = "{% field " in form or "<textarea" in form
            assert not by_hand or "{% drafted %}" in form, template


@pytest.mark.slow
@pytest.mark.parametrize(
    "who", ["customs.lead", "customs.head", "commerce.lead", "centre.coordinator", "customs.admin", "sysadmin"]
)
def test_every_page_on_which_more_than_a_line_is_typed_keeps_it(cast, who):
    things, seen = stage(cast), set()
    browser = InProcess(cast.user(who), cast[who])
    for route in every_route():
        if route.is_api:
            continue
        url, answer = route.url(things), browser.ask(route, "get", things)
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"] or route.name in NOT_KEPT:
            continue
        for form in POSTED.findall(answer.text):
            if "<textarea" not in form or "resource=confidential-letters" in form:
                continue
            seen.add(route.name)
            assert "data-draft" in form, route.name
            sent_to = ACTION.search(form)
            kept_for = unescape(sent_to[1]) if sent_to else url
            assert browser.get(at(kept_for)).status_code == 204, (route.name, kept_for)
    assert seen, "each of them writes somewhere"


def test_signing_in_anew_is_asked_of_a_stranger(client, form):
    assert client.post(at(form), TYPED).status_code == 302
