"""Drafts after a closed tab or a lost connection, conflicting edits, and live lists in a browser."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from agencies.people.models import User
from coordination.exchange.notes.models import Note
from coordination.workspace.form_drafts.models import Draft
from tests import stories

from .keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def answered(page, method):
    """The answer to the next request of the page for its draft."""
    return page.expect_response(lambda answer: "/drafts/" in answer.url and answer.request.method == method)


def test_a_draft_is_offered_again_after_the_tab_was_closed(person, cast):
    case = stories.case(cast)
    note = f"/cases/{case.pk}/do/write_note/"
    officer = person("en").signs_in("customs.officer", stories.PASSWORD).goes_to(note)
    with answered(officer.page, "POST"):
        Keyboard(officer).press("f").types("他昨天打过电话。")
    assert Draft.objects.get().person == User.objects.get(username="customs.officer")

    # After a new sign-in in a new tab, every page with the same form offers the draft.
    officer.page.close()
    again = person("en").signs_in("customs.officer", stories.PASSWORD).goes_to(f"/cases/{case.pk}/?tab=notes")
    again.page.wait_for_selector("main [role=status] button")
    again.looks_right()
    hands = Keyboard(again).tabs_to("main [role=status] button").press("Enter")
    assert again.page.input_value("main form:has([data-draft]) textarea") == "他昨天打过电话。"
    again.page.select_option("main form:has([data-draft]) select[name=audience]", "agency")
    hands.tabs_to("main form:has([data-draft]) button").goes("Enter")
    assert Note.objects.get().text == "他昨天打过电话。"
    assert not Draft.objects.exists()

    # A colleague of the same unit does not see the draft.
    colleague = person("en").signs_in("customs.lead", stories.PASSWORD)
    with answered(colleague.page, "GET") as answer:
        colleague.goes_to(note)
    assert answer.value.status == 204
    assert colleague.page.locator("main [role=status] button").count() == 0


def test_a_lost_connection_is_reported_and_the_input_kept(person, cast):
    case = stories.case(cast)
    officer = (
        person("zh-hans").signs_in("customs.officer", stories.PASSWORD).goes_to(f"/cases/{case.pk}/do/write_note/")
    )
    hands = Keyboard(officer).press("f")
    officer.context.set_offline(True)
    hands.types("A word")
    officer.page.wait_for_selector("[data-draft-lost]")
    officer.context.set_offline(False)
    officer.errors.clear()  # the browser reports the lost connection
    hands.types(" more")
    officer.page.wait_for_selector("[data-draft-lost]", state="detached")
    assert Draft.objects.get().fields["text"] == ["A word more"]


def test_two_people_saving_at_once_lose_nothing(person, cast):
    case = stories.shared_case(cast)
    form = f"/cases/{case.pk}/do/classify/"
    first = person("en").signs_in("customs.lead", stories.PASSWORD).goes_to(form)
    second = person("en").signs_in("customs.officer", stories.PASSWORD).goes_to(form)
    for one, title in ((first, "The lead's title"), (second, "The officer's title")):
        one.page.fill("main [name=title]", title)
    Keyboard(first).tabs_to("main form.cv-form button").goes("Enter")
    Keyboard(second).tabs_to("main form.cv-form button").goes("Enter")
    second.errors.clear()  # the browser reports the 409
    second.sees("The lead's title")
    second.sees("The officer's title")
    assert second.page.input_value("main [name=title]") == "The officer's title"
    second.looks_right()
    Keyboard(second).tabs_to("main form.cv-form button").goes("Enter")
    case.refresh_from_db()
    assert case.title == "The officer's title"
    assert not Draft.objects.exists()


def test_a_list_announces_new_rows_without_moving_any(person, cast):
    with time_machine.travel(timezone.now() - timedelta(hours=1)):  # events of the last minutes would count as new
        case = stories.shared_case(cast)
        stories.task(cast, "ASKED", case)
    officer = person("en").signs_in("commerce.officer", stories.PASSWORD).goes_to("/queues/?queue=unclaimed")
    hands = Keyboard(officer).press("j")
    rows = officer.page.locator("main tbody tr")
    before = (rows.count(), rows.first.bounding_box())
    stories.task(cast, "ASKED", case)
    officer.page.evaluate("document.dispatchEvent(new Event('fresh:ask'))")
    officer.page.wait_for_selector("[data-fresh-bar]")
    assert officer.page.inner_text("[data-fresh-bar] span") == "1 new or changed"
    assert (rows.count(), rows.first.bounding_box()) == before
    officer.looks_right()
    hands.goes("r")
    assert rows.count() == before[0] + 1
    assert officer.page.locator("[data-fresh-bar]").count() == 0
