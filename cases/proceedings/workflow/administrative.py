"""The table of administrative proceedings, of commerce and of customs."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from cases.casefile.access import system_only
from cases.casefile.choices import colleagues

from ..access import chief, own_staff, staff
from ..models import Decision, Proceeding
from . import audit as u
from . import holding as h
from .common import (
    ACT,
    GOODS,
    NEWER,
    ORDER,
    OUTCOME_REASON,
    PARTY,
    PLAYBOOK,
    PLAYBOOK_WORDS,
    WORDS,
    every_line_has_fate,
    newer_to_take,
    no_measure_runs,
)

P, D = Proceeding.State, Decision.State
STATUS, OWN = Reach.STATUS, Reach.OWN
BEFORE_DECISION = (P.VERIFY, P.FILED_ADM, P.INVESTIGATE)


def every_line_decided(proceeding: Proceeding, actor: Actor) -> Missing | None:
    left = proceeding.decisions.filter(state__in=Decision.UNDECIDED).count()
    if left:
        return Missing("decisions", gettext("%(count)s parties have no decision yet.") % {"count": left})
    if not proceeding.decisions.exists():
        return Missing("decisions", gettext("No party has a decision yet."))
    return None


def no_line_punished(proceeding: Proceeding, actor: Actor) -> Missing | None:
    decided = proceeding.decisions.filter(state__in=[D.DECIDED, D.SERVED, D.REMEDY, D.ENFORCE]).exists()
    return Missing("decided", gettext("A party has already been decided about.")) if decided else None


NUMBER = Ask("external_number", _("Case number of the organ"), max_length=80, stores=True)
TEAM = Ask(
    "team",
    _("Team (at least two officers)"),
    kind="choices",
    required=False,
    choices=colleagues,
    help=_("They investigate; none of them reviews or decides."),
)

# fmt: off
MOVES = {
    # verb                  from                           to               who         asks / needs                                     clocks
    "add_line":        move(P.FILED_ADM, P.INVESTIGATE,    to=None,         by=staff,   asks=(PARTY, ACT, NOTE), reach=OWN),
    "query":           move(P.VERIFY,                      to=None,         by=staff,   asks=(NOTE,), reach=OWN,                         starts=("CUS_QUERY_REPLY",)),
    "answer_query":    move(P.VERIFY,                      to=None,         by=staff,   asks=(NOTE,), reach=OWN,                         stops=("CUS_QUERY_REPLY",)),
    "warn":            move(P.VERIFY,                      to=P.WARN,       by=staff,   asks=(OUTCOME_REASON,), reach=STATUS,            stops=("CUS_QUERY_REPLY", *u.AUDIT_CLOCKS), paper="WARN"),
    "reject":          move(P.VERIFY,                      to=P.REJECTED,   by=chief,   asks=(OUTCOME_REASON,), reach=STATUS,            stops=("CUS_QUERY_REPLY", *u.AUDIT_CLOCKS)),
    "file":            move(P.VERIFY, P.WARN,              to=P.FILED_ADM,  by=chief,   asks=(NUMBER, NOTE), reach=STATUS,               starts=("DECISION",), stops=("CUS_QUERY_REPLY",), paper="FILE_ADM"),
    "investigate":     move(P.FILED_ADM,                   to=P.INVESTIGATE,by=staff,   asks=(TEAM, NOTE), reach=STATUS),
    "name_team":       move(P.FILED_ADM, P.INVESTIGATE,    to=None,         by=staff,   asks=(TEAM, NOTE), reach=OWN),
    "order_measure":   move(P.INVESTIGATE,                 to=None,         by=staff,   asks=ORDER, reach=OWN),
    "receive_goods":   move(P.VERIFY, P.FILED_ADM, P.INVESTIGATE, to=None,  by=staff,   asks=GOODS, reach=OWN),
    "serve_audit":     move(*BEFORE_DECISION,              to=None,         by=u.audit_staff, asks=u.SERVE, needs=(u.no_audit_is_open,), reach=OWN, starts=u.AUDIT_CLOCKS),
    "begin_audit":     move(*BEFORE_DECISION,              to=None,         by=u.audit_staff, asks=(NOTE,), needs=(u.audit_has_not_begun, u.audit_is_notified, u.window_is_open), reach=OWN, stops=(u.NOTICE,)),
    "audit_at_once":   move(*BEFORE_DECISION,              to=None,         by=u.audit_chief, asks=u.AT_ONCE, needs=(u.no_audit_is_open,), reach=OWN, starts=(u.WINDOW,)),
    "end_audit":       move(*BEFORE_DECISION,              to=None,         by=u.audit_staff, asks=u.END, needs=(u.audit_runs,), reach=OWN, stops=u.AUDIT_CLOCKS),
    "drop":            move(P.FILED_ADM, P.INVESTIGATE,    to=P.NO_CASE,    by=chief,   asks=(OUTCOME_REASON,), needs=(no_line_punished,), reach=STATUS, stops=("DECISION", *u.AUDIT_CLOCKS)),
    "transfer":        move(P.FILED_ADM, P.INVESTIGATE,    to=P.TRANSFERRED,by=chief,   asks=(OUTCOME_REASON,), needs=(no_line_punished,), reach=STATUS, stops=("DECISION", *u.AUDIT_CLOCKS)),
    "decide":          move(P.INVESTIGATE,                 to=P.DECIDED,    by=chief,   asks=(OUTCOME_REASON,), needs=(every_line_decided,), reach=STATUS, stops=("DECISION", *u.AUDIT_CLOCKS)),
    "apply_playbook":  move(P.VERIFY, P.WARN, P.FILED_ADM, P.INVESTIGATE, P.DECIDED, to=None, by=own_staff, asks=(PLAYBOOK, NOTE), reach=OWN),
    "renew_playbook":  move(P.VERIFY, P.WARN, P.FILED_ADM, P.INVESTIGATE, P.DECIDED, to=None, by=own_staff, asks=(NEWER, NOTE), needs=(newer_to_take,), reach=OWN),
    "close":           move(P.WARN, P.REJECTED, P.NO_CASE, P.TRANSFERRED, P.DECIDED,
                                                           to=P.CLOSED,     by=chief,   asks=(NOTE,), needs=(every_line_has_fate, no_measure_runs, h.nobody_held_by_customs), reach=STATUS),
    "reopen":          move(P.CLOSED, P.NO_CASE, P.REJECTED, P.TRANSFERRED,
                                                           to=P.VERIFY,     by=chief,   asks=(REASON,), reach=STATUS),
    "give_over":       move(P.VERIFY, P.WARN, P.FILED_ADM, P.INVESTIGATE,
                                                           to=P.TRANSFERRED,by=system_only, reach=STATUS, system=True, stops=("DECISION", "CUS_QUERY_REPLY", *u.AUDIT_CLOCKS)),
    "convert":         move(P.VERIFY, P.WARN, P.FILED_ADM, P.INVESTIGATE,
                                                           to=P.TRANSFERRED,by=system_only, reach=STATUS, system=True, stops=("DECISION", "CUS_QUERY_REPLY", *u.AUDIT_CLOCKS)),
    "resume":          move(P.TRANSFERRED, P.DECIDED, P.CLOSED, to=P.INVESTIGATE, by=system_only, reach=STATUS, system=True, starts=("DECISION",)),
}

ADMINISTRATIVE_WORDS = WORDS | PLAYBOOK_WORDS | u.AUDIT_WORDS | {
    "query": Words(_("Record customs query"), _("queried the exporter")),
    "answer_query": Words(_("Record reply to query"), _("recorded the reply to the query")),
    "warn": Words(_("Warn"), _("issued a warning letter or held a regulatory talk")),
    "reject": Words(_("Do not file"), _("decided not to file"), "danger"),
    "file": Words(_("File the case"), _("filed the case"), "primary"),
    "name_team": Words(_("Name the team"), _("named who handles the matter")),
    "investigate": Words(_("Start the investigation"), _("started the investigation"), "primary"),
    "drop": Words(_("Drop the case"), _("dropped the case"), "danger"),
    "transfer": Words(_("End as transferred"), _("ended its proceeding as transferred")),
    "give_over": Words(_("Give over"), _("its proceeding ended with the hand-over to the competent organ")),
    "convert": Words(_("Convert"), _("its proceeding was converted to a criminal case")),
    "resume": Words(_("Resume"), _("its proceeding runs again for parties that came back")),
    "decide": Words(_("Conclude the decisions"), _("concluded its decisions"), "primary"),
}
# fmt: on

ADMINISTRATIVE = Workflow("administrative", P, MOVES, ADMINISTRATIVE_WORDS, final=frozenset({P.CLOSED}))
