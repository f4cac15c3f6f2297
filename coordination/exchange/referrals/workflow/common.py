"""Conditions shared by the workflows of referrals."""

from functools import partial
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.proxy_recording import Rule
from agencies.kernel.workflow import Labels, Transition, Workflow
from coordination.exchange.letters.fields import case_open
from coordination.exchange.letters.tables import bilateral, internal

from ..access import addressee_staff, issuer_staff, receiver_staff, sender_staff
from ..models import Referral

S = Referral.State
table = partial(Workflow, states=S, final=frozenset(Referral.ENDED))


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
NUMBER = ActionField("external_number", _("Number of the criminal case"), max_length=80)
LETTER = ActionField("letter", _("Text of the letter"), kind="long")
ENDING = ActionField("ending_reason", _("Reasons"), kind="long", stores=True)


def drafted(*asks: ActionField, by: Rule, **on_sending: Any) -> dict[str, Transition]:
    """Drafting and sending, again after a return for completion. `by` sends it."""
    begins = (S.DRAFT, S.RETURNED)
    return {
        "edit": internal(*begins, to=None, by=sender_staff, fields=asks, writes=True),
        "send": bilateral(*begins, to=S.SENT, by=by, **{"needs": (case_open,), "fields": (NOTE,)} | on_sending),
    }


def turned_down(*states: str, stops: tuple[str, ...]) -> dict[str, Transition]:
    """The receiver returns it for completion, or declines it."""
    return {
        "return": bilateral(*states, to=S.RETURNED, by=receiver_staff, fields=(REASON,), stops=stops),
        "decline": bilateral(*states, to=S.DECLINED, by=receiver_staff, fields=(ENDING,), stops=stops),
    }


def withdrawal(*states: str) -> dict[str, Transition]:
    """The sender withdraws what was not dealt with, and all its periods end."""
    return {"withdraw": bilateral(*states, to=S.WITHDRAWN, by=sender_staff, fields=(ENDING,), stops=("*",))}


LABELS = {
    "draft": Labels(_("Draft"), _("started a draft")),
    "edit": Labels(_("Edit"), _("edited the draft")),
    "confirm_receipt": Labels(_("Confirm receipt of the notice"), _("confirmed that it received the notice")),
    "record_service": Labels(_("Record service of the notice"), _("recorded that the notice was served")),
    "withdraw": Labels(_("Withdraw"), _("withdrew the referral"), "danger"),
}
