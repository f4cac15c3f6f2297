"""Payment of a fine: in parts, late, deferred, set off (APL arts. 35, 66, 67, 72, 73)."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from agencies.calendar.workdays import load_calendar
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from cases.clocks.counting import SHANGHAI
from cases.clocks.models import Clock
from cases.proceedings.models import Payment
from cases.proceedings.payment import amount_owed, late_fee, payment_due_day
from tests import stories
from tests.stories.basics import running

FINE = Decimal(300_000)


def pay(cast, line, amount, on="fine"):
    stories.walk(
        cast, line, [("pay", "customs.officer", {"on": on, "amount": Decimal(amount), "receipt": f"R{amount}"})]
    )


def overdue(line, days):
    """Moves the last day of payment this many days into the past."""
    past = timezone.now() - timedelta(days=days)
    Clock.objects.about(line).filter(rule__code="ADM_PAY").update(due_at=past, breach_at=past)


@pytest.mark.parametrize(
    ("days", "fee"), [(0, 0), (1, 9_000), (10, 90_000), (33, 297_000), (34, 300_000), (400, 300_000)]
)
def test_the_late_fee_is_three_percent_a_day_and_never_more_than_the_fine(days, fee):
    due = date(2026, 3, 1)
    assert late_fee(FINE, due=due, until=due + timedelta(days=days)) == fee


def test_the_late_fee_is_counted_on_what_is_unpaid_and_does_not_accrue_during_a_remedy():
    due = date(2026, 3, 1)
    payments = [(date(2026, 3, 3), Decimal(100_000)), (date(2026, 3, 5), Decimal(200_000))]
    # Two days on the whole, two on the rest; then nothing.
    assert late_fee(FINE, due=due, until=date(2026, 4, 1), payments=payments) == 18_000 + 12_000
    remedy = [(date(2026, 3, 3), date(2026, 3, 30))]
    assert late_fee(FINE, due=due, until=date(2026, 4, 1), uncounted=remedy) == 3 * 9_000


def test_partial_payments_are_rows_none_exceeds_the_sum_due_and_the_last_one_ends_the_period(cast):
    line = stories.served(cast)
    for amount, on in ((300_001, "fine"), (1, "late_fee"), (0, "fine")):
        with pytest.raises(Invalid):
            pay(cast, line, amount, on)
    pay(cast, line, 100_000)
    assert (amount_owed(line).fine_left, "ADM_PAY" in running(line)) == (200_000, True)
    pay(cast, line, 200_000)
    assert (amount_owed(line).fine_left, "ADM_PAY" in running(line)) == (0, False)
    assert Payment.objects.filter(decision=line).count() == 2
    stories.walk(cast, line, [("perform", "customs.officer", {})])
    assert line.state == "PERFORMED"


def test_a_decision_is_not_performed_while_fine_or_late_fee_is_due(cast):
    line = stories.served(cast)
    overdue(line, 2)
    pay(cast, line, 300_000)
    assert amount_owed(line).late_fee_left == 18_000
    with pytest.raises(TransitionRefused, match="18,000"):
        stories.walk(cast, line, [("perform", "customs.officer", {})])
    pay(cast, line, 18_000, "late_fee")
    stories.walk(cast, line, [("perform", "customs.officer", {})])
    assert line.state == "PERFORMED"


def test_a_chief_may_waive_the_late_fee(cast):
    line = stories.served(cast)
    overdue(line, 2)
    pay(cast, line, 300_000)
    with pytest.raises(Forbidden):
        stories.walk(cast, line, [("waive_late_fee", "customs.officer", {"reason": "Agreement"})])
    stories.walk(cast, line, [("waive_late_fee", "customs.lead", {"reason": "Agreement on execution"})])
    assert amount_owed(line).left == 0


def test_a_deferral_is_answered_in_ten_working_days_and_moves_the_last_day(cast):
    line = stories.served(cast)
    before = payment_due_day(line)
    stories.walk(cast, line, [("ask_deferral", "customs.officer", {"reason": "In difficulties"})])
    assert "CUS_PAY_DEFER" in running(line)
    until = before + timedelta(days=60)
    stories.walk(cast, line, [("grant_deferral", "customs.lead", {"defer_until": until, "instalments": "Three"})])
    assert "CUS_PAY_DEFER" not in running(line)
    assert payment_due_day(line) == load_calendar().next_workday(until)
    assert amount_owed(line).late_fee == 0


def defer(cast, line, until):
    granted = ("grant_deferral", "customs.lead", {"defer_until": until})
    stories.walk(cast, line, [("ask_deferral", "customs.officer", {}), granted])


def at_ten(day):
    """Sets process and database time to ten in the morning of that day."""
    return time_machine.travel(datetime.combine(day, time(10), SHANGHAI))


def test_a_deferral_ends_on_the_day_granted_even_after_a_roll_and_a_second_one_on_its_own_day(cast):
    """Fifteen days from 27 November end on a Saturday, therefore on Monday 14 December."""
    with at_ten(date(2026, 11, 27)):
        line = stories.served(cast)
        assert payment_due_day(line) == date(2026, 12, 14)
        defer(cast, line, date(2027, 2, 12))
        assert payment_due_day(line) == line.defer_until == date(2027, 2, 12)
    with at_ten(date(2026, 12, 30)):
        defer(cast, line, date(2027, 3, 12))
        assert payment_due_day(line) == date(2027, 3, 12)


def test_a_deferral_requested_after_the_last_day_ends_on_the_day_granted(cast):
    with at_ten(date(2026, 11, 27)):
        line = stories.served(cast)
    with at_ten(date(2027, 1, 20)):
        assert amount_owed(line).late_fee > 0
        defer(cast, line, date(2027, 3, 5))
        assert (payment_due_day(line), amount_owed(line).late_fee) == (date(2027, 3, 5), 0)


def test_the_application_to_the_court_is_due_three_months_after_the_deferral(cast):
    """APL art. 72. The two remedies end before it; until then the party may pay, and nothing is recorded."""
    with at_ten(date(2026, 4, 1)):
        line = stories.served(cast)
        defer(cast, line, date(2026, 11, 13))
    lapsed = [("lapse", "customs.officer", {})]
    with at_ten(date(2026, 11, 12)), pytest.raises(TransitionRefused, match="may still pay"):
        stories.walk(cast, line, lapsed)
    with at_ten(date(2026, 11, 16)):
        stories.walk(cast, line, lapsed)
        court = Clock.objects.running().about(line).get(rule__code="ENF_APPLY")
        assert timezone.localdate(court.started_at) == date(2026, 11, 13)
        assert timezone.localdate(court.due_at) == load_calendar().next_workday(date(2027, 2, 13))


def test_a_deferral_may_be_refused_and_needs_a_request(cast):
    line = stories.served(cast)
    later = {"defer_until": timezone.localdate() + timedelta(days=90)}
    with pytest.raises(TransitionRefused, match="has not asked"):
        stories.walk(cast, line, [("grant_deferral", "customs.lead", later)])
    stories.walk(cast, line, [("ask_deferral", "customs.officer", {})])
    stories.walk(cast, line, [("refuse_deferral", "customs.lead", {"reason": "Can pay"})])
    assert "CUS_PAY_DEFER" not in running(line)


def test_a_fine_is_set_off_against_the_courts(cast):
    line = stories.served(cast)
    pay(cast, line, 100_000)
    stories.walk(
        cast, line, [("set_off", "customs.officer", {"amount": Decimal(200_000), "receipt": "(2026)沪03刑初1号"})]
    )
    assert (amount_owed(line).fine_left, "ADM_PAY" in running(line)) == (0, False)


def test_warnings_and_suspensions_already_imposed_keep_running_after_a_transfer(cast):
    line = stories.reviewed(cast, proposed_penalties=["warning", "suspend"])
    number = {"decision_number": "沪关缉违字〔2026〕77号", "penalties": ["warning", "suspend"]}
    stories.walk(
        cast,
        line,
        [
            ("decide", "customs.head", number),
            ("serve", "customs.officer", {"service": "on_the_spot", **stories.by_person("serve")}),
        ],
    )
    stories.transfer(cast, "FILED", line.proceeding.case)
    line.refresh_from_db()
    assert (line.state, line.penalties, line.result) == ("SERVED", ["suspend", "warning"], "penalty")
