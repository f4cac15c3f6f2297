"""The table of the transfer of a suspected crime (涉嫌犯罪案件移送), D310 and MPSP arts. 171–189."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from agencies.people.models import OfficeHolder
from cases.casefile.choices import colleagues, offences

from ..access import receiver_chief, receiver_staff, sender_office_holder, sender_staff
from ..models import Referral
from .common import ENDING, RECEIVER, TITLE, WORDS, case_open

S = Referral.State
OWN, PAIR, STATUS = Reach.OWN, Reach.PAIR, Reach.STATUS


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


OFFENCE = Ask("offence", _("Suspected offence"), kind="choice", choices=offences)
TEAM = Ask("team", _("Team (at least two officers)"), kind="choices", required=False, choices=colleagues)
REPORT = Ask("report", _("Report: facts, evidence, basis, recommendation"), kind="long", stores=True, required=False)
PAPERS = Ask("asked_papers", _("Missing papers"), kind="long", stores=True)
NUMBER = Ask("external_number", _("Number of the criminal case"), max_length=80)
SUPPLIED = Ask("supplied", _("What is supplied"), kind="long")
DRAFT_ASKS = (RECEIVER, OFFENCE, TITLE, REPORT, TEAM)

# fmt: off
_BEFORE_RECEIPT = (S.DRAFT_REPORT, S.HEAD_DECISION, S.APPROVED, S.DELIVERED)
# fmt: off
MOVES = {
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
# fmt: on

CRIMINAL_WORDS = WORDS | {
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
}

CRIMINAL_TRANSFER = Workflow("criminal transfer", S, MOVES, CRIMINAL_WORDS, final=frozenset(Referral.ENDED))
