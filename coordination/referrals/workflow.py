"""The tables of referrals, one per kind."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from agencies.people.models import OfficeHolder, User
from cases.casefile.choices import offences, other_organs
from cases.casefile.models import Case

from .access import receiver_chief, receiver_staff, sender_office_holder, sender_staff
from .models import Referral

S = Referral.State


# Needs ---------------------------------------------------------------------------------------------------------------
def team_of_two(referral: Referral, actor: Actor) -> Missing | None:
    """At least two officers form the team and are named (D310 art. 5)."""
    few = referral.team.count() < 2
    return Missing("team", gettext("Name at least two officers of the team.")) if few else None


def report_written(referral: Referral, actor: Actor) -> Missing | None:
    return None if referral.report.strip() else Missing("report", gettext("The report is empty."))


def offence_named(referral: Referral, actor: Actor) -> Missing | None:
    return None if referral.offence_id else Missing("offence", gettext("Name the suspected offence."))


def not_of_the_team(referral: Referral, actor: Actor) -> Missing | None:
    """Nobody approves his own team's report, nor one that he drafted for it."""
    if str(referral.drafter_id) == actor.id:
        return Missing("own_report", gettext("You drafted this report yourself."))
    own = referral.team.filter(pk=actor.id).exists() if actor.kind == "user" else False
    return Missing("own_report", gettext("You are a member of the team that wrote the report.")) if own else None


def somebody_can_approve(referral: Referral, actor: Actor) -> Missing | None:
    """No eligible approver is an alarm, never automatic approval."""
    holders = OfficeHolder.objects.current().filter(organ=referral.sender_id, user__is_active=True)
    if holders.exclude(user__in=referral.team.all()).exclude(user=referral.drafter_id).exists():
        return None
    return Missing("approver", gettext("No office holder outside the team can decide. Appoint one acting first."))


def case_open(referral: Referral, actor: Actor) -> Missing | None:
    closed = referral.case.state == Case.State.CLOSED
    return Missing("case", gettext("The case is closed. Its lead organ can reopen it.")) if closed else None


# Asks ----------------------------------------------------------------------------------------------------------------
def _colleagues(referral: Any, actor: Actor) -> list[tuple[str, str]]:
    return [(str(u.pk), u.name) for u in User.objects.filter(organ=actor.organ_id, is_active=True).order_by("username")]


RECEIVER = Ask("receiver", _("Receiving organ"), kind="choice", choices=other_organs)
OFFENCE = Ask("offence", _("Suspected offence"), kind="choice", choices=offences)
TEAM = Ask("team", _("Team (at least two officers)"), kind="choices", required=False, choices=_colleagues)
REPORT = Ask("report", _("Report: facts, evidence, basis, recommendation"), kind="long", stores=True, required=False)
TITLE = Ask("title", _("Title"), max_length=300, stores=True)
REQUEST = Ask("report", _("What is asked, and why"), kind="long", stores=True)
PAPERS = Ask("asked_papers", _("Missing papers"), kind="long", stores=True)
NUMBER = Ask("external_number", _("Number of the criminal case"), max_length=80)
SUPPLIED = Ask("supplied", _("What is supplied"), kind="long")
ENDING = Ask("ending_reason", _("Reasons"), kind="long", stores=True)
ANSWER = Ask("answer", _("Answer"), kind="long", stores=True)
DRAFT_ASKS = (RECEIVER, OFFENCE, TITLE, REPORT, TEAM)
OWN, PAIR, STATUS = Reach.OWN, Reach.PAIR, Reach.STATUS

