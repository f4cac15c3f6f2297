"""Choosing among many things by typing, with the keyboard alone."""

import pytest

from agencies.organisations.models import Agency
from cases.casefile.models import Case
from tests import stories
from tests.browser.keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "typed"), [("en", "swb"), ("zh-hans", "shangwubu"), ("zh-hans", "security and control")]
)
def test_an_officer_shares_a_case_with_an_agency_found_by_typing(person, cast, language, typed):
    case = stories.case(cast)
    officer = person(language).signs_in("customs.officer", stories.PASSWORD).goes_to(f"/cases/{case.pk}/do/share/")
    keyboard = Keyboard(officer).tabs_to("#id_agency").types(typed)
    page = officer.page
    field = page.locator("#id_agency")
    assert field.get_attribute("role") == "combobox"
    assert field.get_attribute("aria-expanded") == "true"
    found = page.locator("#id_agency-list [role=option]")
    assert 0 < found.count() < 50
    place = next(n for n in range(found.count()) if found.nth(n).get_attribute("data-value") == "MOFCOM_SCB")
    keyboard.press(*["ArrowDown"] * (place + 1))
    marked = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert marked.get_attribute("aria-selected") == "true"
    officer.looks_right()
    keyboard.press("Enter")
    assert page.locator("select[name=agency]").input_value() == "MOFCOM_SCB"
    assert field.input_value() == found.nth(place).inner_text() or field.input_value()
    assert field.get_attribute("aria-expanded") == "false"


def test_what_was_chosen_before_comes_first_and_nonsense_is_not_sent(person, cast):
    case = stories.case(cast)
    officer = person("en").signs_in("customs.officer", stories.PASSWORD).goes_to(f"/cases/{case.pk}/do/share/")
    officer.page.select_option("select[name=agency]", "MPS_ECID")  # as a script of another page, or a kept draft
    assert "Economic Crime" in officer.page.locator("#id_agency").input_value()
    keyboard = Keyboard(officer).tabs_to("#id_agency")
    officer.page.fill("#id_agency", "economic crime investigation bureau")
    keyboard.press("Enter")
    officer.goes_to(f"/cases/{case.pk}/do/share/")
    Keyboard(officer).tabs_to("#id_agency").press("ArrowDown", "ArrowDown")
    first = officer.page.locator("#id_agency-list [role=option]").first
    assert first.get_attribute("data-value") == "MPS_ECID"
    Keyboard(officer).press("Escape")
    officer.page.fill("#id_agency", "no such agency")
    assert not officer.page.evaluate("document.querySelector('#id_agency').checkValidity()")
    officer.page.fill("#id_agency", "economic crime")
    assert "Economic Crime" in officer.page.evaluate("document.querySelector('#id_agency').validationMessage")
    officer.page.fill("#id_agency", "")
    assert officer.page.locator("select[name=agency]").input_value() == ""


def test_a_route_is_built_stop_by_stop(person, cast):
    case = stories.case(cast)
    officer = person("en").signs_in("customs.officer", stories.PASSWORD).goes_to(f"/cases/{case.pk}/do/add_shipment/")
    keyboard = Keyboard(officer).tabs_to("#id_route")
    for typed in ("zhongguo", "VNM", "united states"):
        keyboard.types(typed).press("Enter")
    assert officer.page.locator("#id_route").input_value().count("→") == 3
    with officer.page.expect_navigation():
        officer.page.click("main form.cv-form button.cv-btn-primary")
    assert case.shipments.get(declaration_no="").route[:2] == ["CHN", "VNM"]


def test_an_officer_picks_a_role_by_the_first_hit_and_the_field_shows_its_name(person, cast):
    case = stories.case(cast)
    officer = person("zh-hans").signs_in("customs.officer", stories.PASSWORD).goes_to(f"/cases/{case.pk}/do/add_party/")
    page, keyboard = officer.page, Keyboard(officer)
    page.fill("#id_name", "某有色金属公司")
    page.select_option("select[name=kind]", "company")
    page.locator("#id_role").focus()
    keyboard.types("chukou").press("ArrowDown")
    assert page.locator("#id_role-list li[aria-selected=true]").get_attribute("id") == "id_role-list-0"
    keyboard.press("Enter")
    assert page.locator("#id_role").input_value() == "出口经营者"
    page.fill("#id_role", "")
    keyboard.types("chukou").press("Enter")
    assert page.locator("#id_role").input_value() == "出口经营者"
    page.fill("#id_role", "EXPORTER")
    keyboard.press("Escape", "Tab")
    assert page.locator("#id_role").input_value() == "出口经营者"
    officer.looks_right()
    with page.expect_navigation():
        page.click("main form.cv-form button.cv-btn-primary")
    assert case.parties.get(name="某有色金属公司").role == "exporter"


def test_a_day_is_pasted_as_a_letter_spells_it(person, cast):
    case = stories.case(cast)
    officer = person("en").signs_in("customs.officer", stories.PASSWORD).goes_to(f"/cases/{case.pk}/do/add_item/")
    field = officer.page.locator("#id_conduct_on")
    pastes = """(field, text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        field.value = "";
        field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }"""
    for text in ("2026年11月3日", "2026/11/3", "20261103", "3 Nov 2026", "November 3, 2026"):
        field.evaluate(pastes, text)
        assert field.input_value() == "2026-11-03", text
    for text in ("chapter 3", "2026-02-31", "soon"):
        field.evaluate(pastes, text)
        assert field.input_value() == "", text


def test_a_filter_with_many_values_shows_the_first_and_finds_the_others_by_typing(person, cast):
    for agency in Agency.objects.order_by("code")[:20]:
        case = stories.case(cast)
        Case.objects.filter(pk=case.pk).update(lead=agency)
    coordinator = person("en").signs_in("centre.coordinator", stories.PASSWORD).goes_to("/cases/")
    facet = coordinator.page.locator(".cv-facet", has_text="Lead agency")
    assert facet.locator("li:visible").count() == 15
    hidden = facet.locator("li[hidden] a").first
    name = hidden.evaluate("link => link.firstChild.textContent.trim()")
    facet.locator("input").fill(name)
    assert facet.locator("li:visible").first.inner_text().startswith(name)
    coordinator.looks_right()


def test_a_supervisor_filters_figures_by_a_country_found_by_typing(person, cast):
    supervisor = person("en").signs_in("centre.supervisor", stories.PASSWORD).goes_to("/supervision/")
    page = supervisor.page
    page.click("details.cv-filters-more > summary")
    select = page.locator("form.cv-filters select[data-choose]:has(option[value=VNM])").first
    name = select.get_attribute("name")
    field = page.locator(f"#id_{name}")
    field.fill("yuenan")
    page.locator(f"#id_{name}-list li").first.click()
    assert page.locator(f"#id_{name}-list").is_hidden()
    assert select.input_value() == "VNM"
    assert len(page.locator(f"#id_{name}-list").get_attribute("aria-label")) < 40
    supervisor.looks_right()
