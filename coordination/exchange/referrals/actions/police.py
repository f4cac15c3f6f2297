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
from .drafting import edit_referral, request
from .requests import accept_request, send_request
from .transitions import pass_to

S, K = Referral.State, Referral.Kind


def transfer_eco_lead(case: Case, *, actor: Actor, receiver: str, **given: Any) -> Referral:
    """经侦线索: a lead, not a transfer of a suspected crime; the police review it for filing (公通字〔2017〕25号 art.
    15)."""
    if receiver not in dict(police_agencies(case, actor)):
        raise Invalid.field("receiver", "choice", _("Leads of economic crime go to an agency of public security."))
    return request(case, actor=actor, verb="transfer_eco_lead", kind=K.ECO_LEAD, receiver=receiver, **given)


def enquire_identity(case: Case, *, actor: Actor, receiver: str, parties: Iterable[str] = (), **given: Any) -> Referral:
    """身份核查: asks another police force to identify a person (MPSP art. 353)."""
    if receiver not in dict(investigating_agencies(case, actor)):
        raise Invalid.field("receiver", "choice", _("Identity enquiries are made between police forces only."))
    with atomic():
        enquiry = request(case, actor=actor, verb="enquire_identity", kind=K.IDENTITY, receiver=receiver, **given)
        enquiry.parties.set(case.parties.filter(pk__in=list(parties)))
        return enquiry


def forward_lead(lead: Referral, *, actor: Actor, receiver: str, **given: Any) -> Applied[Referral]:
    """转送 to the competent police (公通字〔2017〕25号 art. 14)."""
    if receiver not in dict(police_agencies(lead.case, actor)) or receiver == lead.sender.code:
        raise Invalid.field("receiver", "choice", _("Leads of economic crime go to an agency of public security."))
    target = agency_by_code(receiver, field="receiver")
    return pass_to(lead, "forward", target, actor=actor, receiver=receiver, **given)


ECO_LEAD_ACTIONS: dict[str, Callable[..., Applied[Referral]]] = {
    "edit": edit_referral,
    "send": send_request,
    "accept": accept_transfer,
    "file": file_transfer,
    "forward": forward_lead,
    **proposing.ACTIONS,
}
IDENTITY_ACTIONS: dict[str, Callable[..., Applied[Referral]]] = {
    "edit": edit_referral,
    "send": send_request,
    "accept": accept_request,
}
