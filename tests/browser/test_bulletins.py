"""The supervisor submits the weekly bulletin, the coordinator issues it, and an agency reads its sheet."""

from typing import Any

import pytest

from coordination.documents import pdf
from coordination.insight.bulletins.models import Bulletin
from tests import stories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_weekly_bulletin_is_issued_and_read_as_a_sheet(person: Any, cast: Any) -> None:
    made = stories.bulletin(cast)
    supervisor = person("en").signs_in("centre.supervisor", stories.PASSWORD)
    supervisor.goes_to(f"/bulletins/{made.pk}/do/submit/").page.locator("main form button.cv-btn-primary").click()
    coordinator = person("en").signs_in("centre.coordinator", stories.PASSWORD)
    coordinator.goes_to(f"/bulletins/{made.pk}/do/issue/").page.locator("main form button.cv-btn-primary").click()
    coordinator.page.wait_for_url(f"**/bulletins/{made.pk}/")
    made = Bulletin.objects.get(pk=made.pk)
    assert made.state == "ISSUED"
    reader = person("en").signs_in("customs.officer", stories.PASSWORD)
    reader.goes_to(f"/bulletins/{made.pk}/").looks_right()
    assert reader.page.get_by_role("link", name="PDF").is_visible() is not bool(pdf.missing())
    reader.page.get_by_role("link", name="Sheet for printing").click()
    assert made.number in reader.page.locator("main.sheet").inner_text()
