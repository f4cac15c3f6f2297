"""Referrals to the police that are not transfers: leads for filing review, and identity enquiries."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.transitions import Applied
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.work import atomic
from cases.casefile.choices import investigating_agencies, police_agencies
from cases.casefile.models import Case
from cases.sharing.actions import agency_by_code

from ..models import Referral
from . import proposing
from .criminal import accept_transfer, file_transfer
from .drafting import draft, edit_referral
from .requests import accept_request, send_request
from .transitions import transition_referral

S, K = Referral.State, Referral.Kind


def transfer_eco_lead(case: Case, *, actor: Actor, receiver: str, **given: Any) -> Referral:
    """经侦线索: a lead, not a transfer of a suspected crime; the police review it for filing (公通字〔2017〕25号 art.
    15)."""
    if receiver not in dict(police_agencies(case, actor)):
        raise Invalid.field("receiver", "choice", _("Leads of economic crime go to an agency of public security."))
    return draft(
        case,
        "transfer_eco_lead",
        actor=actor,
        kind=K.ECO_LEAD,
        state=S.DRAFT,
        receiver=agency_by_code(receiver, field="receiver"),
        **given,
    )


def enquire_identity(case: Case, *, actor: Actor, receiver: str, parties: Iterable[str] = (), **given: Any) -> Referral:
    """身份核查: asks another police force to identify a person (MPSP art. 353)."""
    if receiver not in dict(investigating_agencies(case, actor)):
        raise Invalid.field("receiver", "choice", _("Identity enquiries are made between police forces only."))
    with atomic():
        enquiry = draft(
            case,
            "enquire_identity",
            actor=actor,
            kind=K.IDENTITY,
            state=S.DRAFT,
            receiver=agency_by_code(receiver, field="receiver"),
            **given,
        )
        enquiry.parties.set(case.parties.filter(pk__in=list(parties)))
        return enquiry


def edit_enquiry(
    enquiry: Referral, *, actor: Actor, parties: Iterable[str] | None = None, **given: Any
) -> Applied[Referral]:
    with atomic():
        applied = transition_referral(enquiry, "edit", actor=actor, **given)
        if parties is not None:
            applied.thing.parties.set(enquiry.case.parties.filter(pk__in=list(parties)))
        return applied


def forward_lead(lead: Referral, *, actor: Actor, receiver: str, **given: Any) -> Applied[Referral]:
    """转送: the competent police start anew; the agency that forwarded it keeps the envelope (公通字〔2017〕25号 art.
    14)."""
    if receiver not in dict(police_agencies(lead.case, actor)) or receiver == lead.sender.code:
        raise Invalid.field("receiver", "choice", _("Leads of economic crime go to an agency of public security."))
    with atomic():
        target, first = agency_by_code(receiver, field="receiver"), lead.receiver
        fresh = {"receiver": target, "holder_id": target.pk, "handler_id": None, "signed_at": None}
        applied = transition_referral(
            lead, "forward", actor=actor, receiver=receiver, also=[target.pk], changes=fresh, **given
        )
        applied.thing.passed_on_by.add(first)
        return applied


ECO_LEAD_ACTIONS: dict[str, Callable[..., Applied[Referral]]] = {
    "edit": edit_referral,
    "send": send_request,
    "accept": accept_transfer,
    "file": file_transfer,
    "forward": forward_lead,
    **proposing.ACTIONS,
}
IDENTITY_ACTIONS: dict[str, Callable[..., Applied[Referral]]] = {
    "edit": edit_enquiry,
    "send": send_request,
    "accept": accept_request,
}
