"""Charts are drawn from their tables under the strict content security policy, and the tables work without them."""

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from tests import stories

from .conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VIOLATIONS = (
    "window.violated = []; addEventListener('securitypolicyviolation', e => violated.push(e.violatedDirective))"
)
TABS = ["/supervision/", "/supervision/flow/", "/supervision/minerals/", "/supervision/deadlines/"]


def test_charts_are_drawn_without_any_violation_of_the_policy(chromium: Browser, live_server: Any, cast: Any) -> None:
    stories.late_task(cast, 3)
    stories.transfer(cast, "FILED")
    errors: list[str] = []
    context = chromium.new_context(locale="en-GB", accept_downloads=True)
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": str(live_server)}])
    context.add_init_script(VIOLATIONS)
    supervisor = Person(context, str(live_server), errors).signs_in("centre.supervisor", stories.PASSWORD)
    for path in TABS:
        supervisor.goes_to(path)
        drawn = supervisor.page.locator("figure[data-chart]:has(tbody tr)")
        for place in range(drawn.count()):
            drawn.nth(place).and_(supervisor.page.locator(".cv-chart-drawn")).wait_for()
        assert supervisor.page.evaluate("window.violated") == []
    supervisor.goes_to("/supervision/")
    figure = supervisor.page.locator("#funnel figure")
    figure.locator("svg").wait_for()
    assert figure.locator("table").is_visible() is False
    figure.get_by_role("button", name="Data table").click()
    assert figure.locator("table").is_visible()
    figure.locator("svg").hover(position={"x": 200, "y": 10})
    for form in ("SVG", "PNG"):
        with supervisor.page.expect_download() as kept:
            figure.get_by_role("button", name=form).click()
        assert kept.value.suggested_filename == f"Steps taken from lead to judgment.{form.lower()}"
    assert supervisor.page.evaluate("window.violated") == []
    assert errors == []
    context.close()


def test_without_script_every_table_is_shown(person: Any, cast: Any) -> None:
    stories.transfer(cast, "FILED")
    supervisor = person("en", java_script_enabled=False).signs_in("centre.supervisor", stories.PASSWORD)
    supervisor.goes_to("/supervision/")
    assert supervisor.page.locator("#funnel table").is_visible()
    assert supervisor.page.locator("#funnel [data-chart-table]").is_visible() is False
