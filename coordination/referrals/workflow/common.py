"""What the tables of referrals share."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import Ask
from agencies.kernel.moves import Words
from agencies.kernel.refusals import Missing
from cases.casefile.choices import other_organs
from cases.casefile.models import Case

from ..models import Referral


def case_open(referral: Referral, actor: Actor) -> Missing | None:
    closed = referral.case.state == Case.State.CLOSED
    return Missing("case", gettext("The case is closed. Its lead organ can reopen it.")) if closed else None


def system_only(actor: Actor, referral: Referral) -> bool:
    """What follows from an act on another referral."""
    return actor.is_system


RECEIVER = Ask("receiver", _("Receiving organ"), kind="choice", choices=other_organs)
TITLE = Ask("title", _("Title"), max_length=300, stores=True)
LETTER = Ask("letter", _("Text of the letter"), kind="long")
ENDING = Ask("ending_reason", _("Reasons"), kind="long", stores=True)

WORDS = {
    "draft": Words(_("Draft"), _("started a draft")),
    "edit": Words(_("Edit"), _("edited the draft")),
    "withdraw": Words(_("Withdraw"), _("withdrew the referral"), "danger"),
}
