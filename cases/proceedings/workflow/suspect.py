"""The table of one suspect. What the procuratorate and the court decide is recorded by the investigating organ.

A line that imposes a measure starts the measure's periods, which run about the measure and not about the suspect.
"""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.asks import NOTE, REASON, Ask
from agencies.kernel.moves import Need, Reach, Words, Workflow, move
from agencies.kernel.refusals import Missing
from cases.casefile import choices
from cases.casefile.access import system_only
from cases.clocks.models import Clock

from ..access import line_chief, line_staff
from ..models import Measure, Proceeding, Suspect

P, U, M = Proceeding.State, Suspect.State, Measure.Kind
OWN, PAIR = Reach.OWN, Reach.PAIR


# Needs ---------------------------------------------------------------------------------------------------------------
def a_person(line: Suspect, actor: Actor) -> Missing | None:
    """A unit is fined, never held: only a person can be summoned, detained, arrested, bailed or watched."""
    return (
        None if line.is_person else Missing("person", gettext("Coercive measures are taken on persons, not on units."))
    )


def _without(*kinds: str) -> Need:
    """None of these measures stands."""

    def need(line: Suspect, actor: Actor) -> Missing | None:
        standing = line.measures.standing().filter(kind__in=kinds).first()
        if standing is None:
            return None
        told = {"measure": standing.get_kind_display(), "state": standing.get_state_display()}
        return Missing("measure", gettext("%(measure)s stands already (%(state)s); lift it first.") % told)

    return need


not_in_custody = _without(*Measure.IN_CUSTODY)
not_arrested = _without(M.ARREST)
not_summoned = _without(M.SUMMONS)
not_on_bail = _without(M.BAIL)
not_surveilled = _without(M.SURVEILLANCE)
no_technical_measure = _without(M.TECHNICAL)


def _running(code: str, line: Suspect) -> bool:
    return Clock.objects.running().about(line).filter(rule__code=code).exists()


def refusal_can_be_contested(line: Suspect, actor: Actor) -> Missing | None:
    """不批捕复议、复核: within five days of the refusal, and five again for the higher level (MPSP art. 141)."""
    if _running("CRM_ARREST_RECON", line):
        return None
    return Missing(
        "right", gettext("No refusal of arrest can be contested here: none was recorded, or both levels are spent.")
    )


def nonprosecution_can_be_contested(line: Suspect, actor: Actor) -> Missing | None:
    """不起诉复议、复核: within seven days of the decision, and seven again for the higher level (MPSP art. 294)."""
    if _running("CRM_NONPROS_RECON", line):
        return None
    return Missing("right", gettext("This non-prosecution can no longer be contested: both levels are spent."))


def court_has_judged(line: Suspect, actor: Actor) -> Missing | None:
    """Nobody is guilty before a court has judged (CPL art. 12)."""
    judged = line.proceeding.state in (P.JUDGED, P.APPEAL, P.FINAL)
    return None if judged else Missing("judgment", gettext("No judgment is recorded in this proceeding yet."))


def appeal_right_spent(line: Suspect, actor: Actor) -> Missing | None:
    """A judgment becomes final when nobody has appealed or protested in time (CPL arts. 230, 259)."""
    right = Clock.objects.running().about(line).filter(rule__code="CRM_APPEAL").first()
    if right is None or right.due_at is None or right.due_at < times.now():
        return None
    return Missing("appeal", gettext("The right to appeal or protest still runs; wait until it has lapsed."))


def an_execution_is_to_be_reported(line: Suspect, actor: Actor) -> Missing | None:
    if _running("CRM_RECEIPT", line):
        return None
    return Missing("receipt", gettext("No execution waits to be reported."))


def case_is_investigated(line: Suspect, actor: Actor) -> Missing | None:
    if line.proceeding.state in (P.CRIMINAL_CASE, P.SUPPLEMENTARY):
        return None
    return Missing("proceeding", gettext("The proceeding is no longer under investigation; reopen it first."))


# Asks ----------------------------------------------------------------------------------------------------------------
def _nationality(line: Any, actor: Actor) -> str:
    known = line.nationality or line.party.country
    return known.alpha3 if known else ""


def _charges(line: Any, actor: Actor) -> list[str]:
    return [offence.code for offence in line.charges.all()]


def _of_others(line: Any, actor: Actor) -> list[tuple[Any, Any]]:
    return [one for one in Measure.Authority.choices if one[0] != Measure.Authority.POLICE]


def _options(kinds: Any) -> Any:
    return lambda thing, actor: kinds.choices


def _grounds(line: Any, actor: Actor) -> list[tuple[Any, Any]]:
    return [one for one in Suspect.NonProsecution.choices if one[0] != Suspect.NonProsecution.UNKNOWN]


