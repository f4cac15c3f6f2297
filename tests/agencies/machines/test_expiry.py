"""Administrators are notified 30 and 7 days before a key of their agency ends."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key, revoke_key
from agencies.machines.jobs import watch_keys
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from coordination.messaging.notifications.jobs import drain
from coordination.messaging.notifications.models import InboxItem

pytestmark = pytest.mark.django_db


def issue(name: str = "Risk engine", days: int = 100) -> ApiKey:
    ends = times.now() + timedelta(days=days)
    return create_key(name, Agency.objects.get(code="GACC"), ["leads:write"], actor=SYSTEM, expires_at=ends).key


def after(days: float) -> int:
    with time_machine.travel(times.now() + timedelta(days=days), tick=False):
        return watch_keys()


def test_each_notice_is_sent_once_however_often_the_job_runs() -> None:
    issue()
    assert [after(days) for days in (69, 70, 71, 92, 93, 94, 99, 101)] == [0, 1, 0, 0, 1, 0, 0, 0]
    assert Event.objects.filter(verb="key_ends").count() == 2


def test_a_key_that_is_already_short_of_a_week_gets_one_notice() -> None:
    issue(days=5)
    assert watch_keys() == 1
    assert watch_keys() == 0


def test_a_revoked_key_and_one_without_an_end_get_none() -> None:
    revoke_key(issue(days=20), actor=SYSTEM, reason="lost")
    issue("other", days=20)
    ApiKey.objects.filter(client__name="other").update(expires_at=None)
    assert watch_keys() == 0


def test_the_administrators_of_the_agency_find_it_in_their_inbox_and_on_the_page(cast: Any) -> None:
    key = issue(days=20)
    watch_keys()
    drain()
    notified = InboxItem.objects.filter(about_kind="machine", about_id=key.client_id)
    assert list(notified.values_list("person__username", "topic")) == [("customs.admin", "deadline")]
    browser = cast.browser("customs.admin")
    news = browser.get(reverse("inbox")).text
    assert "Risk engine" in news
    assert reverse("machine", args=[key.client_id]) in news
    assert "Ends soon" in browser.get(reverse("machines")).text
