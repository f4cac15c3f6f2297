"""One failing delivery does not hold up the others."""

import pytest
from django.utils import timezone

from agencies.journal.models import Delivery
from coordination.messaging.notifications import actions, jobs
from coordination.messaging.notifications.models import Notice
from tests import stories


@pytest.fixture
def bad(cast, monkeypatch):
    """The second of six deliveries fails."""
    for _ in range(6):
        stories.task(cast)
    Delivery.objects.filter(because=Delivery.OWN).delete()
    bad = Delivery.objects.order_by("pk")[1]
    recipients = actions.recipients

    def broken(waiting):
        if any(one.pk == bad.pk for one in waiting):
            raise KeyError("张三")
        return recipients(waiting)

    monkeypatch.setattr(actions, "recipients", broken)
    return bad


def drain_after_a_rest():
    Delivery.objects.filter(done_at=None).update(not_before=timezone.now())
    return jobs.drain()


def test_the_other_deliveries_are_processed(bad):
    others = Delivery.objects.exclude(pk=bad.pk).count()

    assert jobs.drain() == others
    assert Notice.objects.count() == others


def test_the_bad_one_is_counted_with_its_cause_and_nothing_else(bad):
    jobs.drain()
    bad.refresh_from_db()

    assert (bad.attempts, bad.last_error, bad.done_at) == (1, "KeyError", None)
    assert bad.not_before > timezone.now()


def test_it_is_given_up_after_five_tries(bad):
    for _ in range(7):
        drain_after_a_rest()
    bad.refresh_from_db()

    assert bad.attempts == 5
    assert list(Delivery.objects.dead()) == [bad]


def test_the_delivery_succeeds_once_the_cause_is_gone(bad, monkeypatch):
    jobs.drain()
    monkeypatch.setattr(actions, "recipients", lambda waiting: {})

    assert drain_after_a_rest() == 1
    assert not Delivery.objects.filter(done_at=None).exists()