COUNTRY = Ask("country", _("Nationality"), kind="choice", choices=choices.countries, initial=_nationality)
CHARGES = Ask("charges", _("Charges"), kind="choices", choices=choices.offences, initial=_charges)
PAPER = Ask("paper", _("Number of the paper"), max_length=200, help=_("Of the warrant or decision of the measure."))
AUTHORITY = Ask(
    "authority",
    _("Decided by"),
    kind="choice",
    required=False,
    choices=_options(Measure.Authority),
    help=_("Leave empty where the public security organ decided."),
)
DECIDED_BY = Ask("authority", _("Decided by"), kind="choice", choices=_of_others)
GROUND = Ask("nonprosecution", _("Kind of non-prosecution"), kind="choice", choices=_grounds, stores=True)
CHARGE = Ask("charge", _("Crime as judged"), stores=True)
SENTENCE = Ask(
    "sentence",
    _("Principal punishment"),
    kind="choice",
    required=False,
    choices=_options(Suspect.Sentence),
    stores=True,
)
MONTHS = Ask("sentence_months", _("Length (months)"), kind="number", required=False, stores=True)
SUSPENDED = Ask(
    "suspended_months",
    _("Suspended for (months)"),
    kind="number",
    required=False,
    stores=True,
    help=_("Probation of a suspended sentence."),
)
FINE = Ask("fine_cny", _("Fine (CNY)"), kind="decimal", required=False, stores=True)
SET_OFF = Ask(
    "set_off_cny",
    _("Of it set off (CNY)"),
    kind="decimal",
    required=False,
    stores=True,
    help=_("What an administrative fine for the same act has paid already, as the judgment says (APL art. 35)."),
)
PUNISHED = (CHARGE, SENTENCE, MONTHS, SUSPENDED, FINE, SET_OFF, NOTE)

