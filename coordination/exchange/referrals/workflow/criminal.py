"""Workflow of the transfer of a suspected crime (涉嫌犯罪案件移送), D310 and MPSP arts. 171–189."""

from dataclasses import replace
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.journal.models import Event
from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor, system_only
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels
from agencies.organisations.models import Agency
from cases.casefile.choices import other_agencies
from coordination.exchange.letters.fields import case_open
from coordination.exchange.letters.tables import announced, bilateral, internal

from ..access import (
    OFFICE,
    deciding_office_holder,
    receiver_preparer,
    receiver_responsible,
    receiver_staff,
    sender_lead,
    sender_preparer,
    sender_staff,
)
from ..chosen import files_to_add
from ..completeness import missing_parts, unsigned_papers
from ..models import Referral, may_file
from ..starts import ACTS, FILES, GOES_WITH, OFFENCE, OVERRULED, PARTIES, RECEIVER, REPORT, TEAM, TITLE
from .common import ANSWERS, ENDING, LABELS, LETTER, NUMBER, RECEIVES, receipts, table
from .proposing import (
    REMARKS,
    no_proposal_of_own,
    not_the_refuser,
    proposing,
    returning,
)
from .silence import asking_correction, other_side_late
from .steps import RECEIVER_SIDE, SENDER


class Urgency(TextChoices):
    """高检会〔2006〕2号 item 1: by the amount, or by other circumstances of the case (案件其他情节).

    The threshold is that of smuggling prohibited goods (CL art. 151(3)); other offences have no amount to compare.
    """

    AMOUNT = "amount", _("Weight or value clearly above the criminal threshold")
    OTHER = "other", _("Other circumstances of the case, as the reason says")


def urgencies(referral: Referral) -> list[tuple[str, Any]]:
    by_amount = referral.offence is not None and referral.offence.code == "SMUG_PROHIBITED"
    return [one for one in Urgency.choices if by_amount or one[0] != Urgency.AMOUNT]


S = Referral.State


