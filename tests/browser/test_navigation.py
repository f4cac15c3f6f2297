"""The second level of navigation: one row at every width, and "More" by keyboard and without JavaScript."""

import pytest

from tests import stories

from .keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = [{"width": 1440, "height": 900}, {"width": 390, "height": 844}]
MORE = ".cv-nav-more > summary"


@pytest.mark.parametrize("size", SIZES, ids=["1440", "390"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_unit_lead_finds_everything_in_one_row(person, cast, language, size):
    stories.task(cast, "OPEN", stories.shared_case(cast))
    lead = person(language, viewport=size, color_scheme="dark").signs_in("customs.lead", stories.PASSWORD)
    lead.goes_to("/")
    assert lead.page.evaluate("document.documentElement.scrollWidth") == size["width"]
    assert lead.page.locator(".cv-nav").bounding_box()["height"] < 50
    hands = Keyboard(lead).tabs_to(MORE).press("Enter")
    lead.looks_right()
    box = lead.page.locator(".cv-nav-more .cv-menu-body").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"]
    hands.tabs_to('.cv-nav a[data-name="rule_sets"]').press("Escape")
    assert not lead.page.locator(".cv-nav-more .cv-menu-body").is_visible()
    assert lead.page.evaluate(f"document.activeElement.matches('{MORE}')")
    hands.press("Enter").tabs_to('.cv-nav a[data-name="rule_sets"]').goes("Enter").at("/rule-sets")
    weight = lead.page.locator(MORE).evaluate("e => getComputedStyle(e).fontWeight")
    assert weight == "700"  # "More" contains the current page


def test_a_menu_closes_when_it_loses_focus(person, cast):
    lead = person("en").signs_in("customs.lead", stories.PASSWORD).goes_to("/")
    hands = Keyboard(lead).tabs_to(MORE).press("Enter").tabs_to("main *")
    hands.is_seen()
    assert not lead.page.locator(".cv-nav-more .cv-menu-body").is_visible()


def test_more_opens_without_script(person, cast):
    lead = person("en", java_script_enabled=False).signs_in("customs.lead", stories.PASSWORD)
    lead.page.focus(MORE)
    lead.page.keyboard.press("Enter")
    with lead.page.expect_navigation(url="**/rule-sets/**"):
        lead.page.click('.cv-nav-more a[data-name="rule_sets"]')


@pytest.mark.parametrize("path", ["/cases/", "/board/", "/queues/calendar/"])
def test_paper_has_neither_navigation_nor_buttons(person, cast, path):
    stories.task(cast, "OPEN")
    reader = person("en").signs_in("commerce.officer", stories.PASSWORD).goes_to(path)
    reader.page.emulate_media(media="print")
    shown = "() => [...document.querySelectorAll('nav a, button, .cv-btn')].filter(e => e.checkVisibility())"
    assert reader.page.evaluate(f"({shown})().map(e => e.outerHTML)") == []


def test_the_keys_for_pages_turn_the_months_of_the_calendar(person, cast):
    hands = Keyboard(
        person("en").signs_in("commerce.officer", stories.PASSWORD).goes_to("/queues/calendar/?month=2026-10")
    )
    hands.goes("n").at("month=2026-11")
    hands.goes("p").at("month=2026-10")
