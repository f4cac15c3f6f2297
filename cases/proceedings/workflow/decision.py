"""The table of one party's decision."""

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from cases.casefile.models import Hold
from cases.clocks.models import Clock, Kind

from ..access import line_office_holder, line_staff
from ..models import Decision, Line

D = Decision.State
OWN = Reach.OWN


def no_police_decision_pending(line: Decision, actor: Actor) -> Missing | None:
    """No fine for a party's act while the police decide about it or investigate it (D310 art. 11)."""
    holds = Hold.objects.standing().filter(case_id=line.proceeding.case_id, verb=Hold.Verb.PUNISH)
    hold = holds.concerning(line.party_id, line.act_id).select_related("organ").first()
    if hold is None:
        return None
    return Missing("hold:punish", hold.told)


def hearing_right_spent(line: Line, actor: Actor) -> Missing | None:
    """The decision waits until the right to a hearing lapses, is waived or the hearing closes (APL art. 64)."""
    if line.state != D.PRENOTICE:
        return None
    right = Clock.objects.running().about(line).filter(rule__kind=Kind.RIGHT, rule__code="ADM_HEARING_REQ").first()
    if right is None or right.due_at is None or right.due_at < timezone.now():
        return None
    return Missing("hearing", gettext("The party may still ask for a hearing; record a waiver or wait."))


PROPOSED = Ask("proposed", _("Proposed penalty"), kind="long", stores=True)
FINE = Ask("fine_cny", _("Fine (CNY)"), kind="decimal", required=False, stores=True)
DECISION_NO = Ask("decision_number", _("Number of the decision"), max_length=80, stores=True)
GROUND = Ask(
    "ground", _("Legal ground"), kind="long", stores=True, help=_("The clause for mitigation or for no penalty.")
)

# fmt: off
MOVES = {
    # verb                  from                  to               who                      asks / needs                            clocks
    "notify":          move(D.OPEN,               to=D.PRENOTICE,  by=line_staff,           asks=(PROPOSED,), reach=OWN,            starts=("ADM_HEARING_REQ",), paper="PRENOTICE"),
    "request_hearing": move(D.PRENOTICE,          to=D.HEARING,    by=line_staff,           asks=(NOTE,), reach=OWN,                starts=("ADM_HEARING_NOTICE",), stops=("ADM_HEARING_REQ",), paper="HEARING"),
    "waive_hearing":   move(D.PRENOTICE,          to=D.REVIEW,     by=line_staff,           asks=(NOTE,), reach=OWN,                stops=("ADM_HEARING_REQ",)),
    "review":          move(D.PRENOTICE, D.HEARING, to=D.REVIEW,   by=line_staff,           asks=(NOTE,), needs=(hearing_right_spent,), reach=OWN, stops=("ADM_HEARING_REQ", "ADM_HEARING_NOTICE")),
    "send_back":       move(D.REVIEW,             to=D.OPEN,       by=line_staff,           asks=(REASON,), reach=OWN),
    "decide":          move(D.REVIEW,             to=D.DECIDED,    by=line_office_holder,   asks=(DECISION_NO, FINE, NOTE), needs=(no_police_decision_pending,), reach=OWN, starts=("ADM_DELIVER",), paper="DECISION"),
    "mitigate":        move(D.REVIEW,             to=D.DECIDED,    by=line_office_holder,   asks=(DECISION_NO, FINE, GROUND), needs=(no_police_decision_pending,), reach=OWN, starts=("ADM_DELIVER",), paper="DECISION"),
    "no_penalty":      move(D.OPEN, D.REVIEW,     to=D.DECIDED,    by=line_office_holder,   asks=(DECISION_NO, GROUND), needs=(no_police_decision_pending,), reach=OWN, starts=("ADM_DELIVER",), paper="NO_PENALTY"),
    "serve":           move(D.DECIDED,            to=D.SERVED,     by=line_staff,           asks=(NOTE,), reach=OWN,                starts=("ADM_PAY", "REC_APPLY", "LIT_DIRECT"), stops=("ADM_DELIVER",), paper="SERVICE"),
    "seek_remedy":     move(D.SERVED,             to=D.REMEDY,     by=line_staff,           asks=(REASON,), reach=OWN,              starts=("REC_DECIDE",), stops=("REC_APPLY", "LIT_DIRECT")),
    "uphold":          move(D.REMEDY,             to=D.SERVED,     by=line_staff,           asks=(REASON,), reach=OWN,              starts=("LIT_AFTER_REC",), stops=("REC_DECIDE",)),
    "change":          move(D.REMEDY,             to=D.OPEN,       by=line_staff,           asks=(REASON,), reach=OWN,              stops=("REC_DECIDE", "ADM_PAY")),
    "enforce":         move(D.SERVED,             to=D.ENFORCE,    by=line_staff,           asks=(NOTE,), reach=OWN,                starts=("ENF_DEMAND", "ENF_APPLY"), stops=("ADM_PAY",)),
    "perform":         move(D.SERVED, D.ENFORCE,  to=D.PERFORMED,  by=line_staff,           asks=(NOTE,), reach=OWN,                stops=("ADM_PAY", "ENF_DEMAND", "ENF_APPLY")),
    "drop":            move(D.OPEN,               to=D.DROPPED,    by=line_staff,           asks=(REASON,), reach=OWN),
    "transfer":        move(D.OPEN, D.REVIEW,     to=D.TRANSFERRED,by=line_staff,           asks=(REASON,), reach=OWN),
}
# fmt: on

DECISION_WORDS = {
    "notify": Words(_("Serve pre-penalty notice"), _("served the pre-penalty notice"), "primary"),
    "request_hearing": Words(_("Record hearing request"), _("recorded the request for a hearing")),
    "waive_hearing": Words(_("Record waiver of the hearing"), _("recorded the waiver of the hearing")),
    "review": Words(_("Send to legal review"), _("sent the matter to legal review"), "primary"),
    "send_back": Words(_("Send back"), _("sent the matter back to investigation")),
    "decide": Words(_("Decide: penalty"), _("decided on a penalty"), "primary"),
    "mitigate": Words(_("Decide: mitigated penalty"), _("decided on a mitigated penalty")),
    "no_penalty": Words(_("Decide: no penalty"), _("decided on no penalty")),
    "serve": Words(_("Record service"), _("served the decision"), "primary"),
    "seek_remedy": Words(_("Record reconsideration or lawsuit"), _("recorded a reconsideration or lawsuit")),
    "uphold": Words(_("Record: upheld"), _("recorded that the decision was upheld")),
    "change": Words(_("Record: changed or revoked"), _("recorded that the decision was changed or revoked")),
    "enforce": Words(_("Start enforcement"), _("started enforcement")),
    "perform": Words(_("Record performance"), _("recorded performance"), "primary"),
    "drop": Words(_("Drop this party"), _("dropped this party"), "danger"),
    "transfer": Words(_("End as transferred"), _("ended this line as transferred")),
}

DECISION = Workflow("decision", D, MOVES, DECISION_WORDS, final=Decision.FATES)
