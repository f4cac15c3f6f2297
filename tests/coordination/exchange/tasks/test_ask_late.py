"""A task asked by telephone may be recorded after its deadline."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.kernel.errors import Invalid
from coordination.exchange.tasks.actions import ask_task
from coordination.exchange.tasks.models import Task
from tests import stories


def _ask(cast, **given):
    return ask_task(
        stories.shared_case(cast), actor=cast["customs.officer"], agency="MOFCOM_SCB", title="Check licences", **given
    )


def test_a_task_asked_last_week_may_be_overdue_when_recorded(cast):
    now = timezone.now()
    task = _ask(cast, happened_at=now - timedelta(days=7), paper="电话记录〔2026〕3号", due_at=now - timedelta(days=2))
    assert Task.objects.overdue().filter(pk=task.pk).exists()


def test_no_deadline_is_before_the_request(cast):
    with pytest.raises(Invalid):
        _ask(cast, due_at=timezone.now() - timedelta(minutes=1))
