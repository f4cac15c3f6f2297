"""Whoever cannot use single keys switches them off, for himself and on every machine."""

import pytest

from agencies.journal.models import Event


def test_a_person_switches_the_keys_off_and_on_again(cast):
    browser = cast.browser("customs.officer")
    assert "keys.js" in browser.get("/").content.decode()
    browser.post("/keys/", {"keys": "off"})
    elsewhere = cast.browser("customs.officer")
    assert "keys.js" not in elsewhere.get("/").content.decode()
    assert "keys.js" in cast.browser("customs.lead").get("/").content.decode()
    elsewhere.post("/keys/", {"keys": "on"})
    assert "keys.js" in browser.get("/").content.decode()
    assert Event.objects.filter(verb="choose_keys").count() == 2


@pytest.mark.parametrize("told", [{}, {"keys": "maybe"}])
def test_anything_else_is_refused(cast, told):
    assert cast.browser("customs.officer").post("/keys/", told).status_code in (400, 422)


@pytest.mark.parametrize("who", ["customs.officer", "auditor", "centre.coordinator"])
def test_the_list_names_only_pages_that_its_reader_may_open(cast, who):
    browser = cast.browser(who)
    places = browser.get("/keys/").context["places"]
    assert places
    assert {browser.get(place["url"]).status_code for place in places} == {200}
