"""The table of one party's decision. Its conditions stand in `decision_needs`, its answers in `decision_asks`."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext_lazy as _

from agencies.kernel.asks import NOTE, REASON
from agencies.kernel.moves import Reach, Words, Workflow, move
from cases.casefile.access import system_only

from ..access import line_chief, line_office_holder, line_staff
from ..models import Decision
from . import decision_asks as a
from . import decision_needs as n

D = Decision.State
OWN = Reach.OWN

# What must hold before anything is decided about a party.
DECIDING = (
    *(n.not_of_the_team, n.no_transfer_due, n.transfer_assessed, n.no_police_decision_pending),
    *(n.legally_reviewed, n.discussed),
)
IMPOSED = (D.DECIDED, D.SERVED, D.REMEDY, D.ENFORCE, D.PERFORMED)

# fmt: off
MOVES = {
    # verb                  from                  to               who                      asks / needs                            clocks
    "assess_transfer": move(*Decision.UNDECIDED,  to=None,         by=line_staff,           asks=(a.ASSESSED, REASON), needs=(n.not_yet_to_transfer,), reach=OWN),
    "notify":          move(D.OPEN,               to=D.PRENOTICE,  by=line_staff,           asks=a.NOTICE, needs=(n.team_of_two, n.somebody_can_decide), reach=OWN, starts=("ADM_HEARING_REQ",), paper="PRENOTICE"),
    "request_hearing": move(D.PRENOTICE,          to=D.HEARING,    by=line_staff,           asks=(NOTE,), needs=(n.hearing_right_open,), reach=OWN, starts=("HEARING_HOLD",), stops=("ADM_HEARING_REQ",)),
    "waive_hearing":   move(D.PRENOTICE,          to=D.REVIEW,     by=line_staff,           asks=(NOTE,), reach=OWN,                stops=("ADM_HEARING_REQ",)),
    "notify_hearing":  move(D.HEARING,            to=None,         by=line_staff,           asks=(a.HEARING_ON, NOTE), reach=OWN,   starts=("ADM_HEARING_NOTICE",), paper="HEARING"),
    "hold_hearing":    move(D.HEARING,            to=D.REVIEW,     by=line_staff,           asks=(a.HEARING_RECORD,), needs=(n.hearing_notified,), reach=OWN, stops=("ADM_HEARING_NOTICE", "HEARING_HOLD")),
    "withdraw_hearing":move(D.HEARING,            to=D.REVIEW,     by=line_staff,           asks=(REASON,), reach=OWN,              stops=("ADM_HEARING_NOTICE", "HEARING_HOLD")),
    "review":          move(D.PRENOTICE,          to=D.REVIEW,     by=line_staff,           asks=(NOTE,), needs=(n.hearing_right_spent,), reach=OWN, stops=("ADM_HEARING_REQ",)),
    "record_review":   move(D.REVIEW,             to=None,         by=line_staff,           asks=(a.OPINION,), needs=(n.reviewer_outside_team,), reach=OWN),
    "record_discussion":move(D.REVIEW,            to=None,         by=line_staff,           asks=a.DISCUSSION, reach=OWN),
    "send_back":       move(D.REVIEW,             to=D.OPEN,       by=line_staff,           asks=(REASON,), reach=OWN),
    "decide":          move(D.REVIEW,             to=D.DECIDED,    by=line_office_holder,   asks=(a.DECISION_NO, *a.IMPOSED, NOTE), needs=DECIDING, reach=OWN, starts=("ADM_DELIVER",), paper="DECISION"),
    "mitigate":        move(D.REVIEW,             to=D.DECIDED,    by=line_office_holder,   asks=(a.DECISION_NO, *a.IMPOSED, a.GROUND), needs=DECIDING, reach=OWN, starts=("ADM_DELIVER",), paper="DECISION"),
    "no_penalty":      move(D.OPEN, D.REVIEW,     to=D.DECIDED,    by=line_office_holder,   asks=(a.DECISION_NO, a.GROUND), needs=(n.team_of_two, *DECIDING), reach=OWN, starts=("ADM_DELIVER",), paper="NO_PENALTY"),
    "announce":        move(D.DECIDED,            to=None,         by=line_staff,           asks=(REASON,), reach=OWN,              stops=("ADM_DELIVER",)),
    "serve":           move(D.DECIDED,            to=D.SERVED,     by=line_staff,           asks=(a.SERVICE, NOTE), reach=OWN,      starts=("ADM_PAY", "REC_APPLY", "LIT_DIRECT"), stops=("ADM_DELIVER",), paper="SERVICE"),
    "seek_remedy":     move(D.SERVED,             to=D.REMEDY,     by=line_staff,           asks=(REASON,), reach=OWN,              starts=("REC_DECIDE",), stops=("REC_APPLY", "LIT_DIRECT")),
    "uphold":          move(D.REMEDY,             to=D.SERVED,     by=line_staff,           asks=(REASON,), reach=OWN,              starts=("LIT_AFTER_REC",), stops=("REC_DECIDE",)),
    "change":          move(D.REMEDY,             to=D.OPEN,       by=line_staff,           asks=(REASON,), reach=OWN,              stops=("REC_DECIDE", "ADM_PAY")),
    "enforce":         move(D.SERVED,             to=D.ENFORCE,    by=line_staff,           asks=(NOTE,), reach=OWN,                starts=("ENF_DEMAND", "ENF_APPLY"), stops=("ADM_PAY",)),
    "perform":         move(D.SERVED, D.ENFORCE,  to=D.PERFORMED,  by=line_staff,           asks=(NOTE,), reach=OWN,                stops=("ADM_PAY", "ENF_DEMAND", "ENF_APPLY")),
    "drop":            move(D.OPEN,               to=D.DROPPED,    by=line_staff,           asks=(REASON,), reach=OWN),
    "transfer":        move(*Decision.UNDECIDED,  to=D.TRANSFERRED,by=line_staff,           asks=(REASON,), needs=(n.transfer_assessed,), reach=OWN, stops=("ADM_HEARING_REQ", "ADM_HEARING_NOTICE", "HEARING_HOLD")),
    "reopen":          move(D.TRANSFERRED, D.DROPPED, to=D.OPEN,   by=line_chief,           asks=(REASON,), reach=OWN),
    "transfer_late":   move(*IMPOSED,             to=None,         by=system_only,          reach=OWN, system=True,            starts=("TRF_COPY_DECISION",)),
    "copy_decision":   move(*IMPOSED,             to=None,         by=line_staff,           asks=(NOTE,), reach=OWN,                stops=("TRF_COPY_DECISION",)),
}
# fmt: on

DECISION_WORDS = {
    "assess_transfer": Words(_("Assess a transfer"), _("recorded a transfer assessment")),
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
    "seek_remedy": Words(_("Record reconsideration or lawsuit"), _("recorded a reconsideration or lawsuit")),
    "uphold": Words(_("Record: upheld"), _("recorded that the decision was upheld")),
    "change": Words(_("Record: changed or revoked"), _("recorded that the decision was changed or revoked")),
    "enforce": Words(_("Start enforcement"), _("started enforcement")),
    "perform": Words(_("Record performance"), _("recorded performance"), "primary"),
    "drop": Words(_("Drop this party"), _("dropped this party"), "danger"),
    "transfer": Words(_("End as transferred"), _("ended this line as transferred")),
    "reopen": Words(_("Take up again"), _("took the matter of this party up again"), "danger"),
    "transfer_late": Words(_("Note a late transfer"), _("the matter was transferred after the penalty")),
    "copy_decision": Words(_("Record that the decision was copied"), _("sent police and procuratorate the decision")),
}

DECISION = Workflow("decision", D, MOVES, DECISION_WORDS, final=Decision.FATES)

# Periods that start only if the line gives cause.
STARTS_IF: Mapping[str, Callable[[Decision], bool]] = {
    "ADM_HEARING_REQ": lambda line: not line.without_hearing,
    "ADM_PAY": lambda line: bool(line.fine_cny),
}