# fmt: off
_POLICE = (U.INVESTIGATED, U.ARREST_REVIEW, U.ARREST_APPROVED, U.ARREST_RECON, U.SUPPLEMENT)
_LATER = (U.UNDER_REVIEW, U.PROSECUTED, U.JUDGED, U.APPEAL)
_OPEN = (*_POLICE, U.NONPROS_RECON, *_LATER)
_ARREST = ("CRM_FAMILY", "CRM_QUESTION", "CRM_FOREIGN")
MOVES = {
    # verb                  from                              to                   who             asks / needs                                                       clocks
    "identify":        move(*_OPEN,                           to=None,             by=line_staff,  asks=(COUNTRY, NOTE), reach=OWN,                                   starts=("CRM_FOREIGN",)),
    "charge":          move(*_OPEN,                           to=None,             by=line_staff,  asks=(CHARGES, NOTE), reach=OWN),
    # measures
    "summon":          move(*_POLICE,                         to=None,             by=line_staff,  asks=(PAPER, NOTE), needs=(a_person, not_summoned, not_in_custody), reach=OWN, starts=("CRM_SUMMON", "CRM_FOREIGN")),
    "detain":          move(*_POLICE,                         to=None,             by=line_staff,  asks=(PAPER, NOTE), needs=(a_person, not_in_custody), reach=OWN,    starts=("CRM_CUSTODY", *_ARREST, "CRM_ARREST_REQ")),
    "bail":            move(*_OPEN,                           to=None,             by=line_staff,  asks=(PAPER, AUTHORITY, REASON), needs=(a_person, not_on_bail), reach=OWN, starts=("CRM_BAIL", "CRM_FOREIGN")),
    "surveil":         move(*_OPEN,                           to=None,             by=line_staff,  asks=(PAPER, AUTHORITY, REASON), needs=(a_person, not_surveilled), reach=OWN, starts=("CRM_RESSURV", "CRM_FAMILY", "CRM_FOREIGN")),
    "use_technical":   move(*_POLICE,                         to=None,             by=line_chief,  asks=(PAPER,), needs=(a_person, no_technical_measure), reach=OWN,   starts=("CRM_TECH",)),
    # arrest
    "request_arrest":  move(U.INVESTIGATED,                   to=U.ARREST_REVIEW,  by=line_staff,  asks=(NOTE,), needs=(a_person, not_arrested), reach=OWN,            starts=("CRM_ARREST_DECIDE", "CRM_ARREST_FREE"), stops=("CRM_ARREST_REQ",), paper="ARREST_REQ"),
    "approve_arrest":  move(U.ARREST_REVIEW, U.ARREST_RECON,  to=U.ARREST_APPROVED,by=line_staff,  asks=(NOTE,), reach=OWN,                                           stops=("CRM_ARREST_DECIDE", "CRM_ARREST_FREE")),
    "refuse_arrest":   move(U.ARREST_REVIEW,                  to=U.INVESTIGATED,   by=line_staff,  asks=(REASON,), reach=OWN,                                         starts=("CRM_ARREST_RECON",), stops=("CRM_ARREST_DECIDE", "CRM_ARREST_FREE")),
    "contest_refusal": move(U.INVESTIGATED,                   to=U.ARREST_RECON,   by=line_staff,  asks=(REASON,), needs=(refusal_can_be_contested,), reach=OWN,      stops=("CRM_ARREST_RECON",)),
    "uphold_refusal":  move(U.ARREST_RECON,                   to=U.INVESTIGATED,   by=line_staff,  asks=(REASON,), reach=OWN,                                         starts=("CRM_ARREST_RECON",)),
    "arrest":          move(U.ARREST_APPROVED,                to=U.INVESTIGATED,   by=line_staff,  asks=(PAPER, NOTE), needs=(a_person, not_arrested), reach=OWN,      starts=("CRM_INVEST", "CRM_EXTEND_REQ", *_ARREST, "CRM_RECEIPT")),
    "execute_arrest":  move(U.SUPPLEMENT, *_LATER,            to=None,             by=line_staff,  asks=(PAPER, DECIDED_BY, NOTE), needs=(a_person, not_arrested), reach=OWN, starts=(*_ARREST, "CRM_RECEIPT")),
    "report_execution":move(*_OPEN,                           to=None,             by=line_staff,  asks=(NOTE,), needs=(an_execution_is_to_be_reported,), reach=OWN,  stops=("CRM_RECEIPT",)),
    # prosecution
    "send":            move(*_POLICE,                         to=U.UNDER_REVIEW,   by=system_only, reach=PAIR, system=True,                                            stops=("CRM_INVEST", "CRM_EXTEND_REQ", "CRM_ARREST_RECON")),
    "send_back":       move(U.UNDER_REVIEW,                   to=U.SUPPLEMENT,     by=system_only, reach=PAIR, system=True),
    "indict":          move(U.UNDER_REVIEW,                   to=U.PROSECUTED,     by=system_only, reach=PAIR, system=True),
    "prosecute":       move(U.UNDER_REVIEW,                   to=U.PROSECUTED,     by=line_staff,  asks=(NOTE,), reach=OWN),
    "not_prosecute":   move(U.UNDER_REVIEW, U.PROSECUTED,     to=U.NOT_PROSECUTED, by=line_staff,  asks=(GROUND, REASON), reach=OWN,                                  starts=("CRM_NONPROS_RECON",), stops=("*",)),
    "contest_nonprosecution": move(U.NOT_PROSECUTED,          to=U.NONPROS_RECON,  by=line_staff,  asks=(REASON,), needs=(nonprosecution_can_be_contested,), reach=OWN, stops=("CRM_NONPROS_RECON",)),
    "uphold_nonprosecution":  move(U.NONPROS_RECON,           to=U.NOT_PROSECUTED, by=line_staff,  asks=(REASON,), reach=OWN,                                         starts=("CRM_NONPROS_RECON",)),
    "revoke_nonprosecution":  move(U.NONPROS_RECON,           to=U.UNDER_REVIEW,   by=line_staff,  asks=(REASON,), reach=OWN),
    # judgment
    "convict":         move(U.PROSECUTED,                     to=U.JUDGED,         by=line_staff,  asks=PUNISHED, needs=(court_has_judged,), reach=OWN,               starts=("CRM_APPEAL",), stops=("CRM_TRIAL",)),
    "exempt":          move(U.PROSECUTED,                     to=U.JUDGED,         by=line_staff,  asks=(CHARGE, REASON), needs=(court_has_judged,), reach=OWN,       starts=("CRM_APPEAL",), stops=("CRM_TRIAL",)),
    "acquit":          move(U.PROSECUTED,                     to=U.JUDGED,         by=line_staff,  asks=(REASON,), needs=(court_has_judged,), reach=OWN,              starts=("CRM_APPEAL",), stops=("CRM_TRIAL",)),
    "appeal":          move(U.JUDGED,                         to=U.APPEAL,         by=line_staff,  asks=(NOTE,), reach=OWN,                                           starts=("CRM_APPEAL_TRIAL",), stops=("CRM_APPEAL",)),
    "uphold_judgment": move(U.APPEAL,                         to=U.FINAL,          by=line_staff,  asks=(NOTE,), reach=OWN,                                           stops=("*",)),
    "change_sentence": move(U.APPEAL,                         to=U.FINAL,          by=line_staff,  asks=PUNISHED, reach=OWN,                                          stops=("*",)),
    "acquit_on_appeal":move(U.APPEAL,                         to=U.FINAL,          by=line_staff,  asks=(REASON,), reach=OWN,                                         stops=("*",)),
    "remand":          move(U.APPEAL,                         to=U.PROSECUTED,     by=line_staff,  asks=(REASON,), reach=OWN,                                         starts=("CRM_TRIAL",), stops=("CRM_APPEAL_TRIAL",)),
    "finalise":        move(U.JUDGED,                         to=U.FINAL,          by=line_staff,  asks=(NOTE,), needs=(appeal_right_spent,), reach=OWN,              stops=("*",)),
    # other ends
    "drop":            move(*_POLICE,                         to=U.DROPPED,        by=line_chief,  asks=(REASON,), reach=OWN,                                         stops=("*",)),
    "withdraw":        move(*_POLICE,                         to=U.DROPPED,        by=system_only, reach=PAIR, system=True,                                           stops=("*",)),
    "hand_on":         move(*_POLICE,                         to=U.MOVED,          by=system_only, reach=PAIR, system=True,                                            stops=("*",)),
    "reopen":          move(U.DROPPED, U.NOT_PROSECUTED,      to=U.INVESTIGATED,   by=line_chief,  asks=(REASON,), needs=(case_is_investigated,), reach=OWN,          stops=("*",)),
}
# fmt: on

