"""Actions after the decision: payment, deferral, remedies, enforcement, publication, ban."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.transitions import TIME_OF_ACT, TransitionResult, refuse_reversed
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic
from cases.clocks.actions import defer_clock
from cases.clocks.counting import SHANGHAI
from cases.clocks.models import Clock

from .actions import move_line
from .models import Decision, Payment, Remedy
from .payment import amount_owed, payment_due_day
from .periods import end_periods
from .punishing import UNDONE
from .range_texts import format_cny
from .workflow.decision_conditions import judgment_on

Result = Remedy.Result
# Columns that a revocation clears.
REVOKED: dict[str, Any] = {
    **UNDONE,
    "result": "",
    "decision_number": "",
    "penalties": [],
    "fine_cny": None,
    "months": None,
    "confiscated_cny": None,
    "ground": "",
    "decided_at": None,
    "service": "",
    "announced_at": None,
    "served_at": None,
    "defer_asked_at": None,
    "defer_until": None,
    "instalments": "",
    "late_fee_waived": False,
    "court_applied_at": None,
}


# Payment -------------------------------------------------------------------------------------------------------------
def pay(
    line: Decision, *, actor: Actor, on: str, amount: Decimal, receipt: str, **given: Any
) -> TransitionResult[Decision]:
    """Records a payment of the fine or the late fee. The payment period ends when the fine is paid in full."""
    with atomic():
        applied = move_line(line, "pay", actor=actor, on=on, amount=amount, receipt=receipt, **given)
        owed = amount_owed(line, applied.at)
        left = owed.late_fee_left if on == Payment.Kind.LATE_FEE else owed.fine_left
        if Decimal(amount) > left:
            detail = _("That exceeds the amount due: %(cny)s CNY.") % {"cny": format_cny(left)}
            raise Invalid.field("amount", "too_much", detail)
        _add_payment(applied, on, Decimal(amount), receipt)
        return applied


def set_off(line: Decision, *, actor: Actor, amount: Decimal, receipt: str, **given: Any) -> TransitionResult[Decision]:
    """折抵: a court that fines the act sets the administrative fine off (APL art. 35). The unpaid rest is no longer
    due.
    """
    with atomic():
        applied = move_line(line, "set_off", actor=actor, amount=amount, receipt=receipt, **given)
        if Decimal(amount) > (line.fine_cny or 0):
            raise Invalid.field("amount", "too_much", _("That exceeds the fine."))
        _add_payment(applied, Payment.Kind.SET_OFF, Decimal(amount), receipt)
        return applied


def _add_payment(applied: TransitionResult[Decision], kind: str, amount: Decimal, receipt: str) -> None:
    if amount <= 0:
        raise Invalid.field("amount", "too_little", _("Give an amount above zero."))
    line = applied.thing
    Payment.objects.create(decision=line, kind=kind, amount_cny=amount, paid_at=applied.at, receipt=receipt)
    if not amount_owed(line, applied.at).fine_left:
        end_periods(["ADM_PAY"], line, applied.at)


def grant_deferral(line: Decision, *, actor: Actor, defer_until: date, **given: Any) -> TransitionResult[Decision]:
    """暂缓或者分期缴纳: the granted day becomes the last day of payment. No late fee accrues until then."""
    due, requested_at = payment_due_day(line), line.defer_asked_at
    if due is not None and defer_until <= due:
        raise Invalid.field("defer_until", "order", _("The deferral ends after the last day of payment."))
    with atomic():
        applied = move_line(
            line, "grant_deferral", actor=actor, defer_until=defer_until, changes={"defer_asked_at": None}, **given
        )
        running = Clock.objects.running().about(line).filter(rule__code="ADM_PAY").select_related("rule").first()
        if running is not None and requested_at is not None:
            defer_clock(
                running,
                ground="defer",
                paper=line.decision_number,
                since=requested_at,
                last_day=defer_until,
                at=applied.at,
                actor=actor,
            )
        return applied


# Remedies ------------------------------------------------------------------------------------------------------------
def seek_remedy(line: Decision, *, actor: Actor, remedy: str, body: str, **given: Any) -> TransitionResult[Decision]:
    """复议、诉讼: execution is not suspended, but no late fee accrues meanwhile (APL art. 73)."""
    with atomic():
        changes = {"summary_remedy": False}
        applied = move_line(line, "seek_remedy", actor=actor, remedy=remedy, body=body, changes=changes, **given)
        Remedy.objects.create(decision=line, kind=remedy, body=body, sought_at=applied.at)
        return applied


def _refuse_before_steps(line: Decision, at: datetime) -> None:
    """The steps of a remedy are in order: sought, accepted, copy received, replied, ended."""
    for remedy in line.remedies.filter(ended_at=None):
        refuse_reversed(at, remedy.sought_at, remedy.accepted_at, remedy.copy_at, remedy.replied_at)


def _noting_time(verb: str, column: str) -> Callable[..., TransitionResult[Decision]]:
    def act(line: Decision, *, actor: Actor, **given: Any) -> TransitionResult[Decision]:
        with atomic():
            applied = move_line(line, verb, actor=actor, **given)
            _refuse_before_steps(line, applied.at)
            line.remedies.filter(ended_at=None).update(**{column: applied.at})
            return applied

    return act


def _ending_remedy(
    verb: str, result: str, changes: dict[str, Any] | None = None
) -> Callable[..., TransitionResult[Decision]]:
    def act(line: Decision, *, actor: Actor, **given: Any) -> TransitionResult[Decision]:
        with atomic():
            applied = move_line(line, verb, actor=actor, changes=changes, **given)
            _refuse_before_steps(line, applied.at)
            line.remedies.filter(ended_at=None).update(ended_at=applied.at, result=result)
            return applied

    return act


# Enforcement, publication, ban, limitation ---------------------------------------------------------------------------
def ban(line: Decision, *, actor: Actor, barred_for_life: bool = False, **given: Any) -> TransitionResult[Decision]:
    """不受理许可申请、限制从业: for five years from the penalty or the judgment; persons for life only after a criminal
    penalty (ECL art. 39).
    """
    if barred_for_life and judgment_on(line) is None:
        raise Invalid.field("barred_for_life", "judgment", _("No final judgment against the party is recorded."))
    return move_line(line, "ban", actor=actor, barred_for_life=barred_for_life, **given)


def record_finding(line: Decision, *, actor: Actor, found_on: date, **given: Any) -> TransitionResult[Decision]:
    """Limitation (追责时效) runs from the end of the act and stops when the violation is found (APL art. 36)."""
    if found_on > times.today():
        raise Invalid.field("found_on", "future", _("This date is in the future."))
    with atomic():
        applied = move_line(line, "record_finding", actor=actor, found_on=found_on, **given)
        found = datetime.combine(found_on, time.min, SHANGHAI) + timedelta(hours=12)
        end_periods(["ADM_LIMITATION"], applied.thing, found)
        return applied


LINE_ACTIONS: ActionTable = {
    "pay": pay,
    "set_off": set_off,
    "ask_deferral": partial(move_line, verb="ask_deferral", changes={"defer_asked_at": TIME_OF_ACT}),
    "grant_deferral": grant_deferral,
    "refuse_deferral": partial(move_line, verb="refuse_deferral", changes={"defer_asked_at": None}),
    # An agreement on execution may waive the late fee if the party has remedied the violation (ACL art. 42).
    "waive_late_fee": partial(move_line, verb="waive_late_fee", changes={"late_fee_waived": True}),
    "seek_remedy": seek_remedy,
    "accept_remedy": _noting_time("accept_remedy", "accepted_at"),
    "take_copy": _noting_time("take_copy", "copy_at"),
    "reply": _noting_time("reply", "replied_at"),
    "refuse_remedy": _ending_remedy("refuse_remedy", Result.NOT_ACCEPTED),
    "withdraw_remedy": _ending_remedy("withdraw_remedy", Result.WITHDRAWN),
    "uphold": _ending_remedy("uphold", Result.UPHELD),
    "change": _ending_remedy("change", Result.CHANGED),
    "revoke": _ending_remedy("revoke", Result.REVOKED, REVOKED),
    "apply_court": partial(move_line, verb="apply_court", changes={"court_applied_at": TIME_OF_ACT}),
    "publish": partial(move_line, verb="publish", changes={"published_at": TIME_OF_ACT, "unpublished_at": None}),
    "unpublish": partial(move_line, verb="unpublish", changes={"unpublished_at": TIME_OF_ACT}),
    "ban": ban,
    "record_finding": record_finding,
}