# Tables --------------------------------------------------------------------------------------------------------------
_BEFORE_RECEIPT = (S.DRAFT_REPORT, S.HEAD_DECISION, S.APPROVED, S.DELIVERED)
# fmt: off
CRIMINAL_TRANSFER_MOVES = {
    # verb             from                       to                    who may                   needs / asks                                           clocks
    "edit":           move(S.DRAFT_REPORT,        to=None,              by=sender_staff,          asks=DRAFT_ASKS, reach=OWN),
    "submit":         move(S.DRAFT_REPORT,        to=S.HEAD_DECISION,   by=sender_staff,          needs=(case_open, report_written, offence_named, team_of_two, somebody_can_approve), asks=(NOTE,), reach=OWN, starts=("TRF_APPROVE",), paper="TRF_REPORT"),
    "approve":        move(S.HEAD_DECISION,       to=S.APPROVED,        by=sender_office_holder,  needs=(not_of_the_team,), asks=(NOTE,), reach=OWN,     starts=("TRF_HANDOVER",), stops=("TRF_APPROVE",), paper="TRF_LETTER"),
    "refuse":         move(S.HEAD_DECISION,       to=S.REFUSED_INTERNAL,by=sender_office_holder,  needs=(not_of_the_team,), asks=(ENDING,), reach=OWN,   stops=("TRF_APPROVE",)),
    "revoke":         move(S.APPROVED,            to=S.DRAFT_REPORT,    by=sender_office_holder,  asks=(REASON,), reach=OWN,                             stops=("TRF_HANDOVER",)),
    "deliver":        move(S.APPROVED,            to=S.DELIVERED,       by=sender_staff,          needs=(case_open,), asks=(NOTE,), reach=PAIR,          stops=("TRF_HANDOVER",)),
    "accept":         move(S.DELIVERED,           to=S.ACCEPTED,        by=receiver_staff,        asks=(NOTE,), reach=PAIR,                              starts=("REVIEW", "TRF_SUPPLEMENT_ASK"), paper="TRF_RECEIPT"),
    "ask_supplement": move(S.ACCEPTED,            to=S.SUPPLEMENT,      by=receiver_staff,        asks=(PAPERS,), reach=PAIR,                            starts=("TRF_SUPPLEMENT",), stops=("TRF_SUPPLEMENT_ASK",), paper="SUPPL"),
    "supply":         move(S.SUPPLEMENT,          to=S.ACCEPTED,        by=sender_staff,          asks=(SUPPLIED,), reach=PAIR,                          stops=("TRF_SUPPLEMENT",)),
    "file":           move(S.ACCEPTED, S.SUPPLEMENT, to=S.FILED,        by=receiver_chief,        needs=(case_open,), asks=(NUMBER, NOTE), reach=STATUS,                     starts=("TRF_GOODS",), stops=("REVIEW", "TRF_SUPPLEMENT", "TRF_SUPPLEMENT_ASK"), paper="FILE_CRM"),
    "not_file":       move(S.ACCEPTED, S.SUPPLEMENT, to=S.NOT_FILED,    by=receiver_chief,        asks=(ENDING,), reach=PAIR,                            starts=("TRF_RECON_APPLY",), stops=("REVIEW", "TRF_SUPPLEMENT", "TRF_SUPPLEMENT_ASK"), paper="NOFILE"),
    "hand_goods":     move(S.FILED,               to=None,              by=sender_staff,          asks=(NOTE,), reach=PAIR,                              stops=("TRF_GOODS",), paper="GOODS_HANDOVER"),
    "withdraw":       move(*_BEFORE_RECEIPT,      to=S.WITHDRAWN,       by=sender_staff,          asks=(ENDING,), reach=PAIR,                            stops=("*",)),
}

ASSISTANCE_MOVES = {
    # verb             from                       to                    who may                   asks                                                   clocks
    "edit":           move(S.DRAFT, S.RETURNED,   to=None,              by=sender_staff,          asks=(TITLE, REQUEST), reach=OWN),
    "send":           move(S.DRAFT, S.RETURNED,   to=S.SENT,            by=sender_staff,          needs=(case_open,), asks=(NOTE,), reach=PAIR,          starts=("INT_ASSIST",), paper="ASSIST"),
    "accept":         move(S.SENT,                to=S.IN_WORK,         by=receiver_staff,        asks=(NOTE,), reach=PAIR),
    "return":         move(S.SENT,                to=S.RETURNED,        by=receiver_staff,        asks=(REASON,), reach=PAIR,                            stops=("INT_ASSIST",)),
    "decline":        move(S.SENT,                to=S.DECLINED,        by=receiver_staff,        asks=(ENDING,), reach=PAIR,                            stops=("INT_ASSIST",)),
    "answer":         move(S.IN_WORK,             to=S.ANSWERED,        by=receiver_staff,        asks=(ANSWER,), reach=PAIR,                            stops=("INT_ASSIST",), paper="ASSIST_RE"),
    "withdraw":       move(S.DRAFT, S.SENT, S.RETURNED, to=S.WITHDRAWN, by=sender_staff,          asks=(ENDING,), reach=PAIR,                            stops=("*",)),
}

