"""The table of one party's decision. Its conditions stand in `decision_needs`, its answers in `decision_asks`."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.kernel.asks import NOTE, REASON
from agencies.kernel.moves import Reach, Words, Workflow, move
from cases.casefile.access import system_only

from ..access import deciding_office_holder, line_chief, line_office_holder, line_staff
from ..models import Decision
from . import decision_asks as a
from . import decision_needs as n
from . import holding as h

D = Decision.State
OWN, PAIR = Reach.OWN, Reach.PAIR

# What must hold before anything is decided about a party.
DECIDING = (
    *(n.not_of_the_team, n.no_transfer_due, n.transfer_assessed, n.no_police_decision_pending),
    *(n.legally_reviewed, n.discussed),
)
PUNISHING = (*DECIDING, n.not_time_barred)
SERVED = (D.SERVED, D.REMEDY, D.ENFORCE, D.PERFORMED)
ENDS_REMEDY = ("REC_ACCEPT", "REC_REPLY", "REC_DECIDE", "LIT_FIRST")
IMPOSED = (D.DECIDED, *SERVED)
ENDED = (D.DROPPED, D.TRANSFERRED)

# fmt: off
MOVES = {
    # verb                  from                  to               who                      asks / needs                            clocks
    "assess_transfer": move(*Decision.UNDECIDED,  to=None,         by=line_staff,           asks=(a.ASSESSED, REASON), needs=(n.not_yet_to_transfer,), reach=OWN, writes=True),
    "record_figures":  move(*Decision.UNDECIDED,  to=None,         by=line_staff,           asks=a.FIGURES, reach=OWN, writes=True),
    "notify":          move(D.OPEN,               to=D.PRENOTICE,  by=line_staff,           asks=a.NOTICE, needs=(n.team_of_two, n.somebody_can_decide), reach=OWN, starts=("ADM_HEARING_REQ",), paper="PRENOTICE", writes=True),
    "request_hearing": move(D.PRENOTICE,          to=D.HEARING,    by=line_staff,           asks=(NOTE,), needs=(n.hearing_right_open,), reach=OWN, starts=("HEARING_HOLD",), stops=("ADM_HEARING_REQ",)),
    "waive_hearing":   move(D.PRENOTICE,          to=D.REVIEW,     by=line_staff,           asks=(NOTE,), reach=OWN,                stops=("ADM_HEARING_REQ",)),
    "notify_hearing":  move(D.HEARING,            to=None,         by=line_staff,           asks=(a.HEARING_ON, NOTE), reach=OWN,   starts=("ADM_HEARING_NOTICE",), paper="HEARING"),
    "hold_hearing":    move(D.HEARING,            to=D.REVIEW,     by=line_staff,           asks=(a.HEARING_RECORD,), needs=(n.hearing_notified,), reach=OWN, stops=("ADM_HEARING_NOTICE", "HEARING_HOLD")),
    "withdraw_hearing":move(D.HEARING,            to=D.REVIEW,     by=line_staff,           asks=(REASON,), reach=OWN,              stops=("ADM_HEARING_NOTICE", "HEARING_HOLD")),
    "review":          move(D.PRENOTICE,          to=D.REVIEW,     by=line_staff,           asks=(NOTE,), needs=(n.hearing_right_spent,), reach=OWN, stops=("ADM_HEARING_REQ",)),
    "record_review":   move(D.REVIEW,             to=None,         by=line_staff,           asks=(a.OPINION,), needs=(n.reviewer_outside_team,), reach=OWN),
    "record_discussion":move(D.REVIEW,            to=None,         by=line_staff,           asks=a.DISCUSSION, reach=OWN),
    "send_back":       move(D.REVIEW,             to=D.OPEN,       by=line_staff,           asks=(REASON,), reach=OWN),
    "decide":          move(D.REVIEW,             to=D.DECIDED,    by=deciding_office_holder, asks=(a.DECISION_NO, *a.IMPOSED, NOTE), needs=PUNISHING, reach=OWN, starts=("ADM_DELIVER",), paper="DECISION"),
    "mitigate":        move(D.REVIEW,             to=D.DECIDED,    by=deciding_office_holder, asks=(a.DECISION_NO, *a.IMPOSED, *a.MITIGATED), needs=PUNISHING, reach=OWN, starts=("ADM_DELIVER",), paper="DECISION"),
    "no_penalty":      move(D.OPEN, D.REVIEW,     to=D.DECIDED,    by=deciding_office_holder, asks=(a.DECISION_NO, *a.UNPUNISHED), needs=(n.team_of_two, *DECIDING), reach=OWN, starts=("ADM_DELIVER",), paper="NO_PENALTY"),
    "announce":        move(D.DECIDED,            to=None,         by=line_staff,           asks=(REASON,), reach=OWN,              stops=("ADM_DELIVER",)),
    "serve":           move(D.DECIDED,            to=D.SERVED,     by=line_staff,           asks=(a.SERVICE, NOTE), reach=OWN,      starts=("ADM_PAY", "REC_APPLY", "LIT_DIRECT"), stops=("ADM_DELIVER",), paper="SERVICE"),
    "pay":             move(D.SERVED, D.REMEDY, D.ENFORCE, to=None,         by=line_staff,           asks=a.PAYMENT, needs=(n.owing,), reach=OWN),
    "set_off":         move(*SERVED,              to=None,         by=line_staff,           asks=a.SET_OFF, needs=(n.fined,), reach=OWN),
    "waive_late_fee":  move(D.SERVED, D.ENFORCE,  to=None,         by=line_chief,           asks=(REASON,), reach=OWN),
    "ask_deferral":    move(D.SERVED, D.REMEDY,   to=None,         by=line_staff,           asks=(NOTE,), needs=(n.fine_unpaid,), reach=OWN, starts=("DEFER_REPLY",)),
    "grant_deferral":  move(D.SERVED, D.REMEDY,   to=None,         by=line_chief,           asks=(*a.DEFERRAL, NOTE), needs=(n.deferral_asked,), reach=OWN, stops=("DEFER_REPLY",)),
    "refuse_deferral": move(D.SERVED, D.REMEDY,   to=None,         by=line_chief,           asks=(REASON,), needs=(n.deferral_asked,), reach=OWN, stops=("DEFER_REPLY",)),
    "seek_remedy":     move(D.SERVED, D.ENFORCE, D.PERFORMED, to=D.REMEDY, by=line_staff,   asks=a.REMEDY, needs=(n.proceeding_open,), reach=OWN, starts=("REC_ACCEPT",), stops=("REC_APPLY", "LIT_DIRECT", "LIT_AFTER_REC", "ENF_DEMAND", "ENF_APPLY")),
    "accept_remedy":   move(D.REMEDY,             to=None,         by=line_staff,           asks=(NOTE,), reach=OWN,                starts=("REC_DECIDE", "LIT_FIRST"), stops=("REC_ACCEPT",)),
    "refuse_remedy":   move(D.REMEDY,             to=D.SERVED,     by=line_staff,           asks=(REASON,), reach=OWN,              starts=("LIT_AFTER_REC",), stops=ENDS_REMEDY),
    "take_copy":       move(D.REMEDY,             to=None,         by=line_staff,           asks=(NOTE,), reach=OWN,                starts=("REC_REPLY",)),
    "reply":           move(D.REMEDY,             to=None,         by=line_staff,           asks=(NOTE,), reach=OWN,                stops=("REC_REPLY",)),
    "withdraw_remedy": move(D.REMEDY,             to=D.SERVED,     by=line_staff,           asks=(NOTE,), reach=OWN,                stops=ENDS_REMEDY),
    "uphold":          move(D.REMEDY,             to=D.SERVED,     by=line_staff,           asks=(REASON,), reach=OWN,              starts=("LIT_AFTER_REC",), stops=ENDS_REMEDY),
    "change":          move(D.REMEDY,             to=D.SERVED,     by=line_staff,           asks=a.CHANGED, reach=OWN,              starts=("LIT_AFTER_REC", "ADM_UNPUBLISH"), stops=ENDS_REMEDY),
    "revoke":          move(D.REMEDY,             to=D.OPEN,       by=line_staff,           asks=(REASON,), reach=OWN,              starts=("ADM_UNPUBLISH",), stops=(*ENDS_REMEDY, "ADM_PAY", "DEFER_REPLY", "LICENCE_BAN")),
    "enforce":         move(D.SERVED,             to=D.ENFORCE,    by=line_staff,           asks=(NOTE,), needs=(n.payment_overdue,), reach=OWN, starts=("ENF_DEMAND",), stops=("ADM_PAY",)),
    "lapse":           move(D.SERVED, D.ENFORCE,  to=None,         by=line_staff,           asks=(NOTE,), needs=(n.remedies_spent, n.payment_overdue), reach=OWN, starts=("ENF_APPLY",), stops=("REC_APPLY", "LIT_DIRECT", "LIT_AFTER_REC")),
    "apply_court":     move(D.ENFORCE,            to=None,         by=line_staff,           asks=(NOTE,), needs=(n.demand_waited_for, n.remedies_recorded_spent), reach=OWN, stops=("ENF_DEMAND", "ENF_APPLY")),
    "perform":         move(D.SERVED, D.ENFORCE,  to=D.PERFORMED,  by=line_staff,           asks=(NOTE,), needs=(n.fine_settled,), reach=OWN, stops=("ADM_PAY", "DEFER_REPLY", "ENF_DEMAND", "ENF_APPLY")),
    "publish":         move(*SERVED,              to=None,         by=line_staff,           asks=(a.PUBLISHED, NOTE), needs=(n.not_published,), reach=OWN),
    "unpublish":       move(*Decision.UNDECIDED, *SERVED, D.DROPPED, to=None, by=line_staff, asks=(REASON,), needs=(n.published,), reach=OWN, stops=("ADM_UNPUBLISH",)),
    "ban":             move(*SERVED,              to=None,         by=line_office_holder,   asks=a.BAN, needs=(n.commerce_decides,), reach=OWN, starts=("LICENCE_BAN",)),
    "lift_ban":        move(*SERVED,              to=None,         by=line_office_holder,   asks=(REASON,), reach=OWN,              stops=("LICENCE_BAN",)),
    "record_finding":  move(*Decision.UNDECIDED,  to=None,         by=line_staff,           asks=(*a.FOUND, NOTE), needs=(n.end_of_act_known,), reach=OWN, starts=("ADM_LIMITATION",)),
    "hold_person":     move(*Decision.UNDECIDED,  to=None,         by=h.holding_chief,      asks=h.HOLD_ASKS, needs=(h.a_person, h.not_held), reach=OWN, starts=(h.HOLD,)),
    "release_person":  move(*Decision.UNDECIDED, *IMPOSED, *ENDED, to=None, by=h.holding_staff, asks=h.RELEASE_ASKS, needs=(h.held,), reach=OWN, stops=(h.HOLD,)),
    "drop":            move(D.OPEN,               to=D.DROPPED,    by=line_staff,           asks=(REASON,), needs=(h.not_held,), reach=OWN),
    "transfer":        move(*Decision.UNDECIDED,  to=D.TRANSFERRED,by=line_staff,           asks=(REASON,), needs=(n.transfer_assessed,), reach=OWN, stops=("ADM_HEARING_REQ", "ADM_HEARING_NOTICE", "HEARING_HOLD")),
    "reopen":          move(D.TRANSFERRED, D.DROPPED, to=D.OPEN,   by=line_chief,           asks=(REASON,), reach=OWN),
    "give_over":       move(*Decision.UNDECIDED,  to=D.TRANSFERRED,by=system_only,          reach=PAIR, system=True,            stops=("ADM_HEARING_REQ", "ADM_HEARING_NOTICE", "HEARING_HOLD")),
    "resume":          move(D.TRANSFERRED,        to=D.OPEN,       by=system_only,          reach=PAIR, system=True),
    "transfer_late":   move(*IMPOSED,             to=None,         by=system_only,          reach=OWN, system=True,            starts=("TRF_COPY_DECISION",)),
    "copy_decision":   move(*IMPOSED,             to=None,         by=line_staff,           asks=(a.COPY_TO, a.COPY_ALSO_TO), reach=OWN),
}
# fmt: on

DECISION_WORDS = {
    "assess_transfer": Words(_("Assess a transfer"), _("recorded a transfer assessment")),
    "record_figures": Words(
        _("Record the figures of the fine"), _("recorded the figures that the fine is counted from")
    ),
    "notify": Words(_("Serve pre-penalty notice"), _("served the pre-penalty notice"), "primary"),
    "request_hearing": Words(_("Record hearing request"), _("recorded the request for a hearing")),
    "waive_hearing": Words(_("Record waiver of the hearing"), _("recorded the waiver of the hearing")),
    "notify_hearing": Words(_("Serve notice of the hearing"), _("served the notice of the hearing"), "primary"),
    "hold_hearing": Words(_("Record the hearing"), _("held the hearing"), "primary"),
    "withdraw_hearing": Words(
        _("Record that the hearing was given up"), _("recorded that the party gave up the hearing")
    ),
    "review": Words(_("Send to legal review"), _("sent the matter to legal review"), "primary"),
    "record_review": Words(_("Record the legal review"), _("recorded the opinion of the legal review")),
    "record_discussion": Words(_("Record the collective discussion"), _("recorded the collective discussion")),
    "send_back": Words(_("Send back"), _("sent the matter back to investigation")),
    "decide": Words(_("Decide: penalty"), _("decided on a penalty"), "primary"),
    "mitigate": Words(_("Decide: mitigated penalty"), _("decided on a mitigated penalty")),
    "no_penalty": Words(_("Decide: no penalty"), _("decided on no penalty")),
    "announce": Words(_("Serve by announcement"), _("announced the decision to serve it")),
    "serve": Words(_("Record service"), _("served the decision"), "primary"),
    "pay": Words(_("Record a payment"), _("recorded a payment"), "primary"),
    "set_off": Words(_("Set off against a court's fine"), _("set the fine off against the court's")),
    "waive_late_fee": Words(_("Waive the late fee"), _("waived the late fee")),
    "ask_deferral": Words(_("Record request to defer payment"), _("recorded the request to defer payment")),
    "grant_deferral": Words(_("Grant the deferral"), _("granted the deferral of payment")),
    "refuse_deferral": Words(_("Refuse the deferral"), _("refused the deferral of payment")),
    "seek_remedy": Words(_("Record reconsideration or lawsuit"), _("recorded a reconsideration or lawsuit")),
    "accept_remedy": Words(_("Record that it was accepted"), _("recorded that the remedy was accepted")),
    "refuse_remedy": Words(_("Record that it was not accepted"), _("recorded that the remedy was not accepted")),
    "take_copy": Words(_("Record receipt of the application"), _("received the copy of the application")),
    "reply": Words(_("Record the reply"), _("replied with evidence and grounds")),
    "withdraw_remedy": Words(_("Record: withdrawn by the party"), _("recorded that the party withdrew its remedy")),
    "uphold": Words(_("Record: upheld"), _("recorded that the decision was upheld")),
    "change": Words(_("Record: changed"), _("recorded that the decision was changed")),
    "revoke": Words(_("Record: revoked"), _("recorded that the decision was revoked"), "danger"),
    "enforce": Words(_("Serve the demand"), _("demanded performance")),
    "lapse": Words(_("Record that the remedies lapsed"), _("recorded that the party let its remedies lapse")),
    "apply_court": Words(_("Apply to the court"), _("applied to the court for enforcement")),
    "perform": Words(_("Record performance"), _("recorded performance"), "primary"),
    "publish": Words(_("Record publication"), _("published the decision")),
    "unpublish": Words(_("Withdraw publication"), _("withdrew the publication of the decision")),
    "ban": Words(_("Refuse licences for five years"), _("decided to refuse licence applications for five years")),
    "lift_ban": Words(_("Lift the refusal of licences"), _("lifted the refusal of licence applications")),
    "record_finding": Words(_("Record when it was found"), _("recorded when the violation was found")),
    "drop": Words(_("Drop this party"), _("dropped this party"), "danger"),
    "transfer": Words(_("End as transferred"), _("ended this line as transferred")),
    "reopen": Words(_("Take up again"), _("took the matter of this party up again"), "danger"),
    "give_over": Words(_("Give over"), _("the matter of this party went to the competent organ")),
    "resume": Words(_("Resume"), _("the matter of this party came back")),
    "transfer_late": Words(_("Note a late transfer"), _("the matter was transferred after the penalty")),
    "copy_decision": Words(_("Copy it to police and procuratorate"), _("drafted the copy of the decision")),
    **h.HOLDING_WORDS,
}

DECISION = Workflow("decision", D, MOVES, DECISION_WORDS, final=Decision.FATES)

# Periods that start only if the line gives cause.
STARTS_IF: Mapping[str, Callable[[Decision], bool]] = {
    "ADM_HEARING_REQ": lambda line: not line.without_hearing,
    "ADM_PAY": lambda line: bool(line.fine_cny),
    "ADM_UNPUBLISH": lambda line: line.is_published,
    "ADM_LIMITATION": lambda line: not line.long_limitation,
    "LIT_FIRST": lambda line: line.remedy == Decision.Remedy.LITIGATION,
    **dict.fromkeys(
        ("REC_ACCEPT", "REC_DECIDE", "REC_REPLY", "LIT_AFTER_REC"),
        lambda line: line.remedy == Decision.Remedy.RECONSIDERATION,
    ),
}
# Periods that began before the act that records them.
STARTS_AT: Mapping[str, Callable[[Decision], datetime | None]] = {
    "ENF_APPLY": n.enforceable_from,
    "LICENCE_BAN": lambda line: line.served_at,
    "ADM_LIMITATION": n.end_of_act,
}
