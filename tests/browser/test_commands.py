"""The commands of a case, with the keyboard alone."""

import pytest

from tests import stories
from tests.browser.keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "typed"), [("en", "tjdsr"), ("zh-hans", "add a party"), ("zh-hans", "添加当事人")]
)
def test_an_officer_finds_an_action_by_typing_and_opens_it(person, cast, language, typed):
    case = stories.case(cast)
    officer = person(language).signs_in("customs.officer", stories.PASSWORD).goes_to(f"/cases/{case.pk}/")
    page, keyboard = officer.page, Keyboard(officer)
    keyboard.press("/")
    assert page.locator("dialog[open] input[type=search]").evaluate("field => field === document.activeElement")
    officer.looks_right()
    page.keyboard.insert_text(typed)
    keyboard.press("ArrowDown")
    assert "/do/add_party/" in page.evaluate("document.activeElement.href")
    keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case.pk}/do/add_party/")


def test_escape_closes_the_commands_and_without_the_key_a_button_opens_them(person, cast):
    case = stories.case(cast)
    officer = person("en").signs_in("customs.officer", stories.PASSWORD).goes_to(f"/cases/{case.pk}/")
    page = officer.page
    page.locator("[data-commands] > summary").click()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
