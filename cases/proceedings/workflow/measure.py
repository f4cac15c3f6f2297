"""The tables of one coercive measure: what holds a person owes more than what leaves him at liberty."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Move, Need, Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from cases.casefile.access import system_only
from cases.clocks.models import Clock

from ..access import measure_staff
from ..models import Measure

S = Measure.State
OWN, PAIR = Reach.OWN, Reach.PAIR

# What limits an arrest after the investigation, whoever decided it: nobody is held longer than the stage of the law in
# which his case stands may last (CPL art. 98). One of these at a time.
HELD_REVIEW, HELD_SUPPL = "CRM_HELD_REVIEW", "CRM_HELD_SUPPL"
HELD_TRIAL, HELD_APPEAL = "CRM_HELD_TRIAL", "CRM_HELD_APPEAL"
LATER_LIMITS = (HELD_REVIEW, HELD_SUPPL, HELD_TRIAL, HELD_APPEAL)

# The clock whose end is the end of the measure. For a detention it is the period in which arrest must be requested,
# then the one in which the procuratorate decides: what has no decision by then must be released or changed.
ENDS = {
    Measure.Kind.SUMMONS: ("CRM_SUMMON",),
    Measure.Kind.DETENTION: ("CRM_ARREST_REQ", "CRM_ARREST_DECIDE"),
    Measure.Kind.ARREST: ("CRM_INVEST", *LATER_LIMITS),
    Measure.Kind.BAIL: ("CRM_BAIL",),
    Measure.Kind.SURVEILLANCE: ("CRM_RESSURV",),
    Measure.Kind.TECHNICAL: ("CRM_TECH",),
}
ALL_ENDS = tuple(code for codes in ENDS.values() for code in codes)


def _owed(code: str) -> Need:
    """This duty runs about the measure; done, or never owed, there is nothing to record."""

    def need(measure: Measure, actor: Actor) -> Missing | None:
        if Clock.objects.running().about(measure).filter(rule__code=code).exists():
            return None
        return Missing("duty", gettext("This is not owed here, or it is done already."))

    return need


REQUEST = Ask("paper", _("Number of the paper"), max_length=200, help=_("Of the request to the procuratorate."))


# fmt: off
def _moves(*, held: bool) -> dict[str, Move]:
    STANDING = (S.RUNNING, S.OVER)
    common = {
        # verb                  from           to         who               asks / needs                                        clocks
        "notify_family":   move(*STANDING,     to=None,   by=measure_staff, asks=(NOTE,), needs=(_owed("CRM_FAMILY"),), reach=OWN,   stops=("CRM_FAMILY",)),
        "report_foreigner":move(*STANDING,     to=None,   by=measure_staff, asks=(NOTE,), needs=(_owed("CRM_FOREIGN"),), reach=OWN,  stops=("CRM_FOREIGN",)),
        "release":         move(*STANDING,     to=S.ENDED,by=measure_staff, asks=(REASON,), reach=OWN,                           stops=("*",)),
        "lapse":           move(S.RUNNING,     to=S.OVER, by=system_only,   reach=PAIR, system=True),
        "revive":          move(S.OVER,        to=S.RUNNING, by=system_only, reach=PAIR, system=True),
        "void":            move(S.RUNNING,     to=S.OVER, by=system_only,   reach=PAIR, system=True,                              stops=(*ALL_ENDS, "CRM_EXTEND_REQ")),
        "end":             move(*STANDING,     to=S.ENDED,by=system_only,   reach=PAIR, system=True,                              stops=("*",)),
    }
    if not held:
        return common
    return {
        "deliver":         move(*STANDING,     to=None,   by=measure_staff, asks=(NOTE,), needs=(_owed("CRM_CUSTODY"),), reach=OWN,  stops=("CRM_CUSTODY",)),
        "question":        move(*STANDING,     to=None,   by=measure_staff, asks=(NOTE,), needs=(_owed("CRM_QUESTION"),), reach=OWN, stops=("CRM_QUESTION",)),
        "request_extension": move(S.RUNNING,   to=None,   by=measure_staff, asks=(REQUEST, NOTE), needs=(_owed("CRM_EXTEND_REQ"),), reach=OWN, stops=("CRM_EXTEND_REQ",)),
        **common,
    }


WORDS = {
    "deliver": Words(_("Record delivery to the detention centre"), _("delivered the suspect to the detention centre")),
    "question": Words(_("Record first questioning"), _("questioned the suspect")),
    "request_extension": Words(
        _("Record the request for an extension"), _("asked the procuratorate to extend the custody")
    ),
    "notify_family": Words(_("Record that the family was told"), _("told the family, or recorded why it could not")),
    "report_foreigner": Words(_("Record the report on a foreigner"), _("reported the measure on a foreigner")),
    "release": Words(_("Release or lift the measure"), _("released the suspect or lifted the measure")),
    "lapse": Words(_("Expire"), _("the measure has expired: the suspect must be released")),
    "revive": Words(_("Hold on"), _("the measure was extended in time and holds")),
    "void": Words(_("Void"), _("the measure has lost its ground: the suspect must be released")),
    "end": Words(_("End"), _("the measure ended")),
}
# fmt: on

_FINAL = frozenset({S.ENDED})
CUSTODY = Workflow("custody measure", S, _moves(held=True), WORDS, final=_FINAL)
LIBERTY = Workflow("measure", S, _moves(held=False), WORDS, final=_FINAL)


def measure_workflow_of(measure: Measure) -> Workflow:
    return CUSTODY if measure.holds_a_person else LIBERTY
