"""Workflows of returns from criminal justice: reverse transfer (反向移送) and procuratorial opinion (检察意见)."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels
from cases.proceedings.handing import RESUMABLE
from cases.proceedings.models import Proceeding, Suspect
from coordination.exchange.letters.fields import case_open
from coordination.exchange.letters.tables import announced, bilateral

from ..access import receiver_chief, receiver_staff, sender_chief, sender_staff
from ..goods import may_go, something_to_hand, suggested
from ..models import Referral
from ..starts import (
    ANY_CRIMINAL_ORIGIN,
    CRIMINAL_ORIGIN,
    GOES_WITH,
    GROUND,
    MEASURE_DUE,
    PARTIES,
    TITLE,
    TO_ADMINISTRATIVE,
    WHY_RETURNED,
)
from .common import ANSWERS, LABELS, drafted, receipts, table, withdrawal
from .silence import asking_correction

S, P, U = Referral.State, Proceeding.State, Suspect.State
LET_GO = (U.DROPPED, U.NOT_PROSECUTED)
ENDED_WITHOUT_GUILT = (Proceeding.Outcome.WITHDRAWN, Proceeding.Outcome.NOT_PROSECUTED)


def let_go(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """No party returns to administrative handling while the criminal proceeding is still about them (MPSP art. 186)."""
    origin = referral.origin
    if origin is None:
        return None
    named = list(referral.parties.values_list("pk", flat=True))
    held = origin.suspects.exclude(state__in=LET_GO).select_related("party")
    if named:
        held = held.filter(party__in=named)
    elif origin.outcome in ENDED_WITHOUT_GUILT:
        return None
    names = ", ".join(line.party.name for line in held)
    if names:
        detail = gettext(
            "Still in the criminal proceeding: %(names)s. Withdraw the case or record non-prosecution "
            "first, or choose others."
        )
        return UnmetCondition("held", detail % {"names": names})
    if not named and not origin.suspects.exists():
        detail = gettext(
            "The criminal proceeding is still open. Withdraw it first, or name the parties who are returned."
        )
        return UnmetCondition("held", detail)
    return None


def reason_written(referral: Referral, actor: Actor) -> UnmetCondition | None:
    return None if referral.report.strip() else UnmetCondition("report", gettext("The reasons are empty."))


def resumable(referral: Any, actor: Actor) -> list[tuple[str, str]]:
    """The receiver's own administrative proceedings on this case that may resume, or still run for others."""
    own = Proceeding.objects.filter(case=referral.case_id, agency=actor.agency_id).exclude(
        kind=Proceeding.Kind.CRIMINAL
    )
    running = (P.VERIFY, P.FILED_ADM, P.INVESTIGATE)
    return [(str(one.pk), str(one)) for one in own.filter(state__in=(*RESUMABLE, *running)).order_by("opened_at", "pk")]


def _first_of(referral: Any, actor: Actor) -> str:
    return next((pk for pk, _name in resumable(referral, actor)), "")


RECEIVER = replace(TO_ADMINISTRATIVE, required=False)
RESUMES = ActionField(
    "resumed",
    _("Proceeding to resume"),
    kind="choice",
    required=False,
    choices=resumable,
    initial=_first_of,
    help=_("Empty: a new one is opened."),
)
RESULT = ActionField("answer", _("Result: decision, or reason for no decision"), kind="long", stores=True)

GOODS = ActionField(
    "lots",
    _("Goods transferred with them"),
    kind="choices",
    choices=may_go,
    initial=suggested,
    of_new=True,
    help=_(
        "Goods that concern only their acts are preselected. The receiver confirms each lot; until "
        "then your measure continues."
    ),
)

_SEND = (case_open, reason_written, let_go)
# fmt: off
REVERSE_TRANSITIONS = {
    # verb from to who may needs / fields clocks
    **drafted(RECEIVER, CRIMINAL_ORIGIN, PARTIES, GROUND, TITLE, WHY_RETURNED, *GOES_WITH, by=sender_chief, needs=_SEND, keeps="receiver", stops=("REV_TRANSFER", "INT_REVERSE"), paper="REV_LETTER"),
    "accept":         announced(S.SENT,           to=S.RESUMED,    by=receiver_staff,    needs=(case_open,), fields=(RESUMES, NOTE), machine=ANSWERS),
    "object":         bilateral(S.SENT,           to=S.RETURNED,   by=receiver_chief,    fields=(REASON,), machine=ANSWERS),
    "report":         bilateral(S.RESUMED,        to=S.REPORTED,   by=receiver_staff,    fields=(RESULT,), machine=ANSWERS),
    "hand_goods":     bilateral(S.RESUMED, S.REPORTED, to=None,    by=sender_staff,      needs=(something_to_hand,), fields=(GOODS, NOTE), paper="GOODS_HANDOVER"),
    **withdrawal(S.DRAFT, S.SENT, S.RETURNED),
}
OPINION_TRANSITIONS = {
    # verb from to who may needs / fields clocks
    **drafted(RECEIVER, ANY_CRIMINAL_ORIGIN, PARTIES, TITLE, MEASURE_DUE, *GOES_WITH, by=sender_staff, needs=_SEND, starts=("REV_PROC_OPINION",), paper="PROC_OP", notice=True),
    "accept":         announced(S.SENT,           to=S.RESUMED,    by=receiver_staff,    needs=(case_open,), fields=(RESUMES, NOTE), receives=True, machine=ANSWERS),
    "object":         bilateral(S.SENT,           to=S.RETURNED,   by=receiver_chief,    fields=(REASON,), stops=("*",), machine=ANSWERS),
    **asking_correction(S.SENT, S.RESUMED, by=sender_staff),
    "report":         bilateral(S.RESUMED,        to=S.REPORTED,   by=receiver_staff,    fields=(RESULT,),                               stops=("REV_PROC_OPINION",), machine=ANSWERS),
    **receipts(S.SENT),
    **withdrawal(S.DRAFT, S.SENT, S.RETURNED),
}
# fmt: on

REVERSE_LABELS = LABELS | {
    "send": Labels(_("Return the matter"), _("sent the letter"), "primary"),
    "accept": Labels(
        _("Sign receipt and resume"), _("received the returned matter and resumed its proceeding"), "primary"
    ),
    "object": Labels(_("Answer with an objection"), _("answered with an objection"), "danger"),
    "report": Labels(_("Report the result"), _("reported the result"), "primary"),
}
OPINION_LABELS = REVERSE_LABELS | {"send": Labels(_("Send the opinion"), _("sent the letter"), "primary")}

REVERSE = table("reverse transfer", transitions=REVERSE_TRANSITIONS, labels=REVERSE_LABELS)
PROC_OPINION = table("procuratorial opinion", transitions=OPINION_TRANSITIONS, labels=OPINION_LABELS)
