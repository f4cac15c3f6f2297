"""Conditions shared by the workflows of referrals."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels
from cases.casefile.choices import other_agencies
from cases.casefile.models import Case

from ..models import Referral


def case_open(referral: Referral, actor: Actor) -> UnmetCondition | None:
    closed = referral.case.state == Case.State.CLOSED
    return UnmetCondition("case", gettext("The case is closed. Its lead agency can reopen it.")) if closed else None


def system_only(actor: Actor, referral: Referral) -> bool:
    """Follows from an action on another referral."""
    return actor.is_system


RECEIVER = ActionField("receiver", _("Receiving agency"), kind="choice", choices=other_agencies)
TITLE = ActionField("title", _("Title"), max_length=300, stores=True)
LETTER = ActionField("letter", _("Text of the letter"), kind="long")
ENDING = ActionField("ending_reason", _("Reasons"), kind="long", stores=True)

LABELS = {
    "draft": Labels(_("Draft"), _("started a draft")),
    "edit": Labels(_("Edit"), _("edited the draft")),
    "withdraw": Labels(_("Withdraw"), _("withdrew the referral"), "danger"),
}
