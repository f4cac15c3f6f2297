"""Supervision of filing (立案监督): the procuratorate asks the police for their reasons, and decides."""

from collections.abc import Callable
from typing import Any

from agencies.journal.transitions import Applied, resolve_time_of
from agencies.kernel.actor import Actor
from agencies.kernel.work import atomic
from cases.casefile.actions import lock_case

from ..models import Referral
from ..workflow import workflow_of
from . import proposing
from .criminal import file_transfer
from .non_filing import end_supervision, those_asked, watch_investigation
from .transitions import plain, transition_referral


def ask_reasons(supervision: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    """要求说明不立案理由: from now on the police know of the supervision."""
    at = resolve_time_of(given, not_before=supervision.state_since)
    handler = actor.id if actor.agency_id == supervision.receiver_id else None
    changes = {"signed_at": at, "handler_id": handler}
    return _to_police(supervision, "ask_reasons", actor=actor, changes=changes, **given)


def order_filing(supervision: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    return _to_police(supervision, "order_filing", actor=actor, **given)


def uphold_reasons(supervision: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    return _to_police(supervision, "uphold_reasons", actor=actor, **given)


def demand_correction(supervision: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    """纠正违法通知书: the deadline of the order has passed without a filing."""
    return _to_police(supervision, "demand_correction", actor=actor, **given)


def urge_decision(supervision: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    """纠正意见: the police decide neither to file nor not to file (SPPR art. 562)."""
    return _to_police(supervision, "urge_decision", actor=actor, **given)


def remind(supervision: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    return _to_police(supervision, "remind", actor=actor, **given)


def explain(supervision: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    return transition_referral(supervision, "explain", actor=actor, other=supervision.receiver_id, **given)


def confirm_receipt(supervision: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    return transition_referral(supervision, "confirm_receipt", actor=actor, other=supervision.receiver_id, **given)


def record_service(supervision: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    return _to_police(supervision, "record_service", actor=actor, **given)


def obey(supervision: Referral, *, actor: Actor, external_number: str, **given: Any) -> Applied[Referral]:
    """The police file as ordered: the transfer is filed in the same action."""
    with atomic():
        lock_case(supervision.case_id)
        workflow_of(supervision).check("obey", actor, supervision)
        transfer = supervision.parent
        if transfer is None:
            raise LookupError(f"the supervision {supervision.pk} has no transfer")
        at = resolve_time_of(given, not_before=supervision.state_since)
        applied = transition_referral(
            supervision, "obey", actor=actor, external_number=external_number, other=supervision.receiver_id, **given
        )
        given.pop("version", None)  # the version of the supervision, not of the transfer
        filed = file_transfer(transfer, actor=actor, external_number=external_number, **given)
        watch_investigation(applied.thing, filed.thing, at=at)
        return applied


def dismiss(supervision: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    return _ended(supervision, "dismiss", actor=actor, **given)


def tell_agency(supervision: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    return _ended(supervision, "tell_agency", actor=actor, also=those_asked(supervision), **given)


def withdraw(supervision: Referral, *, actor: Actor, **given: Any) -> Applied[Referral]:
    """The agency withdraws its suggestion and thereby accepts the non-filing."""
    return _ended(supervision, "withdraw", actor=actor, also=those_asked(supervision), **given)


def _ended(supervision: Referral, verb: str, *, actor: Actor, **given: Any) -> Applied[Referral]:
    with atomic():
        applied = transition_referral(supervision, verb, actor=actor, **given)
        end_supervision(applied.thing, at=applied.at)
        return applied


def _to_police(supervision: Referral, verb: str, *, actor: Actor, **given: Any) -> Applied[Referral]:
    return transition_referral(supervision, verb, actor=actor, other=supervision.respondent_id, **given)


ACTIONS: dict[str, Callable[..., Applied[Referral]]] = {
    "ask_reasons": ask_reasons,
    "explain": explain,
    "uphold_reasons": uphold_reasons,
    "tell_agency": tell_agency,
    "order_filing": order_filing,
    "demand_correction": demand_correction,
    "obey": obey,
    **proposing.ACTIONS,
    "remind": remind,
    "urge_decision": urge_decision,
    "report_up": plain("report_up"),
    "ask_correction": plain("ask_correction"),
    "dismiss": dismiss,
    "withdraw": withdraw,
    "confirm_receipt": confirm_receipt,
    "record_service": record_service,
}