def team_of_two(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """The team has at least two named officers (D310 art. 5)."""
    few = referral.team.count() < 2
    return UnmetCondition("team", gettext("Name at least two officers of the team.")) if few else None


def report_written(referral: Referral, actor: Actor) -> UnmetCondition | None:
    return None if referral.report.strip() else UnmetCondition("report", gettext("The report is empty."))


def offence_named(referral: Referral, actor: Actor) -> UnmetCondition | None:
    return None if referral.offence_id else UnmetCondition("offence", gettext("Name the suspected offence."))


def not_of_the_team(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """Anyone who ever drafted or edited the report or was on its team must not decide it."""
    if not OFFICE.bars(actor, referral):
        return None
    return UnmetCondition(
        "own_report", gettext("You drafted or edited this report, or were on its team: another person decides.")
    )


def has_eligible_approver(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """Without an eligible approver there is an alarm, never automatic approval."""
    if OFFICE.can_decide(referral):
        return None
    return UnmetCondition(
        "approver", gettext("No office holder outside the team can decide. Appoint an acting holder first.")
    )


def no_filing_order(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """Once the procuratorate has ordered the police to file, the sender's consent no longer ends the matter."""
    ordered = referral.followed_by.filter(kind=Referral.Kind.SUPERVISION, state=S.ORDERED).exists()
    return UnmetCondition("order", gettext("The procuratorate has ordered the police to file.")) if ordered else None


def complete_or_approved_so(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """Nothing is handed over in part, unless the approver said why, or it is urgent and the papers follow."""
    if referral.incomplete_because or referral.urgent:
        return None
    missing = gettext(", ").join(str(part.label) for part in missing_parts(referral))
    if not missing:
        return _to_be_signed(referral, actor)
    detail = gettext("The checklist is incomplete: %(parts)s. The approver may override it with a reason.")
    return UnmetCondition("checklist", detail % {"parts": missing})


def _to_be_signed(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """The hand-over by a unit lead also issues what is not signed yet."""
    unsigned = [] if sender_lead(actor, referral) else unsigned_papers(referral)
    if not unsigned:
        return None
    detail = gettext("Not signed yet: %(papers)s. A unit lead issues them with the hand-over.")
    return UnmetCondition("signature", detail % {"papers": gettext(", ").join(paper.title for paper in unsigned)})


def papers_owed(referral: Referral, actor: Actor) -> UnmetCondition | None:
    owed = referral.owed_papers.strip()
    return None if owed else UnmetCondition("owed", gettext("This transfer has no outstanding papers."))


def never_received(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """An agency that passed it on had signed its receipt: later changes of facts are reported, and the police
    decide."""
    received = referral.passed_on_by.exists()
    return (
        UnmetCondition("received", gettext("The police have already accepted it: inform them of the change."))
        if received
        else None
    )


def never_submitted(referral: Referral, actor: Actor) -> UnmetCondition | None:
    """Once the report was submitted, only the responsible person decides that the case is not transferred."""
    submitted = Event.objects.filter(
        object_kind=referral.clock_kind, object_id=referral.pk, verb__in=["submit", "submit_urgent"]
    )
    if not submitted.exists():
        return None
    return UnmetCondition(
        "submitted",
        gettext("The report was submitted: the responsible person decides whether the case is transferred."),
    )


def _police(referral: Any, actor: Actor) -> list[tuple[str, str]]:
    """Police that may be competent: neither side. One that passed it on gets it back only by designation."""
    agencies = Agency.objects.agencies().exclude(pk__in=[referral.sender_id, referral.receiver_id]).order_by("id")
    passed = {agency.pk for agency in referral.passed_on_by.all()}
    names = {False: "%s", True: gettext("%s (passed it on; only by designation of the superior)")}
    return [(agency.code, names[agency.pk in passed] % agency.name) for agency in agencies if may_file(agency)]


def _procuratorates(referral: Any, actor: Actor) -> list[tuple[str, str]]:
    agencies = Agency.objects.agencies().filter(line=Agency.Line.PROCURATORATE).order_by("id")
    return [(agency.code, agency.name) for agency in agencies]


PAPERS = ActionField("asked_papers", _("Missing papers"), kind="long", stores=True)
SUPPLIED = ActionField("supplied", _("What is supplied"), kind="long")
ADDED_FILES = replace(FILES, choices=files_to_add, of_new=True)
GROUNDS = ActionField("letter", _("Grounds"), kind="long")
SUGGESTION = ActionField("grounds", _("Grounds"), kind="long")
PROCURATORATE = ActionField("procuratorate", _("Procuratorate"), kind="choice", choices=_procuratorates)
OWED = ActionField("owed_papers", _("Papers that follow"), kind="long", stores=True)
DESIGNATED_BY = ActionField(
    "designation",
    _("Superior's designation: agency and number"),
    required=False,
    help=_("Only if the agency has passed the matter on before."),
)
URGENCY = ActionField("urgency", _("Why it is urgent"), kind="choice", choices=lambda r, a: urgencies(r), of_new=True)
SENT_ON_TO = ActionField("receiver", _("Competent agency"), kind="choice", choices=_police, of_new=True)
COMPETENT = ActionField("competent", _("Competent agency"), kind="choice", choices=other_agencies)
_PARTIES = replace(
    PARTIES,
    label=_("Parties"),
    help=_("Only these go with it. Empty: those of the chosen acts; without acts all of the case."),
)
_ACTS = replace(ACTS, help=_("Only these go with it, with their goods. Empty: those of the chosen parties."))
_REPORT = replace(REPORT, help=_("The addressee reads it with the package."))
INCOMPLETE = ActionField(
    "incomplete_because",
    _("Why it goes although the checklist is incomplete"),
    kind="long",
    stores=True,
    help=_("The checklist blocks the hand-over until it is complete or overridden here."),
)
MAY_BE_INCOMPLETE = replace(INCOMPLETE, required=False)
DRAFT_ASKS = (OFFENCE, RECEIVER, OVERRULED, _PARTIES, _ACTS, TITLE, _REPORT, *GOES_WITH, TEAM)

SAME_PERSON = ActionField(
    "same_person_because",
    _("Why the same person decides again"),
    kind="long",
    required=False,
    help=_("Only if you decided not to file and your agency has no other responsible person."),
)

# States in which the police have to act.
_AWAITED = (S.DELIVERED, S.ACCEPTED, S.NOT_OURS, S.RECONSIDERATION)
_FILABLE = (S.ACCEPTED, S.SUPPLEMENT, S.NOT_FILED, S.RECONSIDERATION, S.UPHELD, S.SUPERVISED, S.NOT_FILED_FINAL)
_RESPONSIBLE = (no_proposal_of_own, not_the_refuser)
_WITH_POLICE = (S.ACCEPTED, S.SUPPLEMENT, S.NOT_OURS, S.NOT_FILED, S.RECONSIDERATION, S.UPHELD)
_REVIEW = ("REVIEW", "TRF_SUPPLEMENT", "TRF_SUPPLEMENT_ASK")
_REMEDIES = ("TRF_RECON_APPLY", "TRF_RECON_DECIDE", "TRF_PROC_SUGGEST")
# fmt: off
TRANSITIONS = {
    # verb from to who may needs / fields clocks
    "edit":           internal(S.DRAFT_REPORT,        to=None,              by=sender_staff,          fields=DRAFT_ASKS, writes=True, then="submit"),
    "submit":         internal(S.DRAFT_REPORT,        to=S.HEAD_DECISION,   by=sender_staff,          needs=(case_open, report_written, offence_named, team_of_two, has_eligible_approver), fields=(NOTE,), starts=("TRF_APPROVE",), paper="TRF_REPORT"),
    "submit_urgent":  internal(S.DRAFT_REPORT,        to=S.HEAD_DECISION,   by=sender_staff,          needs=(case_open, offence_named, team_of_two, has_eligible_approver), fields=(URGENCY, OWED, REASON), starts=("TRF_APPROVE",), paper="TRF_REPORT"),
    "approve":        internal(S.HEAD_DECISION,       to=S.APPROVED,        by=deciding_office_holder,needs=(not_of_the_team,), fields=(MAY_BE_INCOMPLETE, NOTE), starts=("TRF_HANDOVER",), stops=("TRF_APPROVE",), paper="TRF_LETTER", signs=True),
    "revise":         internal(S.HEAD_DECISION,       to=S.DRAFT_REPORT,    by=deciding_office_holder,needs=(not_of_the_team,), fields=(REMARKS,),  stops=("TRF_APPROVE",)),
    "refuse":         internal(S.HEAD_DECISION,       to=S.REFUSED_INTERNAL,by=deciding_office_holder,needs=(not_of_the_team,), fields=(ENDING,),   stops=("TRF_APPROVE",), unsigns="approve"),
    "revoke":         internal(S.APPROVED,            to=S.DRAFT_REPORT,    by=deciding_office_holder,needs=(not_of_the_team,), fields=(REASON,),   stops=("TRF_HANDOVER",), unsigns="approve"),
    "override_checklist": internal(S.APPROVED,        to=None,              by=deciding_office_holder,needs=(not_of_the_team,), fields=(INCOMPLETE,)),
    "deliver":        bilateral(S.APPROVED,            to=S.DELIVERED,       by=sender_staff,          needs=(case_open, complete_or_approved_so), fields=(NOTE,),          starts=("INT_SIGN",), stops=("TRF_HANDOVER",), paper="TRF_LETTER", signs=True),
    "accept":         bilateral(S.DELIVERED,           to=S.ACCEPTED,        by=receiver_staff,        fields=(NOTE,),                              starts=("REVIEW", "TRF_SUPPLEMENT_ASK"), stops=("INT_SIGN",), paper="TRF_RECEIPT", machine=RECEIVES),
    "ask_supplement": bilateral(S.ACCEPTED,            to=S.SUPPLEMENT,      by=receiver_staff,        fields=(PAPERS,),                            starts=("TRF_SUPPLEMENT",), stops=("TRF_SUPPLEMENT_ASK",), paper="SUPPL", notice=True, machine=ANSWERS),
    "complete":       bilateral(S.ACCEPTED,            to=None,              by=receiver_staff,        fields=(NOTE,),                              stops=("TRF_SUPPLEMENT_ASK",), machine=ANSWERS),
    "supply":         bilateral(S.SUPPLEMENT,          to=S.ACCEPTED,        by=sender_staff,          fields=(SUPPLIED, ADDED_FILES),              stops=("TRF_SUPPLEMENT",), receives=True),
    "supply_owed":    bilateral(S.DELIVERED, S.ACCEPTED, to=None,            by=sender_staff,          needs=(papers_owed,), fields=(SUPPLIED, ADDED_FILES), stops=("TRF_SUPPLEMENT",)),
    "tell_change":    bilateral(*_WITH_POLICE,         to=None,              by=sender_staff,          fields=(LETTER,)),
    "disown":         bilateral(S.ACCEPTED, S.SUPPLEMENT, to=S.NOT_OURS,     by=receiver_responsible,  needs=_RESPONSIBLE, fields=(REASON,),                            starts=("TRF_REROUTE",), stops=_REVIEW, machine=ANSWERS),
    "reroute":        bilateral(S.NOT_OURS,            to=S.DELIVERED,       by=receiver_staff,        fields=(SENT_ON_TO, DESIGNATED_BY, LETTER),  starts=("INT_SIGN",), stops=("TRF_REROUTE",), machine=ANSWERS),
    "take_back_competence": bilateral(S.NOT_OURS,      to=S.ACCEPTED,        by=receiver_responsible,  needs=_RESPONSIBLE, fields=(REASON,),      starts=("REVIEW",), stops=("TRF_REROUTE",), machine=ANSWERS),
    "send_back":      bilateral(S.NOT_OURS,            to=S.OUT_OF_SCOPE,    by=receiver_staff,        fields=(COMPETENT, ENDING),                  stops=("TRF_REROUTE",), machine=ANSWERS),
    "file":           announced(*_FILABLE,             to=S.FILED,        by=receiver_responsible,  needs=(case_open, *_RESPONSIBLE), fields=(NUMBER, SAME_PERSON, NOTE), starts=("TRF_GOODS",), stops=(*_REVIEW, *_REMEDIES), paper="FILE_CRM", signs=True, unsigns="not_file", notice=True, machine=ANSWERS),
    "not_file":       bilateral(S.ACCEPTED, S.SUPPLEMENT, to=S.NOT_FILED,    by=receiver_responsible,  needs=_RESPONSIBLE, fields=(ENDING,),                            starts=("TRF_RECON_APPLY",), stops=_REVIEW, paper="NOFILE", signs=True, unsigns="file", notice=True, machine=ANSWERS),
    "ask_reconsideration": bilateral(S.NOT_FILED,      to=S.RECONSIDERATION, by=sender_staff,          fields=(GROUNDS,),                           starts=("TRF_RECON_DECIDE",), stops=("TRF_RECON_APPLY",), paper="RECON_REQ", receives=True),
    "uphold":         bilateral(S.RECONSIDERATION,     to=S.UPHELD,          by=receiver_responsible,  needs=_RESPONSIBLE, fields=(LETTER, SAME_PERSON),                            starts=("TRF_PROC_SUGGEST",), stops=("TRF_RECON_DECIDE",), paper="RECON_DEC", signs=True, unsigns="file", notice=True, machine=ANSWERS),
    "suggest_supervision": bilateral(S.NOT_FILED, S.UPHELD, *_AWAITED, to=S.SUPERVISED, by=sender_staff, needs=(other_side_late,), fields=(PROCURATORATE, SUGGESTION), stops=("*",), paper="SUP_SUGG", receives=True),
    **asking_correction(*_AWAITED, by=sender_staff),
    "end_supervision":bilateral(S.SUPERVISED,          to=S.NOT_FILED_FINAL, by=system_only, system=True),
    "accept_non_filing": bilateral(S.NOT_FILED, S.RECONSIDERATION, S.UPHELD, S.SUPERVISED,
                                                  to=S.NOT_FILED_FINAL, by=sender_staff,          needs=(no_filing_order,), fields=(NOTE,),    stops=("*",), receives=True),
    "hand_goods":     bilateral(S.FILED,               to=None,              by=sender_staff,          fields=(NOTE,),                              stops=("TRF_GOODS",), paper="GOODS_HANDOVER", receives=True),
    "note_withdrawal":bilateral(S.FILED,               to=None,              by=system_only, system=True),
    "note_handing_on":bilateral(S.FILED,               to=None,              by=system_only, system=True),
    **receipts(S.SUPPLEMENT, S.FILED, S.NOT_FILED, S.UPHELD),
    "withdraw":       internal(S.DRAFT_REPORT,        to=S.WITHDRAWN,       by=sender_staff,          needs=(never_submitted,), fields=(ENDING,),   stops=("*",), unsigns="approve"),
    "call_off":       bilateral(S.DRAFT_REPORT, S.APPROVED, S.DELIVERED, to=S.WITHDRAWN, by=deciding_office_holder, needs=(not_of_the_team, never_received), fields=(ENDING,), stops=("*",), unsigns="approve"),
}
# fmt: on

CRIMINAL_LABELS = LABELS | {
    "submit_urgent": Labels(
        _("Submit as urgent, papers follow"), _("submitted an urgent transfer for decision; papers follow")
    ),
    "approve": Labels(_("Approve the transfer"), _("approved the transfer"), "primary"),
    "override_checklist": Labels(_("Override the checklist"), _("overrode the checklist of the transfer")),
    "call_off": Labels(_("Withdraw the transfer"), _("decided not to transfer the case"), "danger"),
    "take_back_competence": Labels(
        _("Take the matter back: competent after all"), _("found itself competent after all"), "primary"
    ),
    "revoke": Labels(_("Revoke the approval"), _("revoked the approval"), "danger"),
    "deliver": Labels(_("Seal and hand over"), _("transferred the case"), "primary"),
    "accept": Labels(_("Sign receipt"), _("signed the receipt"), "primary"),
    "ask_supplement": Labels(_("Request missing papers"), _("requested missing papers")),
    "complete": Labels(_("Confirm papers complete"), _("confirmed that the papers are complete")),
    "supply": Labels(_("Supply papers"), _("supplied papers"), "primary"),
    "supply_owed": Labels(_("Supply outstanding papers"), _("supplied the outstanding papers"), "primary"),
    "tell_change": Labels(_("Report changed facts"), _("reported changed facts")),
    "disown": Labels(_("Decline: not competent"), _("found the matter to be outside its competence")),
    "reroute": Labels(
        _("Forward to the competent police"), _("forwarded the matter to the competent police"), "primary"
    ),
    "send_back": Labels(_("Return: outside police competence"), _("returned the matter as outside police competence")),
    "file": Labels(_("File the criminal case"), _("filed the criminal case"), "primary"),
    "ask_reconsideration": Labels(
        _("Request reconsideration"), _("requested reconsideration of the non-filing"), "primary"
    ),
    "uphold": Labels(_("Uphold the non-filing"), _("upheld the non-filing on reconsideration"), "danger"),
    "suggest_supervision": Labels(
        _("Request supervision of filing"), _("asked the procuratorate to supervise the filing"), "primary"
    ),
    "end_supervision": Labels(
        _("End the supervision"), _("the supervision of filing has ended: the reasons are upheld")
    ),
    "accept_non_filing": Labels(_("Drop the objection"), _("dropped its objection to the non-filing")),
    "note_withdrawal": Labels(
        _("Record notice of withdrawal"), _("the police gave notice that the criminal case was withdrawn")
    ),
    "note_handing_on": Labels(
        _("Record notice of transfer to other police"), _("the police gave notice that other police now have the case")
    ),
}

_BY_POLICE = ("file", "not_file", "disown", "take_back_competence", "uphold")
_PROPOSALS = {
    **proposing("propose", _BY_POLICE, TRANSITIONS, CRIMINAL_LABELS, by=receiver_preparer, side=RECEIVER_SIDE),
    **proposing(
        "propose_withdrawal", ("call_off", "revoke"), TRANSITIONS, CRIMINAL_LABELS, by=sender_preparer, side=SENDER
    ),
}
TRANSITIONS |= _PROPOSALS | returning(_PROPOSALS)

CRIMINAL_TRANSFER = table("criminal transfer", transitions=TRANSITIONS, labels=CRIMINAL_LABELS)
