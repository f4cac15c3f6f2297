"""Post-clearance audit (稽查): notice, start, end."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.journal.transitions import TIME_OF_ACT, TransitionResult, refuse_reversed, resolve_time_of
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import ActionTable
from agencies.kernel.work import atomic

from .actions import move_proceeding
from .models import Proceeding
from .workflow.audit import notice, window_closed, window_ends


def serve_audit(
    proceeding: Proceeding, *, actor: Actor, audit_from: date, **given: Any
) -> TransitionResult[Proceeding]:
    """送达稽查通知书: starts the lead time of the notice, and the window of three years from the release of the
    goods.
    """
    _refuse_outside_window(audit_from, timezone.localdate(resolve_time_of(given, not_before=proceeding.state_since)))
    changes = {"audit_began_at": None, "audit_ended_at": None}
    return move_proceeding(proceeding, "serve_audit", actor=actor, audit_from=audit_from, changes=changes, **given)


def begin_audit(proceeding: Proceeding, *, actor: Actor, **given: Any) -> TransitionResult[Proceeding]:
    """Starts the audit. The time at which it began counts, not the time of recording."""
    served, changes = notice(proceeding), {"audit_began_at": TIME_OF_ACT}
    with atomic():
        applied = move_proceeding(proceeding, "begin_audit", actor=actor, changes=changes, **given)
        if served is not None and served.breach_at is not None and applied.at <= served.breach_at:
            day = date_format(timezone.localtime(served.breach_at), "DATE_FORMAT")
            detail = _("The notice must be served three days before: not before the end of %(day)s.")
            raise Invalid.field("happened_at", "early", detail % {"day": day})
        return applied


def audit_at_once(
    proceeding: Proceeding, *, actor: Actor, audit_from: date, **given: Any
) -> TransitionResult[Proceeding]:
    """不经事先通知: in urgent cases, with the approval of the head of the district customs (CAR art. 10)."""
    at = resolve_time_of(given, not_before=proceeding.state_since)
    _refuse_outside_window(audit_from, timezone.localdate(at))
    changes = {"audit_began_at": at, "audit_ended_at": None}
    return move_proceeding(proceeding, "audit_at_once", actor=actor, audit_from=audit_from, changes=changes, **given)


def end_audit(proceeding: Proceeding, *, actor: Actor, **given: Any) -> TransitionResult[Proceeding]:
    at = resolve_time_of(given, not_before=proceeding.state_since)
    refuse_reversed(at, proceeding.audit_began_at)
    return move_proceeding(proceeding, "end_audit", actor=actor, changes={"audit_ended_at": at}, **given)


def _refuse_outside_window(audit_from: date, on: date) -> None:
    if audit_from > times.today():
        raise Invalid.field("audit_from", "future", _("This date is in the future."))
    if window_ends(audit_from) < on:
        raise Invalid.field("audit_from", "lapsed", window_closed(audit_from))


PROCEEDING_ACTIONS: ActionTable = {
    "serve_audit": serve_audit,
    "begin_audit": begin_audit,
    "audit_at_once": audit_at_once,
    "end_audit": end_audit,
}