SUSPECT_WORDS = {
    "identify": Words(_("Record the nationality"), _("recorded the suspect's nationality")),
    "charge": Words(_("Record the charges"), _("recorded the charges")),
    "summon": Words(_("Summon"), _("summoned the suspect")),
    "detain": Words(_("Detain"), _("detained the suspect"), "danger"),
    "bail": Words(_("Release on bail"), _("released the suspect on bail")),
    "surveil": Words(_("Place under residential surveillance"), _("placed the suspect under residential surveillance")),
    "use_technical": Words(_("Record a technical measure"), _("recorded the approval of a technical measure")),
    "request_arrest": Words(_("Request arrest approval"), _("requested approval of the arrest"), "primary"),
    "approve_arrest": Words(_("Record approval of the arrest"), _("recorded that the arrest was approved"), "primary"),
    "refuse_arrest": Words(_("Record refusal of the arrest"), _("recorded that the arrest was refused")),
    "contest_refusal": Words(_("Contest the refusal"), _("asked to reconsider the refusal of the arrest")),
    "uphold_refusal": Words(_("Record: refusal upheld"), _("recorded that the refusal of the arrest was upheld")),
    "arrest": Words(_("Record the arrest"), _("executed the arrest"), "primary"),
    "execute_arrest": Words(
        _("Record an arrest decided by others"), _("executed an arrest that the procuratorate or the court decided")
    ),
    "report_execution": Words(
        _("Record the receipt sent to the procuratorate"), _("reported the execution to the procuratorate")
    ),
    "send": Words(_("Send for prosecution"), _("sent the suspect for prosecution")),
    "send_back": Words(
        _("Return for supplementary investigation"), _("got the suspect back for supplementary investigation")
    ),
    "indict": Words(_("Record prosecution"), _("recorded the prosecution of this suspect")),
    "prosecute": Words(_("Record prosecution"), _("recorded the prosecution of this suspect"), "primary"),
    "not_prosecute": Words(_("Record non-prosecution"), _("recorded the non-prosecution of this suspect")),
    "contest_nonprosecution": Words(_("Contest the non-prosecution"), _("asked to reconsider the non-prosecution")),
    "uphold_nonprosecution": Words(
        _("Record: non-prosecution upheld"), _("recorded that the non-prosecution was upheld")
    ),
    "revoke_nonprosecution": Words(
        _("Record: non-prosecution revoked"), _("recorded that the non-prosecution was revoked")
    ),
    "convict": Words(_("Record conviction"), _("recorded the conviction"), "primary"),
    "exempt": Words(_("Record exemption from punishment"), _("recorded an exemption from punishment")),
    "acquit": Words(_("Record acquittal"), _("recorded the acquittal")),
    "appeal": Words(_("Record an appeal"), _("recorded an appeal or protest")),
    "uphold_judgment": Words(_("Record: judgment upheld"), _("recorded that the judgment was upheld"), "primary"),
    "change_sentence": Words(_("Record: sentence changed"), _("recorded that the sentence was changed")),
    "acquit_on_appeal": Words(_("Record: acquitted on appeal"), _("recorded the acquittal on appeal")),
    "remand": Words(_("Record: sent back for retrial"), _("recorded that the case goes back for retrial")),
    "finalise": Words(_("Record that the judgment is final"), _("recorded that the judgment is final"), "primary"),
    "drop": Words(_("Withdraw for this suspect"), _("withdrew the case for this suspect"), "danger"),
    "withdraw": Words(_("Withdraw the criminal case"), _("withdrew the case for this suspect")),
    "hand_on": Words(_("Hand to other police"), _("handed the suspect to other police")),
    "reopen": Words(_("Reopen for this suspect"), _("reopened the case for this suspect"), "danger"),
}

SUSPECT = Workflow("suspect", U, MOVES, SUSPECT_WORDS, final=Suspect.FATES)
