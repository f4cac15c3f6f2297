"""The workflow of administrative proceedings, of commerce and of customs."""

from functools import partial

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Visibility, Workflow, automatic, condition, transition
from cases.casefile.choices import colleagues

from ..access import chief, customs_chief, customs_staff, own_staff, staff
from ..models import Decision, Proceeding
from . import audit as u
from . import holding as h
from .common import (
    ACT,
    GOODS,
    LABELS,
    NEWER,
    ORDER,
    OUTCOME_REASON,
    PARTY,
    PLAYBOOK,
    PLAYBOOK_LABELS,
    every_line_has_fate,
    newer_to_take,
    no_measure_runs,
)

P, D = Proceeding.State, Decision.State
STATUS, OWN = Visibility.STATUS, Visibility.OWN
step = partial(transition, by=staff, visibility=STATUS)
BEFORE_DECISION = (P.VERIFY, P.FILED_ADM, P.INVESTIGATE)


def every_line_decided(proceeding: Proceeding, actor: Actor) -> UnmetCondition | None:
    states = list(proceeding.decisions.values_list("state", flat=True))
    if left := sum(state in Decision.UNDECIDED for state in states):
        return UnmetCondition("decisions", gettext("%(count)s parties have no decision yet.") % {"count": left})
    if not states:
        return UnmetCondition("decisions", gettext("No party has a decision yet."))
    return None


@condition("decided", _("A party has already been decided about."))
def no_line_punished(proceeding: Proceeding) -> bool:
    return not proceeding.decisions.filter(state__in=[D.DECIDED, D.SERVED, D.REMEDY, D.ENFORCE]).exists()


NUMBER = ActionField("external_number", _("Case number of the agency"), max_length=80, stores=True)
TEAM = OptionalField(
    "team",
    _("Team (at least two officers)"),
    kind="choices",
    choices=colleagues,
    help=_("They investigate; they may not review or decide."),
)

