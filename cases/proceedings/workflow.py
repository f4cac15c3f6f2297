"""The tables of proceedings and of their lines. Clock codes as in `cases/clocks/data/clocks.csv`."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from cases.casefile.models import Hold
from cases.clocks.models import Clock, Kind

from .access import chief, line_office_holder, line_staff, staff
from .models import Decision, Line, Proceeding, Suspect, lines_of

P, D, U = Proceeding.State, Decision.State, Suspect.State
O = Proceeding.Outcome  # noqa: E741 - one letter keeps the tables' columns aligned


# Needs ---------------------------------------------------------------------------------------------------------------
def every_line_has_fate(proceeding: Proceeding, actor: Actor) -> Missing | None:
    """A proceeding closes when each of its lines has ended; twenty-seven defendants end in twenty-seven ways."""
    left = lines_of(proceeding).without_fate().count()
    detail = gettext("%(count)s party or suspect lines have no fate yet.") % {"count": left}
    return Missing("lines", detail) if left else None


def every_line_decided(proceeding: Proceeding, actor: Actor) -> Missing | None:
    open_states = [D.OPEN, D.PRENOTICE, D.HEARING, D.REVIEW]
    left = proceeding.decisions.filter(state__in=open_states).count()
    if left:
        return Missing("decisions", gettext("%(count)s parties have no decision yet.") % {"count": left})
    if not proceeding.decisions.exists():
        return Missing("decisions", gettext("No party has a decision yet."))
    return None


def no_line_punished(proceeding: Proceeding, actor: Actor) -> Missing | None:
    decided = proceeding.decisions.filter(state__in=[D.DECIDED, D.SERVED, D.REMEDY, D.ENFORCE]).exists()
    return Missing("decided", gettext("A party has already been decided about.")) if decided else None


def two_supplements_at_most(proceeding: Proceeding, actor: Actor) -> Missing | None:
    """补充侦查以二次为限 (CPL art. 175)."""
    spent = proceeding.supplements >= 2
    return Missing("supplements", gettext("Supplementary investigation is spent: at most twice.")) if spent else None


def no_police_decision_pending(line: Decision, actor: Actor) -> Missing | None:
    """No fine for an act while the police decide about it or investigate it (D310 art. 11)."""
    holds = Hold.objects.standing().filter(case_id=line.proceeding.case_id, verb=Hold.Verb.PUNISH)
    hold = holds.select_related("organ").first()
    if hold is None:
        return None
    return Missing("hold:punish", hold.told)


def no_measure_runs(proceeding: Proceeding, actor: Actor) -> Missing | None:
    """What was detained, sealed or preserved is released or handed over before the proceeding closes."""
    running = Clock.objects.running().about(proceeding).filter(rule__kind=Kind.VALIDITY).select_related("rule")
    names = ", ".join(clock.rule.name for clock in running)
    return Missing("measures", gettext("A measure still runs: %(names)s.") % {"names": names}) if names else None


def court_has_judged(line: Suspect, actor: Actor) -> Missing | None:
    """Nobody is guilty before a court has judged (CPL art. 12)."""
    judged = line.proceeding.state in (P.JUDGED, P.APPEAL, P.FINAL)
    return None if judged else Missing("judgment", gettext("No judgment is recorded in this proceeding yet."))


def hearing_right_spent(line: Line, actor: Actor) -> Missing | None:
    """The decision waits until the right to a hearing lapses, is waived or the hearing closes (APL art. 64)."""
    if line.state != D.PRENOTICE:
        return None
    right = Clock.objects.running().about(line).filter(rule__kind=Kind.RIGHT, rule__code="ADM_HEARING_REQ").first()
    if right is None or right.due_at is None or right.due_at < timezone.now():
        return None
    return Missing("hearing", gettext("The party may still ask for a hearing; record a waiver or wait."))


# Asks ----------------------------------------------------------------------------------------------------------------
NUMBER = Ask("external_number", _("Case number of the organ"), max_length=80, stores=True)
OUTCOME_REASON = Ask("outcome_reason", _("Reasons of the outcome"), kind="long", stores=True)
PROPOSED = Ask("proposed", _("Proposed penalty"), kind="long", stores=True)
FINE = Ask("fine_cny", _("Fine (CNY)"), kind="decimal", required=False, stores=True)
DECISION_NO = Ask("decision_number", _("Number of the decision"), max_length=80, stores=True)
GROUND = Ask(
    "ground", _("Legal ground"), kind="long", stores=True, help=_("The clause for mitigation or for no penalty.")
)
CHARGE = Ask("charge", _("Charge"), stores=True)
MONTHS = Ask("sentence_months", _("Sentence (months)"), kind="number", required=False, stores=True)


def _parties(proceeding: Any, actor: Actor) -> list[tuple[str, str]]:
    return [(str(p.pk), p.name) for p in proceeding.case.parties.all()]


PARTY = Ask("party", _("Party"), kind="choice", choices=_parties)
STATUS, OWN = Reach.STATUS, Reach.OWN

# Tables --------------------------------------------------------------------------------------------------------------
# A measure may outlive the decision and must be ended before the proceeding closes.
MEASURED = (P.INVESTIGATE, P.DECIDED, P.TRANSFERRED, P.NO_CASE)
# fmt: off
ADMINISTRATIVE_MOVES = {
    # verb                  from                           to               who         asks / needs                                     clocks
    "add_line":        move(P.FILED_ADM, P.INVESTIGATE,    to=None,         by=staff,   asks=(PARTY, NOTE), reach=OWN),
    "query":           move(P.VERIFY,                      to=None,         by=staff,   asks=(NOTE,), reach=OWN,                         starts=("CUS_QUERY_REPLY",)),
    "answer_query":    move(P.VERIFY,                      to=None,         by=staff,   asks=(NOTE,), reach=OWN,                         stops=("CUS_QUERY_REPLY",)),
    "warn":            move(P.VERIFY,                      to=P.WARN,       by=staff,   asks=(OUTCOME_REASON,), reach=STATUS,            stops=("CUS_QUERY_REPLY",), paper="WARN"),
    "reject":          move(P.VERIFY,                      to=P.REJECTED,   by=chief,   asks=(OUTCOME_REASON,), reach=STATUS,            stops=("CUS_QUERY_REPLY",)),
    "file":            move(P.VERIFY, P.WARN,              to=P.FILED_ADM,  by=chief,   asks=(NUMBER, NOTE), reach=STATUS,               starts=("DECISION",), stops=("CUS_QUERY_REPLY",), paper="FILE_ADM"),
    "investigate":     move(P.FILED_ADM,                   to=P.INVESTIGATE,by=staff,   asks=(NOTE,), reach=STATUS),
    "detain_goods":    move(P.INVESTIGATE,                 to=None,         by=staff,   asks=(REASON,), reach=OWN,                       starts=("DETAIN",), paper="DETAIN"),
    "release_goods":   move(*MEASURED,                   to=None,         by=staff,   asks=(REASON,), reach=OWN,                       stops=("DETAIN",), paper="RELEASE"),
    "preserve":        move(P.INVESTIGATE,                 to=None,         by=staff,   asks=(REASON,), reach=OWN,                       starts=("ADM_REG_PRESERVE",)),
    "end_preservation":move(*MEASURED,                   to=None,         by=staff,   asks=(REASON,), reach=OWN,                       stops=("ADM_REG_PRESERVE",)),
    "drop":            move(P.FILED_ADM, P.INVESTIGATE,    to=P.NO_CASE,    by=chief,   asks=(OUTCOME_REASON,), needs=(no_line_punished,), reach=STATUS, stops=("DECISION",)),
    "transfer":        move(P.FILED_ADM, P.INVESTIGATE,    to=P.TRANSFERRED,by=chief,   asks=(OUTCOME_REASON,), needs=(no_line_punished,), reach=STATUS, stops=("DECISION",)),
    "decide":          move(P.INVESTIGATE,                 to=P.DECIDED,    by=chief,   asks=(OUTCOME_REASON,), needs=(every_line_decided,), reach=STATUS, stops=("DECISION",)),
    "close":           move(P.WARN, P.REJECTED, P.NO_CASE, P.TRANSFERRED, P.DECIDED,
                                                           to=P.CLOSED,     by=chief,   asks=(NOTE,), needs=(every_line_has_fate, no_measure_runs), reach=STATUS),
    "reopen":          move(P.CLOSED, P.NO_CASE, P.REJECTED, P.TRANSFERRED,
                                                           to=P.VERIFY,     by=chief,   asks=(REASON,), reach=STATUS),
}

CRIMINAL_MOVES = {
    # verb                  from                                      to                   who         asks / needs                                    clocks
    "add_line":        move(P.CRIMINAL_CASE, P.SUPPLEMENTARY,         to=None,             by=staff,   asks=(PARTY, NOTE), reach=OWN),
    "prosecute_opinion":move(P.CRIMINAL_CASE, P.SUPPLEMENTARY,        to=P.TRANSFER_PROS,  by=chief,   asks=(NOTE,), reach=STATUS,                     starts=("CRM_PROSECUTE",), stops=("CRM_SUPPLEMENT",), paper="PROSECUTE"),
    "return":          move(P.TRANSFER_PROS,                          to=P.SUPPLEMENTARY,  by=staff,   asks=(REASON,), needs=(two_supplements_at_most,), reach=STATUS, starts=("CRM_SUPPLEMENT",), stops=("CRM_PROSECUTE",)),
    "prosecute":       move(P.TRANSFER_PROS,                          to=P.PROSECUTED,     by=staff,   asks=(NOTE,), reach=STATUS,                     starts=("CRM_TRIAL",), stops=("CRM_PROSECUTE",)),
    "not_prosecute":   move(P.TRANSFER_PROS,                          to=P.NOT_PROSECUTED, by=staff,   asks=(OUTCOME_REASON,), reach=STATUS,           starts=("CRM_NONPROS_RECON",), stops=("CRM_PROSECUTE",)),
    "judge":           move(P.PROSECUTED,                             to=P.JUDGED,         by=staff,   asks=(OUTCOME_REASON,), reach=STATUS,           starts=("CRM_APPEAL",), stops=("CRM_TRIAL",)),
    "appeal":          move(P.JUDGED,                                 to=P.APPEAL,         by=staff,   asks=(NOTE,), reach=STATUS,                     stops=("CRM_APPEAL",)),
    "finalise":        move(P.JUDGED, P.APPEAL,                       to=P.FINAL,          by=staff,   asks=(NOTE,), reach=STATUS,                     stops=("CRM_APPEAL",)),
    "withdraw":        move(P.CRIMINAL_CASE, P.SUPPLEMENTARY,         to=P.WITHDRAWN,      by=chief,   asks=(OUTCOME_REASON,), reach=STATUS,           starts=("CRM_VICTIM_NOTICE",), stops=("CRM_SUPPLEMENT",)),
    "tell_withdrawal": move(P.WITHDRAWN,                              to=None,             by=staff,   asks=(NOTE,), reach=STATUS,                     stops=("CRM_VICTIM_NOTICE",)),
    "close":           move(P.FINAL, P.WITHDRAWN, P.NOT_PROSECUTED,   to=P.CLOSED,         by=chief,   asks=(NOTE,), needs=(every_line_has_fate,), reach=STATUS, stops=("CRM_NONPROS_RECON",)),
    "reopen":          move(P.CLOSED, P.WITHDRAWN, P.NOT_PROSECUTED,  to=P.CRIMINAL_CASE,  by=chief,   asks=(REASON,), reach=STATUS,                   stops=("CRM_NONPROS_RECON", "CRM_VICTIM_NOTICE")),
}

DECISION_MOVES = {
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

_FREE = (U.INVESTIGATED, U.RELEASED, U.BAIL, U.SURVEILLED)
_HELD = (U.DETAINED, U.ARREST_REVIEW, U.ARRESTED)
_ALL = (*_FREE, *_HELD)
_CUSTODY = ("CRM_ARREST_REQ", "CRM_ARREST_DECIDE", "CRM_INVEST", "CRM_BAIL", "CRM_RESSURV")
SUSPECT_MOVES = {
    # verb                  from                        to                   who             asks                             clocks
    "detain":          move(*_FREE,                     to=U.DETAINED,       by=line_staff,  asks=(NOTE,), reach=OWN,         starts=("CRM_CUSTODY", "CRM_FAMILY", "CRM_QUESTION", "CRM_ARREST_REQ"), stops=("CRM_BAIL", "CRM_RESSURV")),
    "deliver":         move(*_HELD,                     to=None,             by=line_staff,  asks=(NOTE,), reach=OWN,         stops=("CRM_CUSTODY",)),
    "notify_family":   move(*_HELD,                     to=None,             by=line_staff,  asks=(NOTE,), reach=OWN,         stops=("CRM_FAMILY",)),
    "question":        move(*_HELD,                     to=None,             by=line_staff,  asks=(NOTE,), reach=OWN,         stops=("CRM_QUESTION",)),
    "request_arrest":  move(U.DETAINED,                 to=U.ARREST_REVIEW,  by=line_staff,  asks=(NOTE,), reach=OWN,         starts=("CRM_ARREST_DECIDE",), stops=("CRM_ARREST_REQ",), paper="ARREST_REQ"),
    "arrest":          move(U.ARREST_REVIEW,            to=U.ARRESTED,       by=line_staff,  asks=(NOTE,), reach=OWN,         starts=("CRM_INVEST",), stops=("CRM_ARREST_DECIDE",)),
    "bail":            move(*_HELD, U.INVESTIGATED, U.RELEASED, U.SURVEILLED,
                                                        to=U.BAIL,           by=line_staff,  asks=(REASON,), reach=OWN,       starts=("CRM_BAIL",), stops=("CRM_CUSTODY", "CRM_FAMILY", "CRM_QUESTION", *_CUSTODY)),
    "surveil":         move(*_HELD, U.INVESTIGATED, U.RELEASED, U.BAIL,
                                                        to=U.SURVEILLED,     by=line_staff,  asks=(REASON,), reach=OWN,       starts=("CRM_RESSURV",), stops=("CRM_CUSTODY", "CRM_FAMILY", "CRM_QUESTION", *_CUSTODY)),
    "release":         move(*_HELD, U.BAIL, U.SURVEILLED, to=U.RELEASED,     by=line_staff,  asks=(REASON,), reach=OWN,       stops=("CRM_CUSTODY", "CRM_FAMILY", "CRM_QUESTION", *_CUSTODY)),
    "drop":            move(*_ALL,                      to=U.DROPPED,        by=line_staff,  asks=(REASON,), reach=OWN,       stops=("*",)),
    "not_prosecute":   move(*_ALL,                      to=U.NOT_PROSECUTED, by=line_staff,  asks=(REASON,), reach=OWN,       stops=("*",)),
    "convict":         move(*_ALL,                      to=U.CONVICTED,      by=line_staff,  asks=(CHARGE, MONTHS, FINE, NOTE), needs=(court_has_judged,), reach=OWN, stops=("*",)),
    "acquit":          move(*_ALL,                      to=U.ACQUITTED,      by=line_staff,  asks=(REASON,), needs=(court_has_judged,), reach=OWN,       stops=("*",)),
}
# fmt: on

# What the codes that differ by kind of proceeding mean.
CLOCK_BY_KIND = {
    "DECISION": {Proceeding.Kind.COMMERCE: "ADM_DECISION", Proceeding.Kind.CUSTOMS: "CUS_DECISION"},
    "DETAIN": {Proceeding.Kind.COMMERCE: "ADM_SEAL", Proceeding.Kind.CUSTOMS: "CUS_DETAIN_GOODS"},
}

# The outcome a verb gives its proceeding; "decide" asks its lines.
OUTCOMES = {
    "warn": O.WARNED,
    "reject": O.NOT_FILED,
    "drop": O.NO_CASE,
    "transfer": O.TRANSFERRED,
    "not_prosecute": O.NOT_PROSECUTED,
    "judge": O.JUDGED,
    "withdraw": O.WITHDRAWN,
}

PROCEEDING_WORDS = {
    "open_proceeding": Words(_("Open a proceeding"), _("opened a proceeding")),
    "add_line": Words(_("Add a person or party"), _("added a person or party to the proceeding")),
    "query": Words(_("Record customs query"), _("queried the exporter")),
    "answer_query": Words(_("Record reply to query"), _("recorded the reply to the query")),
    "warn": Words(_("Warn"), _("issued a warning letter or held a regulatory talk")),
    "reject": Words(_("Do not file"), _("decided not to file"), "danger"),
    "file": Words(_("File the case"), _("filed the case"), "primary"),
    "investigate": Words(_("Start the investigation"), _("started the investigation"), "primary"),
    "detain_goods": Words(_("Detain or seal goods"), _("detained or sealed goods")),
    "release_goods": Words(_("Release goods"), _("released goods")),
    "preserve": Words(_("Preserve evidence"), _("ordered registered preservation of evidence")),
    "end_preservation": Words(_("End preservation"), _("ended the preservation of evidence")),
    "drop": Words(_("Drop the case"), _("dropped the case"), "danger"),
    "transfer": Words(_("End as transferred"), _("ended its proceeding as transferred")),
    "decide": Words(_("Conclude the decisions"), _("concluded its decisions"), "primary"),
    "close": Words(_("Close the proceeding"), _("closed its proceeding"), "primary"),
    "reopen": Words(_("Reopen the proceeding"), _("reopened its proceeding"), "danger"),
    "prosecute_opinion": Words(_("Send for prosecution"), _("sent the case for prosecution"), "primary"),
    "return": Words(_("Record return for supplementary investigation"), _("got the case back for supplementary investigation")),
    "prosecute": Words(_("Record prosecution"), _("recorded the prosecution"), "primary"),
    "not_prosecute": Words(_("Record non-prosecution"), _("recorded the non-prosecution")),
    "judge": Words(_("Record the judgment"), _("recorded the first-instance judgment"), "primary"),
    "appeal": Words(_("Record an appeal"), _("recorded an appeal or protest")),
    "finalise": Words(_("Record that the judgment is final"), _("recorded that the judgment is final"), "primary"),
    "withdraw": Words(_("Withdraw the criminal case"), _("withdrew the criminal case"), "danger"),
    "tell_withdrawal": Words(_("Record that the sender was told"), _("told the sender of the withdrawal")),
}  # fmt: skip

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

SUSPECT_WORDS = {
    "detain": Words(_("Detain"), _("detained the suspect"), "danger"),
    "deliver": Words(_("Record delivery to the detention centre"), _("delivered the suspect to the detention centre")),
    "notify_family": Words(_("Record that the family was told"), _("told the family")),
    "question": Words(_("Record first questioning"), _("questioned the suspect")),
    "request_arrest": Words(_("Request arrest approval"), _("requested approval of the arrest"), "primary"),
    "arrest": Words(_("Record the arrest"), _("executed the arrest"), "primary"),
    "bail": Words(_("Release on bail"), _("released the suspect on bail")),
    "surveil": Words(_("Place under residential surveillance"), _("placed the suspect under residential surveillance")),
    "release": Words(_("Release"), _("released the suspect")),
    "drop": Words(_("Withdraw for this suspect"), _("withdrew the case for this suspect"), "danger"),
    "not_prosecute": Words(_("Record non-prosecution"), _("recorded the non-prosecution of this suspect")),
    "convict": Words(_("Record conviction"), _("recorded the conviction")),
    "acquit": Words(_("Record acquittal"), _("recorded the acquittal")),
}

_FINAL = frozenset({P.CLOSED})
ADMINISTRATIVE = Workflow("administrative", P, ADMINISTRATIVE_MOVES, PROCEEDING_WORDS, final=_FINAL)
CRIMINAL = Workflow("criminal", P, CRIMINAL_MOVES, PROCEEDING_WORDS, final=_FINAL)
DECISION = Workflow("decision", D, DECISION_MOVES, DECISION_WORDS, final=Decision.FATES)
SUSPECT = Workflow("suspect", U, SUSPECT_MOVES, SUSPECT_WORDS, final=Suspect.FATES)


def workflow_of(proceeding: Proceeding) -> Workflow:
    return CRIMINAL if proceeding.is_criminal else ADMINISTRATIVE


def line_workflow_of(line: Line) -> Workflow:
    return SUSPECT if isinstance(line, Suspect) else DECISION
