"""Conditions shared by the workflows of referrals."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Transition
from cases.casefile.choices import other_agencies
from coordination.exchange.letters.tables import bilateral

from ..access import addressee_staff, issuer_staff
from ..models import Referral


def notice_not_received(referral: Referral, actor: Actor) -> UnmetCondition | None:
    if referral.notice_pending:
        return None
    return UnmetCondition("notice", gettext("No notice is waiting for its receipt."))


def receipts(*states: str) -> dict[str, Transition]:
    """Receipt of the notice that led to one of these states: by the addressee, or by the issuer's proof of service.

    The periods of the notice run from the time of receipt.
    """
    common: dict[str, Any] = {"to": None, "needs": (notice_not_received,), "receives": True}
    return {
        "confirm_receipt": bilateral(*states, by=addressee_staff, fields=(NOTE,), **common),
        "record_service": bilateral(*states, by=issuer_staff, fields=(PROOF, NOTE), **common),
    }


PROOF = ActionField("paper", _("Proof of service"), max_length=200, help=_("Number of the proof, or what it is."))
RECEIVER = ActionField("receiver", _("Receiving agency"), kind="choice", choices=other_agencies)
TITLE = ActionField("title", _("Title"), max_length=300, stores=True)
LETTER = ActionField("letter", _("Text of the letter"), kind="long")
ENDING = ActionField("ending_reason", _("Reasons"), kind="long", stores=True)

LABELS = {
    "draft": Labels(_("Draft"), _("started a draft")),
    "edit": Labels(_("Edit"), _("edited the draft")),
    "confirm_receipt": Labels(_("Confirm receipt of the notice"), _("confirmed that it received the notice")),
    "record_service": Labels(_("Record service of the notice"), _("recorded that the notice was served")),
    "withdraw": Labels(_("Withdraw"), _("withdrew the referral"), "danger"),
}
