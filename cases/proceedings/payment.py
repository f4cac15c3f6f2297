"""Amounts owed on a fine: partial payments, late fee and its cap (APL arts. 72, 73). The counting is pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from agencies.kernel import times
from cases.clocks.models import Clock

from .models import Decision, Payment

RATE = Decimal("0.03")  # 每日按罚款数额的百分之三加处罚款
CENT = Decimal("0.01")
ONE_DAY = timedelta(days=1)
ZERO = Decimal(0)


@dataclass(frozen=True)
class AmountsOwed:
    """Fine and late fee in CNY, with the payments on each. `due` is the last day of payment, if one is set."""

    fine: Decimal = ZERO
    fine_paid: Decimal = ZERO
    late_fee: Decimal = ZERO
    late_fee_paid: Decimal = ZERO
    due: date | None = None

    @property
    def fine_left(self) -> Decimal:
        return max(self.fine - self.fine_paid, ZERO)

    @property
    def late_fee_left(self) -> Decimal:
        return max(self.late_fee - self.late_fee_paid, ZERO)

    @property
    def left(self) -> Decimal:
        return self.fine_left + self.late_fee_left


def late_fee(
    fine: Decimal,
    *,
    due: date,
    until: date,
    payments: Iterable[tuple[date, Decimal]] = (),
    uncounted: Sequence[tuple[date, date]] = (),
) -> Decimal:
    """The late fee in CNY: 3 % of the unpaid fine per day after `due` up to and including `until`; at most the fine.

    Days of a reconsideration or lawsuit do not count (APL art. 73), including the first and the last.
    """
    paid = sorted(payments)
    fee, day = ZERO, due + ONE_DAY
    while day <= until and fee < fine:
        if not any(first <= day <= last for first, last in uncounted):
            unpaid = fine - sum((amount for when, amount in paid if when < day), ZERO)
            if unpaid <= 0:
                break
            fee += unpaid * RATE
        day += ONE_DAY
    return min(fee, fine).quantize(CENT, ROUND_HALF_UP)


def amount_owed(line: Decision, now: datetime | None = None) -> AmountsOwed:
    """The amounts that the party owes at `now`."""
    if not line.fine_cny:
        return AmountsOwed()
    today = timezone.localdate(now or times.now())
    rows = list(line.payments.all())
    on_fine = [(timezone.localdate(row.paid_at), row.amount_cny) for row in rows if row.kind != Payment.Kind.LATE_FEE]
    due = payment_due_day(line)
    fee = ZERO
    if due is not None and not line.late_fee_waived:
        fee = late_fee(line.fine_cny, due=due, until=today, payments=on_fine, uncounted=_remedies(line, today))
    return AmountsOwed(
        fine=line.fine_cny,
        fine_paid=sum((amount for _day, amount in on_fine), ZERO),
        late_fee=fee,
        late_fee_paid=sum((row.amount_cny for row in rows if row.kind == Payment.Kind.LATE_FEE), ZERO),
        due=due,
    )


def payment_due_day(line: Decision) -> date | None:
    """The last day of payment by the latest clock, with deferrals; None if none was started."""
    latest = Clock.objects.about(line).filter(rule__code="ADM_PAY").order_by("-started_at").first()
    return timezone.localdate(latest.due_at) if latest is not None and latest.due_at is not None else None


def _remedies(line: Decision, today: date) -> list[tuple[date, date]]:
    rows = line.remedies.all()
    return [(timezone.localdate(r.sought_at), timezone.localdate(r.ended_at) if r.ended_at else today) for r in rows]
