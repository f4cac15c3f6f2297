"""The workflow of a party's decision. Conditions are in `decision_conditions`, fields in `decision_fields`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON
from agencies.kernel.workflow import Labels, Visibility, Workflow, automatic, transition
from cases.casefile.models import Party
from cases.clocks.by_paper import LABELS as STARTING_LABELS
from cases.clocks.by_paper import starting

from ..access import chief, customs_chief, customs_staff, deciding_office_holder, staff
from ..models import Decision
from . import decision_conditions as n
from . import decision_fields as a
from . import holding as h

D = Decision.State
OWN, PAIR = Visibility.OWN, Visibility.PAIR
step = partial(transition, by=staff, visibility=OWN)

# Conditions of every decision about a party.
DECIDING = (
    *(n.not_of_the_team, n.no_transfer_due, n.transfer_assessed, n.no_criminal_matter_pending),
    *(n.legally_reviewed, n.discussed),
)
HEARD = (n.notice_served, n.statement_settled, n.hearing_settled)
PUNISHING = (*HEARD, *DECIDING, n.not_time_barred)
# States and periods of a notice, which end when it is withdrawn.
NOTIFIED = (D.ISSUED, D.PRENOTICE, D.HEARING, D.REVIEW)
OF_NOTICE = ("ADM_HEARING_REQ", "STATEMENT", "ADM_HEARING_NOTICE", "HEARING_HOLD")
SERVED = (D.SERVED, D.REMEDY, D.ENFORCE, D.PERFORMED)
FORWARDS = ("REC_FORWARD", "REC_FORWARD_SUMMARY")
REPLIES = ("REC_REPLY", "REC_REPLY_SUMMARY", "LIT_ANSWER")
DECIDES = ("REC_DECIDE", "REC_DECIDE_SUMMARY", "LIT_FIRST", "LIT_SIMPLE", "LIT_SECOND")
ENDS_REMEDY = ("REC_ACCEPT", *FORWARDS, *REPLIES, *DECIDES)
IMPOSED = (D.DECIDED, *SERVED)
ENDED = (D.DROPPED, D.TRANSFERRED)

# fmt: off
TRANSITIONS = {
    "assess_transfer":   step(*Decision.UNDECIDED,                                       fields=(a.ASSESSED, REASON), needs=(n.not_yet_to_transfer,), writes=True),
    "record_figures":    step(*Decision.UNDECIDED,                                       fields=a.FIGURES, writes=True),
    "notify":            step(D.OPEN,                                  to=D.ISSUED,      fields=a.NOTICE, needs=(n.team_of_two, n.a_decider_is_eligible), paper="PRENOTICE", writes=True),
    "serve_notice":      step(D.ISSUED,                                to=D.PRENOTICE,   fields=a.NOTICE_SERVED, starts=("ADM_HEARING_REQ", "STATEMENT"), paper="NOTICE_SERVICE"),
    "hear_party":        step(D.PRENOTICE, D.HEARING,                                    fields=(a.STATEMENT, a.BY, a.LETTER), needs=(n.statement_open,), stops=("STATEMENT",)),
    "waive_statement":   step(D.PRENOTICE, D.HEARING,                                    fields=(a.BY, a.LETTER, NOTE), needs=(n.statement_open,), stops=("STATEMENT",)),
    "request_hearing":   step(D.PRENOTICE,                             to=D.HEARING,     fields=(a.BY, a.LETTER, NOTE), needs=(n.hearing_right_open,), starts=("HEARING_HOLD",), stops=("ADM_HEARING_REQ",)),
    "waive_hearing":     step(D.PRENOTICE,                                               fields=(a.BY, a.LETTER, NOTE), needs=(n.hearing_right_open,), stops=("ADM_HEARING_REQ",)),
    "notify_hearing":    step(D.HEARING,                                                 fields=(a.HEARING_ON, a.RECEIVED_BY, a.PROOF, NOTE), starts=("ADM_HEARING_NOTICE",), paper="HEARING"),
    "hold_hearing":      step(D.HEARING,                               to=D.REVIEW,      fields=(a.HEARING_RECORD, a.CHAIR, a.RECORD), needs=(n.hearing_notified,), stops=("ADM_HEARING_NOTICE", "HEARING_HOLD", "STATEMENT")),
    "withdraw_hearing":  step(D.HEARING,                               to=D.PRENOTICE,   fields=(a.BY, a.LETTER, REASON), stops=("ADM_HEARING_NOTICE", "HEARING_HOLD")),
    "review":            step(D.PRENOTICE,                             to=D.REVIEW,      fields=(NOTE,), needs=HEARD, stops=("ADM_HEARING_REQ", "STATEMENT")),
    "record_review":     step(D.REVIEW,                                                  fields=(a.OPINION,), needs=(n.reviewer_outside_team,)),
    "record_discussion": step(D.REVIEW,                                                  fields=a.DISCUSSION),
    "send_back":         step(*NOTIFIED,                               to=D.OPEN,        fields=(REASON,), stops=OF_NOTICE),
    "decide":            step(D.REVIEW,                                to=D.DECIDED,     by=deciding_office_holder, fields=(a.DECISION_NO, *a.IMPOSED, NOTE), needs=PUNISHING, starts=("ADM_DELIVER",), paper="DECISION", signs=True),
    "mitigate":          step(D.REVIEW,                                to=D.DECIDED,     by=deciding_office_holder, fields=(a.DECISION_NO, *a.IMPOSED, *a.MITIGATED), needs=PUNISHING, starts=("ADM_DELIVER",), paper="DECISION", signs=True),
    "no_penalty":        step(D.OPEN, D.REVIEW,                        to=D.DECIDED,     by=deciding_office_holder, fields=(a.DECISION_NO, *a.UNPUNISHED), needs=(n.team_of_two, *DECIDING), starts=("ADM_DELIVER",), paper="NO_PENALTY", signs=True, unsigns="decide"),
    "announce":          step(D.DECIDED,                                                 fields=(a.ANNOUNCEMENT, REASON), stops=("ADM_DELIVER",)),
    "serve":             step(D.DECIDED,                               to=D.SERVED,      fields=(a.SERVICE, a.RECEIVED_BY, a.PROOF, NOTE), starts=("ADM_PAY", "REC_APPLY", "LIT_DIRECT"), stops=("ADM_DELIVER",), paper="SERVICE"),
    "pay":               step(D.SERVED, D.REMEDY, D.ENFORCE,                             fields=a.PAYMENT, needs=(n.owing,)),
    "set_off":           step(*SERVED,                                                   fields=a.SET_OFF, needs=(n.fined,)),
    "waive_late_fee":    step(D.SERVED, D.ENFORCE,                                       by=chief, fields=(REASON,)),
    "ask_deferral":      step(D.SERVED, D.REMEDY,                                        fields=(NOTE,), needs=(n.fine_unpaid,), starts=("DEFER_REPLY",)),
    "grant_deferral":    step(D.SERVED, D.REMEDY,                                        by=chief, fields=(*a.DEFERRAL, NOTE), needs=(n.deferral_asked,), stops=("DEFER_REPLY",)),
    "refuse_deferral":   step(D.SERVED, D.REMEDY,                                        by=chief, fields=(REASON,), needs=(n.deferral_asked,), stops=("DEFER_REPLY",)),
    "seek_remedy":       step(D.SERVED, D.ENFORCE, D.PERFORMED,        to=D.REMEDY,      fields=a.REMEDY, needs=(n.proceeding_open,), starts=("REC_ACCEPT",), stops=(*n.RIGHTS, "ENF_DEMAND", "ENF_APPLY")),
    "accept_remedy":     step(D.REMEDY,                                                  fields=(a.SUMMARY, NOTE), starts=(*FORWARDS, *DECIDES), stops=("REC_ACCEPT",)),
    "refuse_remedy":     step(D.REMEDY,                                to=D.SERVED,      fields=(REASON,), starts=("LIT_AFTER_REC",), stops=ENDS_REMEDY),
    "take_copy":         step(D.REMEDY,                                                  fields=(NOTE,), starts=REPLIES, stops=FORWARDS),
    "reply":             step(D.REMEDY,                                                  fields=(NOTE,), stops=REPLIES),
    "withdraw_remedy":   step(D.REMEDY,                                to=D.SERVED,      fields=(NOTE,), stops=ENDS_REMEDY),
    "uphold":            step(D.REMEDY,                                to=D.SERVED,      fields=(REASON,), starts=("LIT_AFTER_REC", "LIT_APPEAL"), stops=ENDS_REMEDY),
    "change":            step(D.REMEDY,                                to=D.SERVED,      fields=a.CHANGED, starts=("LIT_AFTER_REC", "LIT_APPEAL", "ADM_UNPUBLISH"), stops=ENDS_REMEDY),
    "revoke":            step(D.REMEDY,                                to=D.OPEN,        fields=(REASON,), starts=("ADM_UNPUBLISH",), stops=(*ENDS_REMEDY, "ADM_PAY", "DEFER_REPLY", "LICENCE_BAN")),
    "enforce":           step(D.SERVED,                                to=D.ENFORCE,     fields=(NOTE,), needs=(n.payment_overdue,), starts=("ENF_DEMAND",), stops=("ADM_PAY",)),
    "lapse":             step(D.SERVED, D.ENFORCE,                                       fields=(NOTE,), needs=(n.remedies_spent, n.payment_overdue), starts=("ENF_APPLY",), stops=n.RIGHTS),
    "apply_court":       step(D.ENFORCE,                                                 fields=(NOTE,), needs=(n.demand_waited_for, n.remedies_recorded_spent), stops=("ENF_DEMAND", "ENF_APPLY")),
    "take_opinion":      step(*SERVED, D.OPEN,                                           fields=(a.OPINION_NO, NOTE), starts=("REC_OPINION",)),
    "report_opinion":    step(*SERVED, D.OPEN,                                           fields=(NOTE,), needs=(n.opinion_to_report,), stops=("REC_OPINION",)),
    "perform":           step(D.SERVED, D.ENFORCE,                     to=D.PERFORMED,   fields=(NOTE,), needs=(n.fine_settled,), stops=("ADM_PAY", "DEFER_REPLY", "ENF_DEMAND", "ENF_APPLY")),
    "publish":           step(*SERVED,                                                   fields=(a.PUBLISHED, NOTE), needs=(n.not_published,)),
    "unpublish":         step(*Decision.UNDECIDED, *SERVED, D.DROPPED,                   fields=(REASON,), needs=(n.published,), stops=("ADM_UNPUBLISH",)),
    "ban":               step(D.OPEN, *SERVED,                                           by=deciding_office_holder, fields=a.BAN, needs=(n.not_of_the_team, n.commerce_decides, n.punished), starts=("LICENCE_BAN",)),
    "lift_ban":          step(D.OPEN, *SERVED, D.DROPPED,                                by=deciding_office_holder, fields=(REASON,), needs=(n.not_of_the_team,), stops=("LICENCE_BAN",)),
    "record_finding":    step(*Decision.UNDECIDED,                                       fields=(*a.FOUND, NOTE), needs=(n.end_of_act_known,), starts=("ADM_LIMITATION",)),
    "hold_person":       step(*Decision.UNDECIDED,                                       by=customs_chief, fields=h.HOLD_FIELDS, needs=(h.a_person, h.not_held), starts=(h.HOLD,)),
    "release_person":    step(*Decision.UNDECIDED, *IMPOSED, *ENDED,                     by=customs_staff, fields=h.RELEASE_FIELDS, needs=(h.held,), stops=(h.HOLD,)),
    **starting(*Decision.UNDECIDED, *IMPOSED, by=staff),
    "drop":              step(D.OPEN,                                  to=D.DROPPED,     fields=(REASON,), needs=(h.not_held,), unsigns="decide"),
    "transfer":          step(*Decision.UNDECIDED,                     to=D.TRANSFERRED, fields=(REASON,), needs=(n.transfer_assessed,), stops=OF_NOTICE, unsigns="decide"),
    "reopen":            step(D.TRANSFERRED, D.DROPPED,                to=D.OPEN,        by=chief, fields=(REASON,)),
    "give_over":         automatic(*Decision.UNDECIDED,                to=D.TRANSFERRED, visibility=PAIR, stops=OF_NOTICE),
    "resume":            automatic(D.TRANSFERRED,                      to=D.OPEN,        visibility=PAIR),
    "transfer_late":     automatic(*IMPOSED,                                             visibility=OWN, starts=("TRF_COPY_DECISION",)),
    "copy_decision":     step(*IMPOSED,                                                  fields=(a.COPY_TO, a.COPY_ALSO_TO)),
}
# fmt: on

DECISION_LABELS = STARTING_LABELS | {
    "assess_transfer": Labels(_("Assess a transfer"), _("recorded a transfer assessment")),
    "record_figures": Labels(_("Record the figures of the fine"), _("recorded the figures for calculating the fine")),
    "notify": Labels(_("Issue the pre-penalty notice"), _("issued the pre-penalty notice"), "primary"),
    "serve_notice": Labels(_("Record service of the notice"), _("served the pre-penalty notice"), "primary"),
    "request_hearing": Labels(_("Record hearing request"), _("recorded the request for a hearing")),
    "waive_hearing": Labels(_("Record waiver of the hearing"), _("recorded the waiver of the hearing")),
    "hear_party": Labels(
        _("Record statement and defence"), _("recorded the statement and defence of the party"), "primary"
    ),
    "waive_statement": Labels(_("Record waiver of the statement"), _("recorded the waiver of statement and defence")),
    "notify_hearing": Labels(_("Serve notice of the hearing"), _("served the notice of the hearing"), "primary"),
    "hold_hearing": Labels(_("Record the hearing"), _("held the hearing"), "primary"),
    "withdraw_hearing": Labels(
        _("Record withdrawal of the hearing request"), _("recorded that the party withdrew its hearing request")
    ),
    "review": Labels(_("Send to legal review"), _("sent the matter to legal review"), "primary"),
    "record_review": Labels(_("Record the legal review"), _("recorded the opinion of the legal review")),
    "record_discussion": Labels(_("Record the collective discussion"), _("recorded the collective discussion")),
    "send_back": Labels(_("Return to investigation"), _("returned the matter to investigation")),
    "decide": Labels(_("Decide: penalty"), _("decided on a penalty"), "primary"),
    "mitigate": Labels(_("Decide: mitigated penalty"), _("decided on a mitigated penalty")),
    "no_penalty": Labels(_("Decide: no penalty"), _("decided on no penalty")),
    "announce": Labels(_("Serve by announcement"), _("announced the decision to serve it")),
    "serve": Labels(_("Record service"), _("served the decision"), "primary"),
    "pay": Labels(_("Record a payment"), _("recorded a payment"), "primary"),
    "set_off": Labels(_("Set off against a court's fine"), _("set the fine off against the court's")),
    "waive_late_fee": Labels(_("Waive the late fee"), _("waived the late fee")),
    "ask_deferral": Labels(_("Record request to defer payment"), _("recorded the request to defer payment")),
    "grant_deferral": Labels(_("Grant the deferral"), _("granted the deferral of payment")),
    "refuse_deferral": Labels(_("Refuse the deferral"), _("refused the deferral of payment")),
    "seek_remedy": Labels(_("Record reconsideration or lawsuit"), _("recorded a reconsideration or lawsuit")),
    "accept_remedy": Labels(_("Record that it was accepted"), _("recorded that the remedy was accepted")),
    "refuse_remedy": Labels(_("Record that it was not accepted"), _("recorded that the remedy was not accepted")),
    "take_copy": Labels(_("Record receipt of the copy"), _("received the copy of the application or complaint")),
    "reply": Labels(_("Record the reply"), _("replied with evidence and grounds")),
    "withdraw_remedy": Labels(_("Record: withdrawn by the party"), _("recorded that the party withdrew its remedy")),
    "uphold": Labels(_("Record: upheld"), _("recorded that the decision was upheld")),
    "change": Labels(_("Record: changed"), _("recorded that the decision was changed")),
    "revoke": Labels(_("Record: revoked"), _("recorded that the decision was revoked"), "danger"),
    "take_opinion": Labels(
        _("Record a reconsideration opinion"), _("received an opinion of the reconsideration agency")
    ),
    "report_opinion": Labels(
        _("Record the report on the opinion"), _("reported the correction to the reconsideration agency")
    ),
    "enforce": Labels(_("Serve the demand"), _("demanded performance")),
    "lapse": Labels(_("Record expiry of the remedies"), _("recorded that the party did not seek a remedy in time")),
    "apply_court": Labels(_("Apply to the court"), _("applied to the court for enforcement")),
    "perform": Labels(_("Record performance"), _("recorded performance"), "primary"),
    "publish": Labels(_("Record publication"), _("published the decision")),
    "unpublish": Labels(_("Withdraw publication"), _("withdrew the publication of the decision")),
    "ban": Labels(_("Refuse licences for five years"), _("decided to refuse licence applications for five years")),
    "lift_ban": Labels(_("Lift the refusal of licences"), _("lifted the refusal of licence applications")),
    "record_finding": Labels(_("Record date of discovery"), _("recorded the date of discovery of the violation")),
    "drop": Labels(_("Drop this party"), _("dropped this party"), "danger"),
    "transfer": Labels(_("End as transferred"), _("ended this line as transferred")),
    "reopen": Labels(_("Resume"), _("resumed the matter of this party"), "danger"),
    "give_over": Labels(_("Hand over the case"), _("the matter of this party was transferred to the competent agency")),
    "resume": Labels(_("Resume"), _("the matter of this party was returned")),
    "transfer_late": Labels(_("Record a transfer after penalty"), _("the matter was transferred after the penalty")),
    "copy_decision": Labels(_("Send copy to police and procuratorate"), _("drafted the copy of the decision")),
    **h.HOLDING_LABELS,
}

DECISION = Workflow("decision", D, TRANSITIONS, DECISION_LABELS, final=Decision.FATES)

# Clocks that start only under a condition.
STARTS_IF: Mapping[str, Callable[[Decision], bool]] = {
    "ADM_HEARING_REQ": lambda line: not line.without_hearing,
    "ADM_PAY": lambda line: bool(line.fine_cny),
    "ADM_UNPUBLISH": lambda line: line.is_published,
    "ADM_LIMITATION": lambda line: not line.long_limitation,
    "LICENCE_BAN": lambda line: not (line.barred_for_life and line.party.kind == Party.Kind.PERSON),
    "LIT_SECOND": lambda line: line.remedy == Decision.Remedy.APPEAL,
    **dict.fromkeys(("LIT_ANSWER", "LIT_APPEAL"), lambda line: line.remedy == Decision.Remedy.LITIGATION),
    "LIT_FIRST": lambda line: line.remedy == Decision.Remedy.LITIGATION and not line.summary_remedy,
    "LIT_SIMPLE": lambda line: line.remedy == Decision.Remedy.LITIGATION and line.summary_remedy,
    **dict.fromkeys(("REC_ACCEPT", "LIT_AFTER_REC"), lambda line: line.remedy == Decision.Remedy.RECONSIDERATION),
    **dict.fromkeys(
        ("REC_FORWARD", "REC_DECIDE", "REC_REPLY"),
        lambda line: line.remedy == Decision.Remedy.RECONSIDERATION and not line.summary_remedy,
    ),
    **dict.fromkeys(
        ("REC_FORWARD_SUMMARY", "REC_DECIDE_SUMMARY", "REC_REPLY_SUMMARY"),
        lambda line: line.remedy == Decision.Remedy.RECONSIDERATION and line.summary_remedy,
    ),
}
# Clocks that started before the act that records them.
STARTS_AT: Mapping[str, Callable[[Decision], datetime | None]] = {
    "ENF_APPLY": n.enforceable_from,
    "LICENCE_BAN": n.ban_begins,
    "ADM_LIMITATION": n.end_of_act,
}
