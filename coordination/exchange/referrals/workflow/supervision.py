"""Workflow of supervision of filing (立案监督): sender the agency, receiver the procuratorate, respondent the police.

SPPR arts. 557–565, MPSP art. 182. Its parent is the transfer that was not filed.
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.action_fields import NOTE, ActionField
from agencies.kernel.actor import Actor, system_only
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels
from cases.clocks.models import Clock
from coordination.exchange.letters.tables import bilateral, internal

from ..access import (
    receiver_office_holder,
    receiver_preparer,
    receiver_staff,
    respondent_preparer,
    respondent_responsible,
    respondent_staff,
    sender_staff,
)
from ..models import Referral
from .common import ANSWERS, ENDING, LABELS, LETTER, NUMBER, receipts, table, withdrawal
from .proposing import no_proposal_of_own, proposing, returning
from .silence import ABOVE, asking_correction
from .steps import RECEIVER_SIDE, RESPONDENT

S = Referral.State


def order_is_overdue(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """纠正违法通知书 follows only when the police did not file within the time of the order (SPPR art. 564)."""
    if referral.notice_pending:
        return UnmetCondition("order", gettext("Receipt of the order is not recorded: its period has not begun."))
    clock = Clock.objects.about(referral).running().filter(rule__code="SUP_FILE").first()
    if clock is None or clock.is_overdue():
        return None
    return UnmetCondition("order", gettext("The period that the order gives the police has not ended yet."))


def three_months_passed(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """立案监督案件催办函 may be sent when the investigation is not over three months after filing (SPPR art. 564)."""
    opened = referral.parent.proceeding if referral.parent else None
    clock = opened and Clock.objects.about(opened).filter(rule__code="SUP_CHASE").first()
    if not clock:
        return None
    if clock.stopped_at is not None:
        return UnmetCondition("investigation", gettext("The investigation is concluded: no reminder is needed."))
    if clock.due_at is not None and clock.due_at > times.now():
        return UnmetCondition("early", gettext("Three months have not passed since the case was filed."))
    return None


def police_undecided(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """纠正意见 on delay: the police have neither filed nor refused (SPPR art. 562)."""
    parent = referral.parent
    decided = parent is not None and Event.objects.filter(
        object_kind=parent.clock_kind, object_id=parent.pk, verb__in=["file", "not_file"]
    )
    if decided and decided.exists():
        return UnmetCondition("decided", gettext("The police have decided: examine their reasons."))
    return None


# Seven days to explain a non-filing (SPPR art. 560), or why there is no decision in time (art. 562).
REASONS_DUE = ("SUP_EXPLAIN", "SUP_OVERDUE")
REASONS = ActionField("letter", _("Reasons"), kind="long")

# fmt: off
_EXAMINED = (S.SUGGESTED, S.REASONS_ASKED, S.EXPLAINED, S.REASONS_STAND)
TRANSITIONS = {
    # verb from to who may needs / fields clocks
    "dismiss":        bilateral(S.SUGGESTED,      to=S.DECLINED,        by=receiver_staff,      fields=(ENDING,),               stops=("INT_SIGN",)),
    "ask_reasons":    bilateral(S.SUGGESTED,      to=S.REASONS_ASKED,   by=receiver_staff,      fields=(LETTER,),               starts=REASONS_DUE, stops=("INT_SIGN",), paper="SUP_WHY", notice=True),
    "explain":        bilateral(S.REASONS_ASKED,  to=S.EXPLAINED,       by=respondent_staff,    fields=(REASONS,),              stops=REASONS_DUE, receives=True, machine=ANSWERS),
    "uphold_reasons": bilateral(S.EXPLAINED,      to=S.REASONS_STAND,   by=receiver_staff,      fields=(REASONS,),              starts=("SUP_INFORM",)),
    "tell_agency":    bilateral(S.REASONS_STAND,  to=S.REASONS_TOLD,    by=receiver_staff,      fields=(NOTE,),                 stops=("SUP_INFORM",)),
    # Also if the police stay silent: reasons not given cannot be sufficient.
    "order_filing":   bilateral(S.REASONS_ASKED, S.EXPLAINED, to=S.ORDERED, by=receiver_office_holder, needs=(no_proposal_of_own,), fields=(LETTER,),               starts=("SUP_FILE",), stops=REASONS_DUE, paper="SUP_FILE", signs=True, notice=True),
    "demand_correction": bilateral(S.ORDERED,        to=None,              by=receiver_staff,      fields=(LETTER,), needs=(order_is_overdue,)),
    "urge_decision":  bilateral(S.REASONS_ASKED, S.EXPLAINED, to=None, by=receiver_staff,       fields=(LETTER,), needs=(police_undecided,)),
    "report_up":      internal(S.ORDERED,        to=None,              by=receiver_staff,      fields=(ABOVE, LETTER,), needs=(order_is_overdue,)),
    **asking_correction(S.SUGGESTED, S.EXPLAINED, S.REASONS_STAND, by=sender_staff),
    "obey":           bilateral(S.ORDERED,        to=S.ORDER_OBEYED,    by=respondent_responsible, needs=(no_proposal_of_own,), fields=(NUMBER, NOTE),          starts=("SUP_CHASE",), stops=("SUP_FILE",), paper="FILE_CRM", signs=True, receives=True, machine=ANSWERS),
    "note_filing":    bilateral(*_EXAMINED, S.ORDERED, to=S.ORDER_OBEYED, by=system_only,                               starts=("SUP_CHASE",), stops=("*",), system=True),
    "remind":            bilateral(S.ORDER_OBEYED,   to=None,              by=receiver_staff,      fields=(LETTER,), needs=(three_months_passed,)),
    **receipts(S.REASONS_ASKED, S.ORDERED),
    **withdrawal(*_EXAMINED),
}
# fmt: on

SUPERVISION_LABELS = LABELS | {
    "suggest": Labels(_("Request supervision of filing"), _("requested supervision of filing")),
    "dismiss": Labels(_("Decline the request"), _("declined the request for supervision"), "danger"),
    "ask_reasons": Labels(
        _("Ask the police for their reasons"), _("asked the police why they did not file"), "primary"
    ),
    "explain": Labels(_("Explain the non-filing"), _("explained why they did not file"), "primary"),
    "uphold_reasons": Labels(_("Uphold the reasons"), _("upheld the reasons for not filing")),
    "tell_agency": Labels(_("Notify the agency"), _("notified the agency that the reasons are upheld"), "primary"),
    "order_filing": Labels(_("Order the police to file"), _("ordered the police to file"), "primary"),
    "demand_correction": Labels(
        _("Send a notice to correct the violation"), _("sent the police a notice to correct the violation")
    ),
    "obey": Labels(_("File the criminal case"), _("filed the criminal case as ordered"), "primary"),
    "note_filing": Labels(_("Record the filing"), _("the police filed the criminal case")),
    "remind": Labels(_("Send reminder on the case"), _("sent a reminder on the case")),
    "urge_decision": Labels(
        _("Send an opinion to correct the delay"), _("sent the police an opinion to correct the delay")
    ),
    "report_up": Labels(
        _("Report to the superior procuratorate"), _("reported the ignored order to the superior procuratorate")
    ),
}
_PROPOSALS = {
    **proposing(
        "propose", ("order_filing",), TRANSITIONS, SUPERVISION_LABELS, by=receiver_preparer, side=RECEIVER_SIDE
    ),
    **proposing("propose_filing", ("obey",), TRANSITIONS, SUPERVISION_LABELS, by=respondent_preparer, side=RESPONDENT),
}
TRANSITIONS |= _PROPOSALS | returning(_PROPOSALS)

SUPERVISION = table("supervision of filing", transitions=TRANSITIONS, labels=SUPERVISION_LABELS, hands_facts=False)
