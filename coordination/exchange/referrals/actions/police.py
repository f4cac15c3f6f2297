"""Leads to the economic-crime police, which review them for filing (公通字〔2017〕25号 art. 15)."""

from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.transitions import TransitionResult
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid

from ..models import Referral
from .criminal import accept_transfer, file_transfer
from .drafting import receiver_by_code
from .transitions import Actions, pass_to


def forward_lead(lead: Referral, *, actor: Actor, receiver: str, **given: Any) -> TransitionResult[Referral]:
    """转送 to the competent police (公通字〔2017〕25号 art. 14)."""
    target = receiver_by_code(lead.kind, receiver, lead.case, actor)
    if target == lead.sender:
        raise Invalid.field("receiver", "choice", _("Leads of economic crime go to an agency of public security."))
    return pass_to(lead, "forward", target, actor=actor, receiver=receiver, **given)


ACTIONS: Actions = {"accept": accept_transfer, "file": file_transfer, "forward": forward_lead}
