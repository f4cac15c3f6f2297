"""Home fits a screen and a half on a desk and four on a telephone, however much waits."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.work.rebuilding import rebuild
from cases.casefile.models import Case
from coordination.exchange.tasks.models import Task
from coordination.messaging.notifications.jobs import drain
from tests import stories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = ("customs.officer", "customs.head", "centre.coordinator")
HIGHEST = {1440: 1600, 390: 3000}


def much_work(cast):
    """Every group of home is full, and other agencies owe the officer's much."""
    case = stories.shared_case(cast)
    for state in ("HEAD_DECISION", "SUPPLEMENT", "DELIVERED", "FILED"):
        stories.transfer(cast, state)
    for hours in range(-9, 60, 5):
        lead, task = stories.lead(cast), stories.task(cast, "OPEN", case)
        due = timezone.now() + timedelta(hours=hours)
        type(lead).objects.filter(pk=lead.pk).update(due_at=due, breach_at=due)
        Task.objects.filter(pk=task.pk).update(due_at=due)
    offered = [stories.shared_case(cast).pk for _ in range(6)]
    Case.objects.filter(pk__in=offered).update(lead_offered_to=cast["commerce.lead"].agency_id)
    for kind in ("lead", "task", "referral"):
        list(rebuild(kind))
    drain()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_home_fits_whatever_waits(person, cast, language):
    much_work(cast)
    for who in PEOPLE:
        reader = person(language).signs_in(who, stories.PASSWORD)
        for width, most in HIGHEST.items():
            reader.page.set_viewport_size({"width": width, "height": 900})
            reader.goes_to("/")
            height = reader.page.evaluate("document.documentElement.scrollHeight")
            assert height <= most, (who, width, height)
            assert reader.page.evaluate("document.documentElement.scrollWidth") == width, (who, width)
            reader.looks_right()
