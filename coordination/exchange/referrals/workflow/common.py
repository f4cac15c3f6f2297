"""Fields, lines, labels and conditions that the workflows of referrals share."""

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
    "send": Labels(_("Send"), _("sent the letter"), "primary"),
    "return": Labels(_("Return for completion"), _("returned it for completion")),
    "submit": Labels(_("Submit for decision"), _("submitted the report for decision"), "primary"),
    "revise": Labels(_("Return for revision"), _("returned the report for revision")),
    "refuse": Labels(_("Do not approve"), _("did not approve it"), "danger"),
    "not_file": Labels(_("Do not file"), _("decided not to file"), "danger"),
    "hand_goods": Labels(_("Record hand-over of goods"), _("handed over goods and papers")),
    "propose": Labels(_("Submit for decision"), _("submitted a proposed decision to the responsible person")),
    "propose_withdrawal": Labels(
        _("Propose to withdraw the transfer"), _("proposed to the responsible person to withdraw the transfer")
    ),
    "propose_filing": Labels(_("Submit the filing for decision"), _("submitted the filing to the responsible person")),
    "return_proposal": Labels(_("Return for revision"), _("returned the proposed decision for revision")),
    "ask_correction": Labels(
        _("Ask the superior to order correction"), _("asked the superior to order the other side to act")
    ),
    "withdraw": Labels(_("Withdraw"), _("withdrew the referral"), "danger"),
}
