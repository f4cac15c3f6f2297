"""A supervisor's story, in Chinese: who is late and why, a reminder, a campaign, and the bulletin of the week.

Two steps need a second person, the coordinator: the reminder that the supervisor asks for, and what leaves the centre.
"""

from datetime import timedelta
from typing import Any

import pytest

from agencies.kernel import times
from coordination.documents import pdf
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.models import Reminder
from coordination.insight.bulletins.models import Bulletin
from coordination.insight.campaigns.models import Campaign
from coordination.insight.metrics.following import follow
from tests import stories
from tests.kept_stories import story

from .conftest import Person
from .keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LATE = "GACC_ASB"
CONFIRM = "main form.cv-form-framed button.cv-btn-primary"


@pytest.fixture
@story
def late(cast: Any) -> list[Referral]:
    """Two transfers whose filing decision is late at the anti-smuggling bureau, a late task elsewhere, and the draft of
    the bulletin of the past week."""
    transfers = []
    for days in (3, 9):
        case = stories.case(cast, items=[{"description": "镓", "hs_code": "8112929010"}])
        transfers.append(stories.transfer(cast, "ACCEPTED", case))
        stories.late_clock(transfers[-1], "TRF_REVIEW", days)
    stories.late_task(cast, 3)
    stories.bulletin(cast)
    return transfers


def test_a_supervisor_sees_who_is_late_has_them_reminded_starts_a_campaign_and_issues_the_bulletin(
    person: Any, late: list[Referral]
) -> None:
    follow()
    supervisor = person("zh-hans").signs_in("centre.supervisor", stories.PASSWORD)
    second = person("zh-hans").signs_in("centre.coordinator", stories.PASSWORD)
    _reads_who_is_late(supervisor, late)
    _has_them_reminded(supervisor, second)
    _compares_with_last_month(supervisor)
    _starts_a_campaign_on_gallium(supervisor, second, "新收案件")
    _issues_the_bulletin(supervisor, second)


def _reads_who_is_late(supervisor: Person, late: list[Referral]) -> None:
    supervisor.turns_to("supervise").page.locator(".cv-chart-drawn").first.wait_for()
    supervisor.looks_right()
    supervisor.page.set_viewport_size({"width": 390, "height": 900})
    supervisor.goes_to("/supervision/").page.locator(".cv-chart-drawn").first.wait_for()
    supervisor.looks_right()
    assert supervisor.page.evaluate("document.documentElement.scrollWidth") <= 390
    supervisor.page.set_viewport_size({"width": 1440, "height": 900})
    line = supervisor.page.locator(f'#late tr:has(a[href*="agency={LATE}"])')
    assert "2" in line.locator(".cv-sub").first.inner_text()
    supervisor.chooses(f'#late a.cv-late-number[href*="agency={LATE}"]')
    supervisor.looks_right()
    shown = supervisor.page.locator('main tbody th a[href^="/referrals/"]')
    opened = {str(shown.nth(place).get_attribute("href")).split("/")[2] for place in range(shown.count())}
    assert opened == {str(one.pk) for one in late}
    supervisor.chooses(f'main tbody th a[href^="/referrals/{late[1].pk}/"]')
    assert supervisor.page.locator("main h1").is_visible()


def _has_them_reminded(supervisor: Person, second: Person) -> None:
    """The supervisor asks; the coordinator finds that on the overview and sends one letter about both."""
    asks = f'#late form[action="/supervision/ask/{LATE}/"]'
    supervisor.turns_to("supervise").chooses(f"{asks} button")
    assert supervisor.page.locator(asks).count() == 0
    second.turns_to("supervise").page.locator(f'#late tr:has(a[href*="agency={LATE}"]) .cv-strong').wait_for()
    second.chooses(f'#late a.cv-btn[href*="agency={LATE}"]').looks_right()
    second.submits('main form[action="/reminder-desk/send/"] button.cv-btn-primary')
    assert Reminder.objects.get().agency.code == LATE
    supervisor.turns_to("supervise")
    assert supervisor.page.locator(f'#late tr:has(a[href*="agency={LATE}"]) form').count() == 0


