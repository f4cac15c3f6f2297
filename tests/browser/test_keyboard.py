"""An officer's hands stay on the keys."""

import pytest

from coordination.search.actions import index_changed
from tests import stories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_officer_goes_looks_and_opens_by_single_keys(person, cast):
    cases = [stories.case(cast, title=f"锑锭 {n}") for n in range(3)]
    index_changed()
    officer = person("en").signs_in("customs.officer", stories.PASSWORD).goes_to("/")
    page = officer.page
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    officer.looks_right()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/cases/")
    for key in "jjk":
        page.keyboard.press(key)
    first = page.evaluate("document.activeElement.href")
    assert first.endswith(f"/cases/{cases[-1].pk}/")
    page.keyboard.press("/")
    page.keyboard.type("tiding j")
    assert page.input_value("#bar-search") == "tiding j"
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=tiding*")
    officer.sees("锑锭 2")
    officer.looks_right()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/cases/{cases[-1].pk}/")


def test_who_switched_the_keys_off_may_press_what_he_likes(person, cast):
    officer = person("zh-hans").signs_in("customs.officer", stories.PASSWORD).goes_to("/keys/")
    officer.page.click("main button[name=keys]")
    officer.page.wait_for_load_state()
    for key in ("g", "c", "?", "/"):
        officer.page.keyboard.press(key)
    assert officer.page.url.endswith("/keys/")
    assert officer.page.locator("dialog").count() == 0
