"""Rosters of the demonstration: each desk is staffed from the moment at which they are entered."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from agencies.duty.models import Shift
from agencies.kernel import times
from dev.demo.duty import load_duty

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.slow
@pytest.mark.parametrize(("hour", "minute", "second"), [(0, 0, 0), (8, 29, 59), (8, 30, 0), (8, 30, 1), (23, 59, 59)])
def test_every_desk_is_staffed_whenever_they_are_entered(cast: Any, hour: int, minute: int, second: int) -> None:
    """Also if loading began before the change of shifts, which is at half past eight."""
    now = times.now().astimezone(SHANGHAI) + timedelta(days=1)
    with time_machine.travel(now.replace(hour=hour, minute=minute, second=second, microsecond=0)):
        load_duty()
        now = times.now()
        running = Shift.objects.filter(on_call=False, starts_at__lte=now, ends_at__gt=now)
        assert running.values("desk").distinct().count() == running.count() == 4
