"""The table of one suspect."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing

from ..access import line_staff
from ..models import Proceeding, Suspect
from .decision_asks import FINE

P, U = Proceeding.State, Suspect.State
OWN = Reach.OWN


def court_has_judged(line: Suspect, actor: Actor) -> Missing | None:
    """Nobody is guilty before a court has judged (CPL art. 12)."""
    judged = line.proceeding.state in (P.JUDGED, P.APPEAL, P.FINAL)
    return None if judged else Missing("judgment", gettext("No judgment is recorded in this proceeding yet."))


CHARGE = Ask("charge", _("Charge"), stores=True)
MONTHS = Ask("sentence_months", _("Sentence (months)"), kind="number", required=False, stores=True)

# fmt: off
_FREE = (U.INVESTIGATED, U.RELEASED, U.BAIL, U.SURVEILLED)
_HELD = (U.DETAINED, U.ARREST_REVIEW, U.ARRESTED)
_ALL = (*_FREE, *_HELD)
_CUSTODY = ("CRM_ARREST_REQ", "CRM_ARREST_DECIDE", "CRM_INVEST", "CRM_BAIL", "CRM_RESSURV")
MOVES = {
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

SUSPECT = Workflow("suspect", U, MOVES, SUSPECT_WORDS, final=Suspect.FATES)