# fmt: off
TRANSITIONS = {
    "add_line":       step(P.FILED_ADM, P.INVESTIGATE,                                                    fields=(PARTY, ACT, NOTE), visibility=OWN),
    "query":          step(P.VERIFY,                                                                      fields=(NOTE,), visibility=OWN, starts=("CUS_QUERY_REPLY",)),
    "answer_query":   step(P.VERIFY,                                                                      fields=(NOTE,), visibility=OWN, stops=("CUS_QUERY_REPLY",)),
    "warn":           step(P.VERIFY,                                  to=P.WARN,                          fields=(OUTCOME_REASON,), stops=("CUS_QUERY_REPLY", *u.AUDIT_CLOCKS), paper="WARN"),
    "reject":         step(P.VERIFY,                                  to=P.REJECTED,    by=chief,         fields=(OUTCOME_REASON,), stops=("CUS_QUERY_REPLY", *u.AUDIT_CLOCKS)),
    "file":           step(P.VERIFY, P.WARN,                          to=P.FILED_ADM,   by=chief,         fields=(NUMBER, NOTE), starts=("DECISION",), stops=("CUS_QUERY_REPLY",), paper="FILE_ADM"),
    "investigate":    step(P.FILED_ADM,                               to=P.INVESTIGATE,                   fields=(TEAM, NOTE)),
    "name_team":      step(P.FILED_ADM, P.INVESTIGATE,                                                    fields=(TEAM, NOTE), visibility=OWN),
    "order_measure":  step(P.INVESTIGATE,                                                                 fields=ORDER, visibility=OWN),
    "receive_goods":  step(P.VERIFY, P.FILED_ADM, P.INVESTIGATE,                                          fields=GOODS, visibility=OWN),
    "serve_audit":    step(*BEFORE_DECISION,                                            by=customs_staff, fields=u.SERVE, needs=(u.no_audit_is_open,), visibility=OWN, starts=u.AUDIT_CLOCKS),
    "begin_audit":    step(*BEFORE_DECISION,                                            by=customs_staff, fields=(NOTE,), needs=(u.audit_has_not_begun, u.audit_is_notified, u.window_is_open), visibility=OWN, stops=(u.NOTICE,)),
    "audit_at_once":  step(*BEFORE_DECISION,                                            by=customs_chief, fields=u.AT_ONCE, needs=(u.no_audit_is_open,), visibility=OWN, starts=(u.WINDOW,)),
    "end_audit":      step(*BEFORE_DECISION,                                            by=customs_staff, fields=u.END, needs=(u.audit_runs,), visibility=OWN, stops=u.AUDIT_CLOCKS),
    "drop":           step(P.FILED_ADM, P.INVESTIGATE,                to=P.NO_CASE,     by=chief,         fields=(OUTCOME_REASON,), needs=(no_line_punished,), stops=("DECISION", *u.AUDIT_CLOCKS)),
    "transfer":       step(P.FILED_ADM, P.INVESTIGATE,                to=P.TRANSFERRED, by=chief,         fields=(OUTCOME_REASON,), needs=(no_line_punished,), stops=("DECISION", *u.AUDIT_CLOCKS)),
    "decide":         step(P.INVESTIGATE,                             to=P.DECIDED,     by=chief,         fields=(OUTCOME_REASON,), needs=(every_line_decided,), stops=("DECISION", *u.AUDIT_CLOCKS)),
    "apply_playbook": step(P.VERIFY, P.WARN, P.FILED_ADM, P.INVESTIGATE, P.DECIDED,                   by=own_staff,     fields=(PLAYBOOK, NOTE), visibility=OWN),
    "renew_playbook": step(P.VERIFY, P.WARN, P.FILED_ADM, P.INVESTIGATE, P.DECIDED,                   by=own_staff,     fields=(NEWER, NOTE), needs=(newer_to_take,), visibility=OWN),
    "close":          step(P.WARN, P.REJECTED, P.NO_CASE, P.TRANSFERRED, P.DECIDED, to=P.CLOSED,      by=chief,         fields=(NOTE,), needs=(every_line_has_fate, no_measure_runs, h.no_person_held_by_customs)),
    "reopen":         step(P.CLOSED, P.NO_CASE, P.REJECTED, P.TRANSFERRED, to=P.VERIFY,      by=chief,         fields=(REASON,)),
    "give_over":      automatic(P.VERIFY, P.WARN, P.FILED_ADM, P.INVESTIGATE, to=P.TRANSFERRED,                   visibility=STATUS, stops=("DECISION", "CUS_QUERY_REPLY", *u.AUDIT_CLOCKS)),
    "convert":        automatic(P.VERIFY, P.WARN, P.FILED_ADM, P.INVESTIGATE, to=P.TRANSFERRED,                   visibility=STATUS, stops=("DECISION", "CUS_QUERY_REPLY", *u.AUDIT_CLOCKS)),
    "void":           automatic(P.VERIFY, P.WARN, P.FILED_ADM, P.INVESTIGATE, to=P.CLOSED,         fields=(REASON,), visibility=STATUS, stops=("DECISION", "CUS_QUERY_REPLY", *u.AUDIT_CLOCKS)),
    "resume":         automatic(P.TRANSFERRED, P.DECIDED, P.CLOSED,   to=P.INVESTIGATE,                   visibility=STATUS, starts=("DECISION",)),
}

ADMINISTRATIVE_LABELS = LABELS | PLAYBOOK_LABELS | u.AUDIT_LABELS | {
    "query": Labels(_("Record customs query"), _("queried the exporter")),
    "answer_query": Labels(_("Record reply to query"), _("recorded the reply to the query")),
    "warn": Labels(_("Warn"), _("issued a warning letter or held a regulatory talk")),
    "reject": Labels(_("Do not file"), _("decided not to file"), "danger"),
    "file": Labels(_("File the case"), _("filed the case"), "primary"),
    "name_team": Labels(_("Assign the team"), _("assigned the handlers of the matter")),
    "investigate": Labels(_("Start the investigation"), _("started the investigation"), "primary"),
    "drop": Labels(_("Drop the case"), _("dropped the case"), "danger"),
    "transfer": Labels(_("End as transferred"), _("ended its proceeding as transferred")),
    "give_over": Labels(_("Hand over the case"), _("its proceeding ended with the hand-over to the competent agency")),
    "convert": Labels(_("Convert"), _("its proceeding was converted to a criminal case")),
    "void": Labels(_("Close as entered in error"), _("its proceeding was entered in error and taken back")),
    "resume": Labels(_("Resume"), _("its proceeding was resumed for parties that were returned")),
    "decide": Labels(_("Conclude the decisions"), _("concluded its decisions"), "primary"),
}
# fmt: on

ADMINISTRATIVE = Workflow("administrative", P, TRANSITIONS, ADMINISTRATIVE_LABELS, final=frozenset({P.CLOSED}))
