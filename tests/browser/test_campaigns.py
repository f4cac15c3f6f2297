"""A supervisor drafts a campaign on gallium with a target by keyboard alone; a second person starts it."""

from datetime import timedelta
from typing import Any

import pytest

from agencies.kernel import times
from coordination.insight.campaigns.models import Campaign
from coordination.insight.metrics.following import follow
from tests import stories

from .keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def enters(hands: Keyboard, name: str, moment: Any) -> None:
    """A date in the field that Tab reached, in the order of the browser's own language."""
    hands.tabs_to(f"[name={name}]").page.fill(f"[name={name}]", moment.isoformat())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_campaign_on_gallium_is_started_with_a_target(person: Any, cast: Any, language: str) -> None:
    stories.case(cast, items=[{"description": "镓", "hs_code": "8112929010"}])
    supervisor = person(language).signs_in("centre.supervisor", stories.PASSWORD)
    hands, today = Keyboard(supervisor), times.today()
    hands.tabs_to('.cv-nav a[data-name="supervise"]').goes("Enter")
    hands.tabs_to('a[href="/campaigns/"]').goes("Enter").at("/campaigns/")
    hands.tabs_to('a[href="/campaigns/new/"]').goes("Enter").at("/campaigns/new/")
    supervisor.looks_right()
    hands.tabs_to("[name=title_zh]").types("打击镓走私专项行动")
    hands.tabs_to("[name=title_en]").types("Campaign on gallium")
    hands.tabs_to("[name=purpose]").types("Gallium leaves the country under other names.")
    enters(hands, "starts_on", today)
    enters(hands, "ends_on", today + timedelta(days=90))
    hands.tabs_to("[name=members][value=GACC]").press("Space")
    hands.tabs_to("[name=materials][value=gallium]").press("Space")
    hands.tabs_to("main form.cv-form button.cv-btn-primary").goes("Enter").at("/campaigns/")
    campaign = Campaign.objects.get()
    assert (campaign.materials, campaign.state) == (["gallium"], "DRAFT")

    hands.tabs_to(f'a[href="/campaigns/{campaign.pk}/do/add_goal/"]').goes("Enter")
    supervisor.looks_right()
    hands.tabs_to("#id_metric").types("Cases opened" if language == "en" else "新收案件").press("Enter")
    assert supervisor.page.locator("select[name=metric]").input_value() == "cases_opened"
    hands.tabs_to("[name=target]").types("3")
    enters(hands, "due_on", today + timedelta(days=80))
    hands.tabs_to("main form.cv-form-framed button.cv-btn-primary").goes("Enter").at(f"/campaigns/{campaign.pk}/")
    assert campaign.goals.get().target == 3

    hands.tabs_to(f'a[href="/campaigns/{campaign.pk}/do/start/"]').goes("Enter")
    hands.tabs_to("main form.cv-form-framed button.cv-btn-primary").goes("Enter")
    campaign.refresh_from_db()
    assert campaign.state == "DRAFT", "a second person confirms"
    second = person(language).signs_in("centre.coordinator", stories.PASSWORD)
    second.goes_to("/confirmations/").looks_right()
    second.page.locator("main table a").first.click()
    second.performs("confirm")
    campaign.refresh_from_db()
    assert campaign.state == "RUNNING"
    follow()
    supervisor.goes_to(f"/campaigns/{campaign.pk}/").looks_right()
    assert supervisor.page.locator("progress").first.get_attribute("value") == "33"
    hands.tabs_to(f'a[href*="campaign={campaign.number}"]').goes("Enter").at("/supervision/")
    supervisor.looks_right()
