"""Fields, lines, labels and conditions that the workflows of referrals share."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.proxy_recording import Rule
from agencies.kernel.workflow import Labels, Need, Transition, Workflow, alone, condition, prepares
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from cases.casefile.consent import consent, for_disclosing
from coordination.exchange.letters.fields import case_open
from coordination.exchange.letters.tables import bilateral, internal

from ..access import addressee_staff, issuer_staff, receiver_reads, receiver_staff, sender_staff
from ..corrections import awaits_receipt
from ..models import Referral
from ..packages import is_as_sent

S = Referral.State
# What a connected system of the receiver does: it signs receipts in the name of an officer, and prepares answers.
RECEIVES = alone(ApiKey.Scope.REFERRALS_RECEIVE)
ANSWERS = prepares(ApiKey.Scope.REFERRALS_ANSWER)
# States in which the receiver has no package, or does not work with it.
NOT_HELD = frozenset(
    {
        *(*Referral.DRAFTS, S.HEAD_DECISION, S.REFUSED_INTERNAL, S.APPROVED, S.DELIVERED),
        *(S.RETURNED, S.DECLINED, S.WITHDRAWN, S.OUT_OF_SCOPE, S.NOT_FILED_FINAL, S.KEPT),
    }
)


@condition("correction", _("No correction of the package waits for its receipt."))
def correction_waits(referral: Referral) -> bool:
    return awaits_receipt(referral)


@condition("receipt", _("Sign the receipt first: it opens the package."))
def package_is_open(referral: Referral) -> bool:
    return receiver_reads(referral)


def table(
    name: str, *, transitions: Mapping[str, Transition], labels: Mapping[str, Labels], hands_facts: bool = True
) -> Workflow:
    """The table of a kind. Where it hands over facts, the receiver confirms that it has the corrections of them."""
    reached = {line.to for line in transitions.values() if line.to} - NOT_HELD
    receipt = bilateral(
        *reached,
        to=None,
        by=receiver_staff,
        fields=(NOTE,),
        needs=(correction_waits, package_is_open),
        beside=True,
        machine=RECEIVES,
    )
    lines = {**transitions, "confirm_correction": receipt} if hands_facts else transitions
    return Workflow(name, S, lines, labels, final=frozenset(Referral.ENDED))


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
        "confirm_receipt": bilateral(*states, by=addressee_staff, fields=(NOTE,), machine=RECEIVES, **common),
        "record_service": bilateral(*states, by=issuer_staff, fields=(PROOF, NOTE), **common),
    }


def _asked_before_sending(referral: Referral, answers: Any, actor: Actor) -> list[Agency]:
    """The originating agencies of an H2 case whose consent is missing. The law orders copies of a transfer and of a
    penalty decision (D310 art. 6)."""
    if referral.decision_id or (referral.kind == Referral.Kind.COPY and referral.parent_id):
        return []
    return for_disclosing(referral.case, [referral.receiver, *referral.also_to.all()], actor)


# What they consented to is this text, these choices and this addressee.
SENT_WITH_CONSENT = consent(
    _asked_before_sending,
    lambda referral, answers: {"receiver": referral.receiver.code, "version": referral.version},
)
PROOF = ActionField("paper", _("Proof of service"), max_length=200, help=_("Number of the proof, or what it is."))
NUMBER = ActionField("external_number", _("Number of the criminal case"), max_length=80)
LETTER = ActionField("letter", _("Text of the letter"), kind="long")
ENDING = ActionField("ending_reason", _("Reasons"), kind="long", stores=True)


def changed_since_return(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """What came back is not sent again as it was."""
    if not (referral.state == S.RETURNED and referral.to_revise and is_as_sent(referral)):
        return None
    detail = gettext(
        "%(agency)s returned exactly this. Change the letter or its addressee, or attach what is missing, before you "
        "send it again."
    )
    return UnmetCondition("unchanged", detail % {"agency": referral.receiver.name})


def drafted(
    *asks: ActionField, by: Rule, needs: tuple[Need, ...] = (case_open,), keeps: str = "", **on_sending: Any
) -> dict[str, Transition]:
    """Drafting and sending, again after a return for completion. `by` sends it. `keeps` names a field that stays as it
    was once the letter came back."""
    changed = tuple(field for field in asks if field.name != keeps)
    begins = (S.DRAFT, S.RETURNED)
    return {
        "edit": internal(S.DRAFT, to=None, by=sender_staff, fields=asks, writes=True),
        "send": bilateral(
            *begins, to=S.SENT, by=by, needs=(*needs, changed_since_return), **{"fields": (NOTE,)} | on_sending
        ),
        "change": internal(S.RETURNED, to=None, by=sender_staff, fields=changed, writes=True),
    }


def turned_down(*states: str, stops: tuple[str, ...]) -> dict[str, Transition]:
    """The receiver returns it for completion, or declines it."""
    return {
        "return": bilateral(*states, to=S.RETURNED, by=receiver_staff, fields=(REASON,), stops=stops, machine=ANSWERS),
        "decline": bilateral(*states, to=S.DECLINED, by=receiver_staff, fields=(ENDING,), stops=stops, machine=ANSWERS),
    }


def withdrawal(*states: str) -> dict[str, Transition]:
    """The sender withdraws what was not dealt with, and all its periods end."""
    return {"withdraw": bilateral(*states, to=S.WITHDRAWN, by=sender_staff, fields=(ENDING,), stops=("*",))}


LABELS = {
    "draft": Labels(_("Draft"), _("started a draft")),
    "edit": Labels(_("Edit"), _("edited the draft")),
    "change": Labels(_("Change the letter"), _("changed the returned letter"), "primary"),
    "confirm_receipt": Labels(_("Confirm receipt of the notice"), _("confirmed that it received the notice")),
    "confirm_correction": Labels(
        _("Confirm receipt of the correction"), _("confirmed that it received the correction")
    ),
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
