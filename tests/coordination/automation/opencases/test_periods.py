"""The periods of three hundred open cases are those that an independent count finds.

The count below knows nothing of the product: working days are those of the `chinese_calendar` package, and the rules
are written out as the law says them.
"""

import random
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from agencies.kernel import times
from cases.casefile.models import Case
from cases.clocks.models import Breach, Clock
from coordination.automation.opencases.actions import CaseEffect, take_case

from .register import CASE, FILED, PARTY, registered

SHANGHAI = ZoneInfo("Asia/Shanghai")
CASES = 300


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


def rolled(day: date) -> date:
    """A last day on a holiday moves to the next working day."""
    while not chinese_calendar.is_workday(day):
        day += timedelta(days=1)
    return day


def after_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def after_working_days(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= chinese_calendar.is_workday(day)
    return day


class Invented:
    """One case of the register, with what the law makes of it."""

    def __init__(self, n: int, dice: random.Random) -> None:
        self.number = f"沪关缉字〔2026〕{n}号"
        self.proceeding = f"沪关缉违字〔2026〕{n}号"
        # The law on queries is in force since June 2025.
        self.opened = (date(2025, 1, 2) if n % 4 else date(2025, 7, 1)) + timedelta(days=dice.randrange(420))
        self.filed = self.opened + timedelta(days=dice.randrange(0, 20)) if n % 4 else None
        self.queried = self.opened + timedelta(days=dice.randrange(0, 5)) if not n % 4 else None
        self.pauses: list[tuple[date, date | None]] = []
        if self.filed and n % 3:
            day = self.filed
            for _nth in range(n % 3):
                begins = day + timedelta(days=dice.randrange(1, 60))
                day = begins + timedelta(days=dice.randrange(0, 40))
                self.pauses.append((begins, day))
            if n % 7 == 0:  # it still lasts
                self.pauses[-1] = (self.pauses[-1][0], None)

    def matter(self):
        """The rows of the case, with other kinds of days in its cells."""
        cases = [CASE | {"opened_on": f"{self.opened:%Y/%-m/%-d}"}]
        proceeding = FILED | {"number": self.proceeding, "opened_on": f"{self.opened:%Y年%-m月%-d日}", "filed_on": ""}
        sheets = {"parties": [PARTY], "proceedings": [proceeding]}
        if self.filed:
            proceeding |= {"filed_on": f"{self.filed} 15:30", "parties": PARTY["name"]}
            sheets["pauses"] = [self._pause(*one) for one in self.pauses]
        elif self.queried:
            query = {
                "proceeding": self.proceeding,
                "act": "登记海关质疑",
                "done_on": str(self.queried),
                "paper": "质疑1号",
            }
            sheets["steps"] = [query]
        sheets["proceedings"] = [proceeding]
        return registered(self.number, cases=[cases[0] | {"number": self.number}], **sheets)

    def _pause(self, begins: date, ends: date | None) -> dict[str, str]:
        row = {"proceeding": self.proceeding, "period": "海关行政处罚办案期限", "ground": "appraise"}
        row |= {"paused_on": str(begins), "paused_paper": "委托书"}
        return row | ({"resumed_on": str(ends), "resumed_paper": "鉴定书"} if ends else {})

    @property
    def is_paused(self) -> bool:
        return any(ends is None for _begins, ends in self.pauses)

    @property
    def ends(self) -> date | None:
        """The last day by the law: six months and the days of the pauses, or seven working days to answer a query."""
        if self.is_paused:
            return None
        if self.filed is None:
            return after_working_days(self.queried, 7)
        paused = sum(((ends - begins).days for begins, ends in self.pauses), 0)
        return rolled(after_months(self.filed, 6) + timedelta(days=paused))


@pytest.mark.slow
@pytest.mark.django_db
def test_three_hundred_open_cases_have_the_periods_of_an_independent_count(cast):
    people = [cast["customs.head"], cast["customs.lead"]]
    dice = random.Random(20261201)
    invented = [Invented(n, dice) for n in range(1, CASES + 1)]
    for one in invented:
        done = take_case(one.matter(), people)
        assert done.effect == CaseEffect.NEW, (one.number, done.errors)

    assert Case.objects.count() == CASES
    clocks = {
        clock.case.leads.get().source_ref: clock for clock in Clock.objects.running().select_related("case", "rule")
    }
    assert len(clocks) == CASES
    wrong = {
        one.number: (clocks[one.number].due_at, one.ends)
        for one in invented
        if clocks[one.number].due_at != (one.ends and end_of(one.ends))
    }
    assert not wrong
    assert sum(one.is_paused for one in invented) > 10
    late = {one.number for one in invented if one.filed and one.ends and end_of(one.ends) < times.now()}
    assert late == {number for number, clock in clocks.items() if clock.is_overdue()}
    assert Breach.objects.count() == len(late) > 20
    assert not Breach.objects.filter(notified_at=None).exists()
