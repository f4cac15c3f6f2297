"""The medians of the supervisor's page cost as much for each interval, however many objects its reader sees."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from agencies.journal.models import StateInterval
from agencies.organisations.models import Agency
from coordination.exchange.tasks.models import Task
from coordination.insight.metrics.durations import longest
from tests import stories

EACH = 1000  # instructions of SQLite's virtual machine between two calls


def steps_of(ask: Any) -> int:
    """The work of the database, in thousands of instructions."""
    calls = []
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: calls.append(1), EACH)
    try:
        ask()
    finally:
        connection.connection.set_progress_handler(None, EACH)
    return len(calls)


def more_history(case: Any, number: int) -> None:
    """Tasks that the centre may see, and as many ended intervals of other objects."""
    customs, now = Agency.objects.get(code="GACC"), timezone.now()
    common = {"case": case, "title": "x", "asked_by": customs, "agency": customs, "state": "OPEN", "state_since": now}
    Task.objects.bulk_create([Task(**common) for _ in range(number)])
    gone = {"number": 1, "state": "DELIVERED", "agency_id": customs.pk, "left_at": now}
    entered = now - timedelta(days=1)
    StateInterval.objects.bulk_create(
        [StateInterval(object_kind="referral", object_id=uuid4(), entered_at=entered, **gone) for _ in range(number)]
    )


def test_four_times_the_history_costs_four_times_as_much_and_not_sixteen(cast: Any) -> None:
    """Each interval once read every visible task: 500 intervals took ten seconds."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite counts its steps")
    case, reader = stories.shared_case(cast), cast["centre.supervisor"]
    more_history(case, 100)
    few = steps_of(lambda: longest(reader, timezone.now()))
    more_history(case, 300)
    many = steps_of(lambda: longest(reader, timezone.now()))
    assert many < 6 * max(few, 1)
