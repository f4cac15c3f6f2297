"""The outbox becomes notices exactly once, even if the worker or the wake-up fails."""

import pytest
from django.conf import settings
from django.urls import reverse
from kombu.exceptions import OperationalError

from agencies.journal.models import Delivery
from coordination.config.celery import app
from coordination.messaging.notifications import actions, jobs
from coordination.messaging.notifications.models import Notice
from tests import stories

pytestmark = pytest.mark.both_databases  # two workers take the same deliveries


@pytest.fixture
def queued(cast):
    """Six tasks that customs asked of the commerce bureau: each is one delivery, and so is each share."""
    for _ in range(6):
        stories.task(cast)
    Delivery.objects.filter(because=Delivery.OWN).delete()
    return Delivery.objects.count()


def test_every_delivery_becomes_one_notice_and_draining_twice_changes_nothing(queued):
    assert jobs.drain() == queued
    assert Notice.objects.count() == queued
    assert not Delivery.objects.filter(done_at=None).exists()
    assert jobs.drain() == 0
    assert Notice.objects.count() == queued


def test_a_delivery_that_already_has_its_notice_is_only_ticked_off(queued):
    first = Delivery.objects.filter(done_at=None).earliest("id")
    Notice.objects.create(event_id=first.event_id, agency_id=first.agency_id)
    jobs.drain()
    assert Notice.objects.count() == queued


def test_small_batches_empty_a_full_outbox(queued, monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 2)
    monkeypatch.setattr(jobs, "drain_outbox", lambda: actions.drain_outbox(2))
    assert jobs.drain() == queued


def test_a_worker_killed_between_notice_and_tick_leaves_nothing_half(queued, monkeypatch):
    def killed(*args, **kwargs):
        raise SystemExit("the worker was killed")

    with monkeypatch.context() as midway:
        midway.setattr(type(Delivery.objects.all()), "update", killed)
        with pytest.raises(SystemExit):
            jobs.drain()
    assert not Notice.objects.exists()
    assert jobs.drain() == queued


@pytest.mark.django_db(transaction=True)
def test_a_request_that_queues_deliveries_wakes_the_worker(cast):
    task = stories.task(cast, "CLAIMED")
    Delivery.objects.update(done_at=task.created_at)
    answer = cast.browser("commerce.officer").post(
        reverse("verb", args=["tasks", task.pk, "complete"]), {"result": "x"}
    )
    assert answer.status_code == 302
    assert Notice.objects.get().agency.code == "GACC"


@pytest.mark.django_db(transaction=True)
def test_a_lost_wakeup_costs_no_answer_and_is_caught_up(cast, monkeypatch):
    def deaf(*args, **kwargs):
        raise OperationalError("no broker")

    task = stories.task(cast, "CLAIMED")
    jobs.drain()
    before = Notice.objects.count()
    monkeypatch.setattr(jobs.drain, "apply_async", deaf)
    answer = cast.browser("commerce.officer").post(
        reverse("verb", args=["tasks", task.pk, "complete"]), {"result": "x"}
    )
    assert answer.status_code == 302
    assert Notice.objects.count() == before
    assert jobs.drain() == 2  # the asking agency's notice, and the doer's own colleagues
    assert Notice.objects.count() == before + 1


def test_the_scheduler_knows_only_jobs_that_exist():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
