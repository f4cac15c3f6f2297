"""A name after @ is completed from a list, by keyboard alone."""

import pytest

from coordination.exchange.notes.models import Note
from tests import stories

from .keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_officer_completes_a_name_by_its_initials_with_the_keyboard(person, cast):
    case, lead = stories.case(cast), cast.user("customs.lead")
    officer = person("zh-hans").signs_in("customs.officer", stories.PASSWORD)
    officer.goes_to(f"/cases/{case.pk}/do/write_note/")
    hands = Keyboard(officer).press("f").types("请@srg")
    option = officer.page.wait_for_selector(".cv-suggest [role=option][aria-selected=true]")
    assert lead.name_zh in option.inner_text()
    area = officer.page.locator("textarea[name=text]")
    assert area.get_attribute("aria-activedescendant") == option.get_attribute("id")
    officer.looks_right()
    hands.press("Enter").types("核对")
    assert area.input_value() == f"请@{lead.name_zh} 核对"
    assert officer.page.locator(".cv-suggest").is_hidden()
    hands.types("，抄@cus")
    officer.page.wait_for_selector(".cv-suggest [role=option]")
    hands.press("Escape")
    assert officer.page.locator(".cv-suggest").is_hidden()
    area.fill(f"请@{lead.name_zh} 核对")
    officer.page.select_option("[name=audience]", "agency")
    with officer.page.expect_navigation():
        officer.page.click("main form.cv-form button.cv-btn-primary")
    assert Note.objects.get().mentions.get().person == lead
