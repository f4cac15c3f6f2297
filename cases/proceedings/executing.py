"""Writes after the decision: payment, deferral, remedies, enforcement, publication, the follow-on ban."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.journal.transitions import Applied, resolve_time_of
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from cases.clocks.actions import defer_clock, stop_clocks
from cases.clocks.counting import SHANGHAI
from cases.clocks.models import Clock

from .actions import move_line
from .models import Decision, Payment, Remedy
from .payment import amount_owed, payment_due_day
from .punishing import UNDONE
from .range_texts import format_cny

Result = Remedy.Result
# What a revoked decision leaves on the line: nothing that was decided or done to carry it out.
REVOKED: dict[str, Any] = {
    **UNDONE, "result": "", "decision_number": "", "fine_cny": None, "confiscated_cny": None, "ground": "",
    "decided_at": None, "service": "", "announced_at": None, "served_at": None, "defer_asked_at": None,
    "defer_until": None, "instalments": "", "late_fee_waived": False, "court_applied_at": None,
}  # fmt: skip


# Payment -------------------------------------------------------------------------------------------------------------
def pay(line: Decision, *, actor: Actor, on: str, amount: Decimal, receipt: str, **given: Any) -> Applied[Decision]:
    """A part or all of the fine or of the late fee; the period of payment ends with the last yuan of the fine."""
    with transaction.atomic():
        moved = move_line(line, "pay", actor=actor, on=on, amount=amount, receipt=receipt, **given)
        owed = amount_owed(line, moved.at)
        left = owed.late_fee_left if on == Payment.Kind.LATE_FEE else owed.fine_left
        if Decimal(amount) > left:
            detail = _("That exceeds the amount due: %(cny)s CNY.") % {"cny": format_cny(left)}
            raise Invalid.field("amount", "too_much", detail)
        _add_payment(moved, on, Decimal(amount), receipt)
        return moved


def set_off(line: Decision, *, actor: Actor, amount: Decimal, receipt: str, **given: Any) -> Applied[Decision]:
    """折抵: a court that fines the act sets the administrative fine off (APL art. 35); what is unpaid falls away."""
    with transaction.atomic():
        moved = move_line(line, "set_off", actor=actor, amount=amount, receipt=receipt, **given)
        if Decimal(amount) > (line.fine_cny or 0):
            raise Invalid.field("amount", "too_much", _("That exceeds the fine."))
        _add_payment(moved, Payment.Kind.SET_OFF, Decimal(amount), receipt)
        return moved


def _add_payment(moved: Applied[Decision], kind: str, amount: Decimal, receipt: str) -> None:
    if amount <= 0:
        raise Invalid.field("amount", "too_little", _("Give an amount above zero."))
    line = moved.thing
    Payment.objects.create(decision=line, kind=kind, amount_cny=amount, paid_at=moved.at, receipt=receipt)
    if not amount_owed(line, moved.at).fine_left:
        stop_clocks(["ADM_PAY"], line, case_id=line.proceeding.case_id, at=moved.at)


def ask_deferral(line: Decision, *, actor: Actor, **given: Any) -> Applied[Decision]:
    at = resolve_time_of(given, not_before=line.state_since)
    return move_line(line, "ask_deferral", actor=actor, changes={"defer_asked_at": at}, **given)


def grant_deferral(line: Decision, *, actor: Actor, defer_until: date, **given: Any) -> Applied[Decision]:
    """暂缓或者分期缴纳: the day granted becomes the last day of payment, and no late fee is counted until then."""
    due, asked = payment_due_day(line), line.defer_asked_at
    if due is not None and defer_until <= due:
        raise Invalid.field("defer_until", "order", _("The deferral ends after the last day of payment."))
    with transaction.atomic():
        moved = move_line(
            line, "grant_deferral", actor=actor, defer_until=defer_until, changes={"defer_asked_at": None}, **given
        )
        running = Clock.objects.running().about(line).filter(rule__code="ADM_PAY").select_related("rule").first()
        if running is not None and asked is not None:
            defer_clock(
                running, ground="defer", paper=line.decision_number, since=asked, last_day=defer_until, at=moved.at,
                actor=actor,
            )  # fmt: skip
        return moved


def refuse_deferral(line: Decision, *, actor: Actor, **given: Any) -> Applied[Decision]:
    return move_line(line, "refuse_deferral", actor=actor, changes={"defer_asked_at": None}, **given)


def waive_late_fee(line: Decision, *, actor: Actor, **given: Any) -> Applied[Decision]:
    """An agreement on execution may let the added fine go where the party made good (ACL art. 42)."""
    return move_line(line, "waive_late_fee", actor=actor, changes={"late_fee_waived": True}, **given)


# Remedies ------------------------------------------------------------------------------------------------------------
def seek_remedy(line: Decision, *, actor: Actor, remedy: str, body: str, **given: Any) -> Applied[Decision]:
    """复议、诉讼: execution is not stayed by it, but the late fee is not counted meanwhile (APL art. 73)."""
    with transaction.atomic():
        moved = move_line(line, "seek_remedy", actor=actor, remedy=remedy, body=body, **given)
        Remedy.objects.create(decision=line, kind=remedy, body=body, sought_at=moved.at)
        return moved


def _noting(verb: str, column: str) -> Callable[..., Applied[Decision]]:
    def act(line: Decision, *, actor: Actor, **given: Any) -> Applied[Decision]:
        with transaction.atomic():
            moved = move_line(line, verb, actor=actor, **given)
            line.remedies.filter(ended_at=None).update(**{column: moved.at})
            return moved

    return act


def _ending(verb: str, result: str, changes: dict[str, Any] | None = None) -> Callable[..., Applied[Decision]]:
    def act(line: Decision, *, actor: Actor, **given: Any) -> Applied[Decision]:
        with transaction.atomic():
            moved = move_line(line, verb, actor=actor, changes=changes, **given)
            line.remedies.filter(ended_at=None).update(ended_at=moved.at, result=result)
            return moved

    return act


# Enforcement, publication, ban, limitation ---------------------------------------------------------------------------
def _stamped(verb: str, **columns: Callable[[datetime], Any]) -> Callable[..., Applied[Decision]]:
    """A verb that notes on the line when it happened."""

    def act(line: Decision, *, actor: Actor, **given: Any) -> Applied[Decision]:
        at = resolve_time_of(given, not_before=line.state_since)
        changes = {name: value(at) for name, value in columns.items()}
        return move_line(line, verb, actor=actor, changes=changes, **given)

    return act


def record_finding(line: Decision, *, actor: Actor, found_on: date, **given: Any) -> Applied[Decision]:
    """Limitation (追责时效) runs from the end of the act and stops when it is found (APL art. 36)."""
    if found_on > times.today():
        raise Invalid.field("found_on", "future", _("This date is in the future."))
    with transaction.atomic():
        moved = move_line(line, "record_finding", actor=actor, found_on=found_on, **given)
        found = datetime.combine(found_on, time.min, SHANGHAI) + timedelta(hours=12)
        stop_clocks(["ADM_LIMITATION"], moved.thing, case_id=line.proceeding.case_id, at=found)
        return moved


LINE_ACTIONS: dict[str, Callable[..., Any]] = {
    "pay": pay,
    "set_off": set_off,
    "ask_deferral": ask_deferral,
    "grant_deferral": grant_deferral,
    "refuse_deferral": refuse_deferral,
    "waive_late_fee": waive_late_fee,
    "seek_remedy": seek_remedy,
    "accept_remedy": _noting("accept_remedy", "accepted_at"),
    "take_copy": _noting("take_copy", "copy_at"),
    "reply": _noting("reply", "replied_at"),
    "refuse_remedy": _ending("refuse_remedy", Result.NOT_ACCEPTED),
    "withdraw_remedy": _ending("withdraw_remedy", Result.WITHDRAWN),
    "uphold": _ending("uphold", Result.UPHELD),
    "change": _ending("change", Result.CHANGED),
    "revoke": _ending("revoke", Result.REVOKED, REVOKED),
    "apply_court": _stamped("apply_court", court_applied_at=lambda at: at),
    "publish": _stamped("publish", published_at=lambda at: at, unpublished_at=lambda at: None),
    "unpublish": _stamped("unpublish", unpublished_at=lambda at: at),
    "record_finding": record_finding,
}
