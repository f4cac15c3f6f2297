"""The workflows of coercive measures: one for custody, with more duties, and one for measures at liberty."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.workflow import Labels, Need, Transition, Visibility, Workflow, automatic, condition, transition
from cases.clocks.models import Clock

from ..access import staff
from ..models import Measure
from .suspect import POLICE_STATES

S = Measure.State
OWN, PAIR = Visibility.OWN, Visibility.PAIR
step = partial(transition, by=staff, visibility=OWN)

# Limits of an arrest after the investigation, decided by any authority: custody lasts no longer than the current stage
# may (CPL art. 98). Only one of these runs at a time.
HELD_REVIEW, HELD_SUPPL = "CRM_HELD_REVIEW", "CRM_HELD_SUPPL"
HELD_TRIAL, HELD_APPEAL = "CRM_HELD_TRIAL", "CRM_HELD_APPEAL"
# Rule of a stage → the custody in it, where the procedure decides.
HELD_BY_STAGE = {
    "CRM_PROSECUTE": HELD_REVIEW,
    "CRM_PROSECUTE_FAST": "CRM_HELD_REVIEW_FAST",
    "CRM_TRIAL": HELD_TRIAL,
    "CRM_TRIAL_SIMPLE": "CRM_HELD_TRIAL_SIMPLE",
    "CRM_TRIAL_FAST": "CRM_HELD_TRIAL_FAST",
}
LATER_LIMITS = (*HELD_BY_STAGE.values(), HELD_SUPPL, HELD_APPEAL)

# The clock whose end is the end of the measure. For a detention, first the period to request the arrest, then the one
# in which the procuratorate decides; without a decision the person is released or the measure changed.
ENDS = {
    Measure.Kind.SUMMONS: ("CRM_SUMMON",),
    Measure.Kind.COMPELLED: ("CRM_COMPEL",),
    Measure.Kind.DETENTION: ("CRM_ARREST_REQ", "CRM_ARREST_DECIDE"),
    Measure.Kind.ARREST: ("CRM_INVEST", *LATER_LIMITS),
    Measure.Kind.BAIL: ("CRM_BAIL",),
    Measure.Kind.SURVEILLANCE: ("CRM_RESSURV",),
    Measure.Kind.TECHNICAL: ("CRM_TECH",),
}
ALL_ENDS = tuple(code for codes in ENDS.values() for code in codes)


def _owed(code: str) -> Need:
    """The duty must be running about the measure."""

    @condition("duty", _("This duty does not apply here, or is already done."))
    def need(measure: Measure) -> bool:
        return Clock.objects.running().about(measure).filter(rule__code=code).exists()

    return need


def _not_owed(code: str) -> Need:
    """The duty must not run already: it is not begun twice."""

    @condition("duty", _("This is recorded already and waits for its decision."))
    def need(measure: Measure) -> bool:
        return not Clock.objects.running().about(measure).filter(rule__code=code).exists()

    return need


@condition("stage", _("The procuratorate or the court decides on a change now."))
def police_decide(measure: Measure) -> bool:
    """After the investigation the procuratorate or the court decides on a change (CPL art. 97)."""
    return measure.suspect.state in POLICE_STATES


FOUND = ActionField("reason", _("Crime that was found"), kind="long")
REQUEST = ActionField("paper", _("Number of the paper"), max_length=200, help=_("Of the request to the procuratorate."))


# fmt: off
def _moves(*, held: bool) -> dict[str, Transition]:
    STANDING = (S.RUNNING, S.OVER)
    common = {
        "notify_family":    step(*STANDING,                    fields=(NOTE,), needs=(_owed("CRM_FAMILY"),), stops=("CRM_FAMILY",)),
        "report_foreigner": step(*STANDING,                    fields=(NOTE,), needs=(_owed("CRM_FOREIGN"),), stops=("CRM_FOREIGN",)),
        "ask_change":       step(*STANDING,                    fields=(NOTE,), needs=(police_decide, _not_owed("CRM_CHANGE_REQ")), starts=("CRM_CHANGE_REQ",)),
        "refuse_change":    step(*STANDING,                    fields=(REASON,), needs=(_owed("CRM_CHANGE_REQ"),), stops=("CRM_CHANGE_REQ",)),
        "release":          step(*STANDING,      to=S.ENDED,   fields=(REASON,), stops=("*",)),
        "lapse":            automatic(S.RUNNING, to=S.OVER,    visibility=PAIR),
        "revive":           automatic(S.OVER,    to=S.RUNNING, visibility=PAIR),
        "void":             automatic(S.RUNNING, to=S.OVER,    visibility=PAIR, stops=(*ALL_ENDS, "CRM_EXTEND_REQ")),
        "end":              automatic(*STANDING, to=S.ENDED,   visibility=PAIR, stops=("*",)),
    }
    if not held:
        return common
    return {
        "deliver":           step(*STANDING, fields=(NOTE,), needs=(_owed("CRM_CUSTODY"),), stops=("CRM_CUSTODY",)),
        "question":          step(*STANDING, fields=(NOTE,), needs=(_owed("CRM_QUESTION"),), stops=("CRM_QUESTION",)),
        "find_crime":        step(S.RUNNING, fields=(FOUND,), needs=(_owed("CRM_INVEST"), _not_owed("CRM_NEW_CRIME")), starts=("CRM_NEW_CRIME",)),
        "request_extension": step(S.RUNNING, fields=(REQUEST, NOTE), needs=(_owed("CRM_EXTEND_REQ"),), stops=("CRM_EXTEND_REQ",)),
        **common,
    }


LABELS = {
    "deliver": Labels(_("Record delivery to the detention centre"), _("delivered the suspect to the detention centre")),
    "question": Labels(_("Record first questioning"), _("questioned the suspect")),
    "ask_change": Labels(_("Record a request to change the measure"), _("received a request to change the measure")),
    "refuse_change": Labels(_("Refuse to change the measure"), _("refused to change the measure and gave the reasons")),
    "find_crime": Labels(_("Record another serious crime"), _("found another serious crime of the suspect")),
    "request_extension": Labels(
        _("Record the request for an extension"), _("asked the procuratorate to extend the custody")
    ),
    "notify_family": Labels(_("Record notice to the family"), _("notified the family, or recorded why it was not possible")),
    "report_foreigner": Labels(_("Record the report on a foreigner"), _("reported the measure on a foreigner and informed the foreign affairs office")),
    "release": Labels(_("Release or lift the measure"), _("released the suspect or lifted the measure")),
    "lapse": Labels(_("Expire"), _("the measure has expired: the suspect must be released")),
    "revive": Labels(_("Continue the measure"), _("the measure was extended in time and remains in force")),
    "void": Labels(_("Void"), _("the measure has lost its basis: the suspect must be released")),
    "end": Labels(_("End"), _("the measure ended")),
}
# fmt: on

_FINAL = frozenset({S.ENDED})
CUSTODY = Workflow("custody measure", S, _moves(held=True), LABELS, final=_FINAL)
LIBERTY = Workflow("measure", S, _moves(held=False), LABELS, final=_FINAL)


def measure_workflow_of(measure: Measure) -> Workflow:
    return CUSTODY if measure.is_custody else LIBERTY