def _compares_with_last_month(supervisor: Person) -> None:
    supervisor.unfolds("main form.cv-filters select[name=beside]").select_option("before")
    supervisor.chooses("main form.cv-filters button.cv-btn")
    changes = supervisor.page.locator(".cv-key-figure .cv-change")
    assert "beside=before" in supervisor.page.url
    assert all(changes.nth(place).inner_text() for place in range(changes.count()))
    assert changes.count() == supervisor.page.locator(".cv-key-figure").count() > 0


def _enters(hands: Keyboard, name: str, moment: Any) -> None:
    """A date in the field that Tab reached, in the order of the browser's own language."""
    hands.tabs_to(f"[name={name}]").page.fill(f"[name={name}]", moment.isoformat())


def _starts_a_campaign_on_gallium(supervisor: Person, second: Person, metric: str) -> None:
    """By keyboard alone, with a target; the coordinator approves the start."""
    hands, today = Keyboard(supervisor), times.today()
    hands.tabs_to('a[href="/campaigns/"]').goes("Enter").at("/campaigns/")
    hands.tabs_to('a[href="/campaigns/new/"]').goes("Enter").at("/campaigns/new/")
    supervisor.looks_right()
    hands.tabs_to("[name=title_zh]").types("打击镓走私专项行动")
    hands.tabs_to("[name=title_en]").types("Campaign on gallium")
    hands.tabs_to("[name=purpose]").types("Gallium leaves the country under other names.")
    _enters(hands, "starts_on", today)
    _enters(hands, "ends_on", today + timedelta(days=90))
    hands.tabs_to("[name=members][value=GACC]").press("Space")
    hands.tabs_to("[name=materials][value=gallium]").press("Space")
    hands.tabs_to("main form.cv-form button.cv-btn-primary").goes("Enter").at("/campaigns/")
    campaign = Campaign.objects.get()

    hands.tabs_to(f'a[href="/campaigns/{campaign.pk}/do/add_goal/"]').goes("Enter")
    supervisor.looks_right()
    hands.tabs_to("#id_metric").types(metric).press("Enter")
    assert supervisor.page.locator("select[name=metric]").input_value() == "cases_opened"
    hands.tabs_to("[name=target]").types("8")
    _enters(hands, "due_on", today + timedelta(days=80))
    hands.tabs_to(CONFIRM).goes("Enter").at(f"/campaigns/{campaign.pk}/")
    hands.tabs_to(f'a[href="/campaigns/{campaign.pk}/do/start/"]').goes("Enter")
    hands.tabs_to(CONFIRM).goes("Enter")
    campaign.refresh_from_db()
    assert campaign.state == "DRAFT", "a second person confirms"

    second.goes_to("/confirmations/").looks_right()
    second.chooses("main table a")
    second.performs("confirm")
    campaign.refresh_from_db()
    assert campaign.state == "RUNNING"
    follow()
    supervisor.goes_to(f"/campaigns/{campaign.pk}/").looks_right()
    assert supervisor.page.locator("progress").first.get_attribute("value") == "25"
    hands.tabs_to(f'a[href*="campaign={campaign.number}"]').goes("Enter").at("/supervision/")


def _issues_the_bulletin(supervisor: Person, second: Person) -> None:
    """The coordinator reads and issues what the supervisor submits; both get it as PDF, or as a sheet for printing."""
    made = Bulletin.objects.get()
    supervisor.goes_to("/bulletins/").chooses(f'main a[href="/bulletins/{made.pk}/"]')
    supervisor.performs("submit")
    assert supervisor.page.locator('main a[href*="/do/issue/"]').count() == 0
    second.goes_to(f"/bulletins/{made.pk}/").performs("issue")
    second.looks_right()
    made.refresh_from_db()
    assert (made.state, made.is_whole) == (Bulletin.State.ISSUED, True)
    supervisor.goes_to(f"/bulletins/{made.pk}/")
    sheet = supervisor.page.locator(f'a[href^="/bulletins/{made.pk}/pdf/"]')
    assert bool(sheet.count()) is not bool(pdf.missing())
    if sheet.count():
        with supervisor.page.expect_download() as download:
            sheet.click()
        assert download.value.path().read_bytes().startswith(b"%PDF")
    supervisor.goes_to(f"/bulletins/{made.pk}/print/")
    assert made.number in supervisor.page.locator("main.sheet").inner_text()
