"""The reader's choice of language and appearance."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from coordination.site.preferences import set_theme


def choose(theme: str, back: str = "/cases/?state=open") -> HttpResponse:
    return set_theme(RequestFactory().post("/theme/", {"theme": theme, "next": back}))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_stored_and_the_reader_stays_on_the_page(theme: str) -> None:
    response = choose(theme)
    assert response.cookies["theme"].value == theme
    assert response["Location"] == "/cases/?state=open"


@pytest.mark.parametrize("theme", ["auto", "", 'x" onload="'])
def test_anything_else_follows_the_system(theme: str) -> None:
    assert choose(theme).cookies["theme"].value == ""


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_redirects_stay_on_this_site(back: str) -> None:
    assert choose("dark", back)["Location"] == "/"


def test_keys_are_on_until_switched_off(cast):
    browser = cast.browser("customs.officer")
    shown = browser.get("/keys/").content.decode()
    assert "<kbd>g</kbd><kbd>q</kbd>" in shown
    assert "keys.js" in shown
    assert browser.post("/keys/", {"keys": "off"})["Location"] == "/keys/"
    assert "keys.js" not in browser.get("/keys/").content.decode()
    browser.post("/keys/", {"keys": "on"})
    assert "keys.js" in browser.get("/keys/").content.decode()


def test_a_switch_that_is_neither_on_nor_off_is_refused(cast):
    assert cast.browser("customs.officer").post("/keys/", {"keys": "perhaps"}).status_code == 400