LEAD_TRANSFER_MOVES = {
    # verb             from                       to                    who may                   asks                                                   clocks
    "edit":           move(S.DRAFT, S.RETURNED,   to=None,              by=sender_staff,          asks=(TITLE, REQUEST), reach=OWN),
    "send":           move(S.DRAFT, S.RETURNED,   to=S.SENT,            by=sender_staff,          needs=(case_open,), asks=(NOTE,), reach=PAIR,          starts=("INT_ASSIST",), paper="LEAD"),
    "accept":         move(S.SENT,                to=S.TAKEN_OVER,      by=receiver_staff,        asks=(NOTE,), reach=PAIR,                              stops=("INT_ASSIST",)),
    "return":         move(S.SENT,                to=S.RETURNED,        by=receiver_staff,        asks=(REASON,), reach=PAIR,                            stops=("INT_ASSIST",)),
    "decline":        move(S.SENT,                to=S.DECLINED,        by=receiver_staff,        asks=(ENDING,), reach=PAIR,                            stops=("INT_ASSIST",)),
    "withdraw":       move(S.DRAFT, S.SENT, S.RETURNED, to=S.WITHDRAWN, by=sender_staff,          asks=(ENDING,), reach=PAIR,                            stops=("*",)),
}
# fmt: on

# Who must act in a state, and the task that says so.
SENDER, RECEIVER_SIDE = "sender", "receiver"
STEP_AT: dict[str, tuple[str, str]] = {
    S.HEAD_DECISION: ("DECIDE_TRANSFER", SENDER),
    S.APPROVED: ("HAND_OVER", SENDER),
    S.DELIVERED: ("SIGN_RECEIPT", RECEIVER_SIDE),
    S.ACCEPTED: ("DECIDE_FILING", RECEIVER_SIDE),
    S.SUPPLEMENT: ("SUPPLY_PAPERS", SENDER),
    S.FILED: ("HAND_GOODS", SENDER),
    S.NOT_FILED: ("CONSIDER_RECONSIDERATION", SENDER),
    S.SENT: ("ANSWER_REQUEST", RECEIVER_SIDE),
    S.IN_WORK: ("DO_REQUEST", RECEIVER_SIDE),
    S.RETURNED: ("COMPLETE_REQUEST", SENDER),
}

WORDS = {
    "draft": Words(_("Draft"), _("started a draft")),
    "edit": Words(_("Edit"), _("edited the draft")),
    "submit": Words(_("Submit for decision"), _("submitted the report for decision"), "primary"),
    "approve": Words(_("Approve the transfer"), _("approved the transfer"), "primary"),
    "refuse": Words(_("Do not approve"), _("did not approve the transfer"), "danger"),
    "revoke": Words(_("Revoke the approval"), _("revoked the approval"), "danger"),
    "deliver": Words(_("Record hand-over"), _("handed the case over"), "primary"),
    "accept": Words(_("Sign the receipt"), _("signed the receipt"), "primary"),
    "ask_supplement": Words(_("Ask for missing papers"), _("asked for missing papers")),
    "supply": Words(_("Supply papers"), _("supplied papers"), "primary"),
    "file": Words(_("File the criminal case"), _("filed the criminal case"), "primary"),
    "not_file": Words(_("Do not file"), _("decided not to file"), "danger"),
    "hand_goods": Words(_("Record hand-over of goods"), _("handed over goods and papers")),
    "withdraw": Words(_("Withdraw"), _("withdrew the referral"), "danger"),
    "send": Words(_("Send"), _("sent the request"), "primary"),
    "return": Words(_("Return for completion"), _("returned the request for completion")),
    "decline": Words(_("Decline"), _("declined the request"), "danger"),
    "answer": Words(_("Answer"), _("answered the request"), "primary"),
}
_REQUEST_WORDS = {**WORDS, "accept": Words(_("Accept"), _("accepted the request"), "primary")}

_ENDED = frozenset(Referral.ENDED)
CRIMINAL_TRANSFER = Workflow("criminal transfer", S, CRIMINAL_TRANSFER_MOVES, WORDS, final=_ENDED)
ASSISTANCE = Workflow("assistance", S, ASSISTANCE_MOVES, _REQUEST_WORDS, final=_ENDED)
LEAD_TRANSFER = Workflow("lead transfer", S, LEAD_TRANSFER_MOVES, _REQUEST_WORDS, final=_ENDED)
BY_KIND = {
    Referral.Kind.CRIMINAL_TRANSFER: CRIMINAL_TRANSFER,
    Referral.Kind.ASSISTANCE: ASSISTANCE,
    Referral.Kind.LEAD_TRANSFER: LEAD_TRANSFER,
}


def workflow_of(referral: Referral) -> Workflow:
    return BY_KIND[Referral.Kind(referral.kind)]
