"""The workflow of suspects. The investigating agency records decisions of the procuratorate and the court.

The clocks of a measure run about the measure, not about the suspect.
"""

from functools import partial
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.action_fields import NOTE, REASON, ActionField, Choices, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Need, Visibility, Workflow, automatic, condition, transition
from cases.casefile import choices
from cases.clocks.by_paper import LABELS as STARTING_LABELS
from cases.clocks.by_paper import starting
from cases.clocks.models import Clock

from ..access import chief, staff
from ..models import TRIALS, Measure, Proceeding, Suspect

P, U, M = Proceeding.State, Suspect.State, Measure.Kind
OWN, PAIR = Visibility.OWN, Visibility.PAIR
step = partial(transition, by=staff, visibility=OWN)


# Conditions ----------------------------------------------------------------------------------------------------------
@condition("person", _("Coercive measures are taken on persons, not on units."))
def a_person(line: Suspect) -> bool:
    """Only a person can be summoned, detained, arrested, bailed or watched; a unit can only be fined."""
    return line.is_person


def _without(*kinds: str) -> Need:
    """None of these measures may be in force."""

    def need(line: Suspect, actor: Actor) -> UnmetCondition | None:
        standing = line.measures.standing().filter(kind__in=kinds).first()
        if standing is None:
            return None
        values = {"measure": standing.get_kind_display(), "state": standing.get_state_display()}
        return UnmetCondition(
            "measure", gettext("%(measure)s is already in force (%(state)s); lift it first.") % values
        )

    return need


not_in_custody = _without(*Measure.IN_CUSTODY)
not_arrested = _without(M.ARREST)
not_summoned = _without(M.SUMMONS, M.COMPELLED)
not_on_bail = _without(M.BAIL)
not_surveilled = _without(M.SURVEILLANCE)
no_technical_measure = _without(M.TECHNICAL)


def _running(code: str, line: Suspect) -> bool:
    return Clock.objects.running().about(line).filter(rule__code=code).exists()


@condition("right", _("No refusal of arrest can be contested here: none was recorded, or both levels are exhausted."))
def refusal_can_be_contested(line: Suspect) -> bool:
    """不批捕复议、复核: within five days of the refusal, and again five days to the higher level (MPSP art. 141)."""
    return _running("CRM_ARREST_RECON", line)


@condition("right", _("This non-prosecution can no longer be contested: both levels are exhausted."))
def nonprosecution_can_be_contested(line: Suspect) -> bool:
    """不起诉复议、复核: within seven days of the decision, and again seven days to the higher level (MPSP art. 294)."""
    return _running("CRM_NONPROS_RECON", line)


@condition("judgment", _("No judgment is recorded in this proceeding yet."))
def court_has_judged(line: Suspect) -> bool:
    """No guilt without a court judgment (CPL art. 12)."""
    return line.proceeding.state in (P.JUDGED, P.APPEAL, P.FINAL)


@condition("appeal", _("The period to appeal or protest is still running; wait until it has ended."))
def appeal_right_spent(line: Suspect) -> bool:
    """A judgment becomes final if there was no appeal or protest in time (CPL arts. 230, 259)."""
    right = Clock.objects.running().about(line).filter(rule__code="CRM_APPEAL").first()
    return right is None or right.due_at is None or right.due_at < times.now()


@condition("receipt", _("No execution is waiting to be reported."))
def an_execution_is_to_be_reported(line: Suspect) -> bool:
    return _running("CRM_RECEIPT", line)


@condition("proceeding", _("The proceeding is no longer under investigation; reopen it first."))
def case_is_investigated(line: Suspect) -> bool:
    return line.proceeding.state in (P.CRIMINAL_CASE, P.SUPPLEMENTARY)


# Fields --------------------------------------------------------------------------------------------------------------
def _nationality(line: Any, actor: Actor) -> str:
    known = line.nationality or line.party.country
    return known.alpha3 if known else ""


def _charges(line: Any, actor: Actor) -> list[str]:
    return [offence.code for offence in line.charges.all()]


def _of_others(line: Any, actor: Actor) -> Choices:
    return [one for one in Measure.Authority.choices if one[0] != Measure.Authority.POLICE]


def _options(kinds: Any) -> Any:
    return lambda thing, actor: kinds.choices


def _grounds(line: Any, actor: Actor) -> Choices:
    return [one for one in Suspect.NonProsecution.choices if one[0] != Suspect.NonProsecution.UNKNOWN]


COUNTRY = ActionField("country", _("Nationality"), choices=choices.countries, initial=_nationality)
CHARGES = ActionField("charges", _("Charges"), kind="choices", choices=choices.offences, initial=_charges)
PAPER = ActionField(
    "paper", _("Number of the paper"), max_length=200, help=_("Of the warrant or decision of the measure.")
)
AUTHORITY = OptionalField(
    "authority",
    _("Decided by"),
    choices=_options(Measure.Authority),
    help=_("Empty if the public security agency decided."),
)
DECIDED_BY = ActionField("authority", _("Decided by"), choices=_of_others)
GROUND = ActionField("nonprosecution", _("Kind of non-prosecution"), choices=_grounds, stores=True)
CHARGE = ActionField("charge", _("Crime as judged"), stores=True)
SENTENCE = OptionalField(
    "sentence",
    _("Principal punishment"),
    choices=_options(Suspect.Sentence),
    stores=True,
)
MONTHS = OptionalField("sentence_months", _("Length (months)"), kind="number", stores=True)
SUSPENDED = OptionalField(
    "suspended_months",
    _("Suspended for (months)"),
    kind="number",
    stores=True,
    help=_("Probation of a suspended sentence."),
)
FINE = OptionalField("fine_cny", _("Fine (CNY)"), kind="decimal", unit="CNY", stores=True)
SET_OFF = OptionalField(
    "set_off_cny",
    _("Amount set off (CNY)"),
    kind="decimal",
    unit="CNY",
    stores=True,
    help=_("Amount of an administrative fine already paid for the same act, as stated in the judgment (APL art. 35)."),
)
PUNISHED = (CHARGE, SENTENCE, MONTHS, SUSPENDED, FINE, SET_OFF, NOTE)

# What the procuratorate, then the next higher one, decides on a contested refusal (SPPR arts. 290, 291).
CONTESTED = ("CRM_ARREST_RECON_DECIDE", "CRM_ARREST_REVIEW_DECIDE")
DESIGNATED = OptionalField(
    "designated",
    _("At a designated place"),
    kind="bool",
    help=_("Not at home (CPL art. 75): the family is notified within 24 hours."),
)

# fmt: off
POLICE_STATES = (U.INVESTIGATED, U.ARREST_REVIEW, U.ARREST_APPROVED, U.ARREST_RECON, U.SUPPLEMENT)
_LATER = (U.UNDER_REVIEW, U.PROSECUTED, U.JUDGED, U.APPEAL)
_OPEN = (*POLICE_STATES, U.NONPROS_RECON, *_LATER)
_ARREST = ("CRM_FAMILY", "CRM_QUESTION", "CRM_FOREIGN")
TRANSITIONS = {
    "identify":               step(*_OPEN,                                                fields=(COUNTRY, NOTE), starts=("CRM_FOREIGN",)),
    "charge":                 step(*_OPEN,                                                fields=(CHARGES, NOTE)),
    # measures
    "summon":                 step(*POLICE_STATES,                                        fields=(PAPER, NOTE), needs=(a_person, not_summoned, not_in_custody), starts=("CRM_SUMMON",)),
    "compel":                 step(*POLICE_STATES,                                        fields=(PAPER, NOTE), needs=(a_person, not_summoned, not_in_custody), starts=("CRM_COMPEL",)),
    "detain":                 step(*POLICE_STATES,                                        fields=(PAPER, NOTE), needs=(a_person, not_in_custody), starts=("CRM_CUSTODY", *_ARREST, "CRM_ARREST_REQ")),
    "bail":                   step(*_OPEN,                                                fields=(PAPER, AUTHORITY, REASON), needs=(a_person, not_on_bail), starts=("CRM_BAIL", "CRM_FOREIGN")),
    "surveil":                step(*_OPEN,                                                fields=(PAPER, AUTHORITY, DESIGNATED, REASON), needs=(a_person, not_surveilled), starts=("CRM_RESSURV", "CRM_FAMILY", "CRM_FOREIGN")),
    "use_technical":          step(*POLICE_STATES,                                        by=chief, fields=(PAPER,), needs=(a_person, no_technical_measure), starts=("CRM_TECH",)),
    # arrest
    "request_arrest":         step(U.INVESTIGATED,                  to=U.ARREST_REVIEW,   fields=(NOTE,), needs=(a_person, not_arrested), starts=("CRM_ARREST_DECIDE", "CRM_ARREST_FREE"), stops=("CRM_ARREST_REQ",), paper="ARREST_REQ"),
    "approve_arrest":         step(U.ARREST_REVIEW, U.ARREST_RECON, to=U.ARREST_APPROVED, fields=(NOTE,), stops=("CRM_ARREST_DECIDE", "CRM_ARREST_FREE", *CONTESTED)),
    "refuse_arrest":          step(U.ARREST_REVIEW,                 to=U.INVESTIGATED,    fields=(REASON,), starts=("CRM_ARREST_RECON",), stops=("CRM_ARREST_DECIDE", "CRM_ARREST_FREE")),
    "contest_refusal":        step(U.INVESTIGATED,                  to=U.ARREST_RECON,    fields=(REASON,), needs=(refusal_can_be_contested,), starts=CONTESTED, stops=("CRM_ARREST_RECON",)),
    "uphold_refusal":         step(U.ARREST_RECON,                  to=U.INVESTIGATED,    fields=(REASON,), starts=("CRM_ARREST_RECON",), stops=CONTESTED),
    "arrest":                 step(U.ARREST_APPROVED,               to=U.INVESTIGATED,    fields=(PAPER, NOTE), needs=(a_person, not_arrested), starts=("CRM_INVEST", "CRM_EXTEND_REQ", *_ARREST, "CRM_RECEIPT")),
    "execute_arrest":         step(U.SUPPLEMENT, *_LATER,                                 fields=(PAPER, DECIDED_BY, NOTE), needs=(a_person, not_arrested), starts=(*_ARREST, "CRM_RECEIPT")),
    "report_execution":       step(*_OPEN,                                                fields=(NOTE,), needs=(an_execution_is_to_be_reported,), stops=("CRM_RECEIPT",)),
    # prosecution
    "send":                   automatic(*POLICE_STATES,             to=U.UNDER_REVIEW,    visibility=PAIR, stops=("CRM_INVEST", "CRM_EXTEND_REQ", "CRM_ARREST_RECON")),
    "send_back":              automatic(U.UNDER_REVIEW,             to=U.SUPPLEMENT,      visibility=PAIR),
    "indict":                 automatic(U.UNDER_REVIEW,             to=U.PROSECUTED,      visibility=PAIR),
    "prosecute":              step(U.UNDER_REVIEW,                  to=U.PROSECUTED,      fields=(NOTE,)),
    "not_prosecute":          step(U.UNDER_REVIEW, U.PROSECUTED,    to=U.NOT_PROSECUTED,  fields=(GROUND, REASON), starts=("CRM_NONPROS_RECON",), stops=("*",)),
    "contest_nonprosecution": step(U.NOT_PROSECUTED,                to=U.NONPROS_RECON,   fields=(REASON,), needs=(nonprosecution_can_be_contested,), stops=("CRM_NONPROS_RECON",)),
    "uphold_nonprosecution":  step(U.NONPROS_RECON,                 to=U.NOT_PROSECUTED,  fields=(REASON,), starts=("CRM_NONPROS_RECON",)),
    "revoke_nonprosecution":  step(U.NONPROS_RECON,                 to=U.UNDER_REVIEW,    fields=(REASON,)),
    # judgment
    "convict":                step(U.PROSECUTED,                    to=U.JUDGED,          fields=PUNISHED, needs=(court_has_judged,), starts=("CRM_APPEAL",), stops=tuple(TRIALS.values())),
    "exempt":                 step(U.PROSECUTED,                    to=U.JUDGED,          fields=(CHARGE, REASON), needs=(court_has_judged,), starts=("CRM_APPEAL",), stops=tuple(TRIALS.values())),
    "acquit":                 step(U.PROSECUTED,                    to=U.JUDGED,          fields=(REASON,), needs=(court_has_judged,), starts=("CRM_APPEAL",), stops=tuple(TRIALS.values())),
    "appeal":                 step(U.JUDGED,                        to=U.APPEAL,          fields=(NOTE,), starts=("CRM_APPEAL_TRIAL",), stops=("CRM_APPEAL",)),
    "accept_appeal":          step(U.APPEAL,                                              fields=(NOTE,), starts=("CRM_APPEAL_TRIAL",), stops=("CRM_APPEAL_TRIAL",)),
    "uphold_judgment":        step(U.APPEAL,                        to=U.FINAL,           fields=(NOTE,), stops=("*",)),
    "change_sentence":        step(U.APPEAL,                        to=U.FINAL,           fields=PUNISHED, stops=("*",)),
    "acquit_on_appeal":       step(U.APPEAL,                        to=U.FINAL,           fields=(REASON,), stops=("*",)),
    "remand":                 step(U.APPEAL,                        to=U.PROSECUTED,      fields=(REASON,), starts=("CRM_TRIAL",), stops=("CRM_APPEAL_TRIAL",)),
    "finalise":               step(U.JUDGED,                        to=U.FINAL,           fields=(NOTE,), needs=(appeal_right_spent,), stops=("*",)),
    **starting(*_OPEN, U.NOT_PROSECUTED, by=staff),
    # other ends
    "drop":                   step(*POLICE_STATES,                  to=U.DROPPED,         by=chief, fields=(REASON,), stops=("*",)),
    "withdraw":               automatic(*POLICE_STATES,             to=U.DROPPED,         visibility=PAIR, stops=("*",)),
    "hand_on":                automatic(*POLICE_STATES,             to=U.MOVED,           visibility=PAIR, stops=("*",)),
    "reopen":                 step(U.DROPPED, U.NOT_PROSECUTED,     to=U.INVESTIGATED,    by=chief, fields=(REASON,), needs=(case_is_investigated,), stops=("*",)),
}
# fmt: on

SUSPECT_LABELS = STARTING_LABELS | {
    "identify": Labels(_("Record the nationality"), _("recorded the suspect's nationality")),
    "charge": Labels(_("Record the charges"), _("recorded the charges")),
    "summon": Labels(_("Summon"), _("summoned the suspect")),
    "compel": Labels(_("Compel to appear"), _("compelled the suspect to appear")),
    "detain": Labels(_("Detain"), _("detained the suspect"), "danger"),
    "bail": Labels(_("Release on bail"), _("released the suspect on bail")),
    "surveil": Labels(
        _("Place under residential surveillance"), _("placed the suspect under residential surveillance")
    ),
    "use_technical": Labels(_("Record a technical measure"), _("recorded the approval of a technical measure")),
    "request_arrest": Labels(_("Request arrest approval"), _("requested approval of the arrest"), "primary"),
    "approve_arrest": Labels(_("Record approval of the arrest"), _("recorded that the arrest was approved"), "primary"),
    "refuse_arrest": Labels(_("Record refusal of the arrest"), _("recorded that the arrest was refused")),
    "contest_refusal": Labels(_("Contest the refusal"), _("asked to reconsider the refusal of the arrest")),
    "uphold_refusal": Labels(_("Record: refusal upheld"), _("recorded that the refusal of the arrest was upheld")),
    "arrest": Labels(_("Record the arrest"), _("executed the arrest"), "primary"),
    "execute_arrest": Labels(
        _("Record an arrest decided by procuratorate or court"),
        _("executed an arrest that the procuratorate or the court decided"),
    ),
    "report_execution": Labels(
        _("Record the receipt sent to the procuratorate"), _("reported the execution to the procuratorate")
    ),
    "send": Labels(_("Send for prosecution"), _("sent the suspect for prosecution")),
    "send_back": Labels(
        _("Return for supplementary investigation"), _("the suspect was returned for supplementary investigation")
    ),
    "indict": Labels(_("Record prosecution"), _("recorded the prosecution of this suspect")),
    "prosecute": Labels(_("Record prosecution"), _("recorded the prosecution of this suspect"), "primary"),
    "not_prosecute": Labels(_("Record non-prosecution"), _("recorded the non-prosecution of this suspect")),
    "contest_nonprosecution": Labels(_("Contest the non-prosecution"), _("asked to reconsider the non-prosecution")),
    "uphold_nonprosecution": Labels(
        _("Record: non-prosecution upheld"), _("recorded that the non-prosecution was upheld")
    ),
    "revoke_nonprosecution": Labels(
        _("Record: non-prosecution revoked"), _("recorded that the non-prosecution was revoked")
    ),
    "convict": Labels(_("Record conviction"), _("recorded the conviction"), "primary"),
    "exempt": Labels(_("Record exemption from punishment"), _("recorded an exemption from punishment")),
    "acquit": Labels(_("Record acquittal"), _("recorded the acquittal")),
    "appeal": Labels(_("Record an appeal"), _("recorded an appeal or protest")),
    "accept_appeal": Labels(
        _("Record acceptance of the appeal"), _("recorded that the court of second instance accepted the appeal")
    ),
    "uphold_judgment": Labels(_("Record: judgment upheld"), _("recorded that the judgment was upheld"), "primary"),
    "change_sentence": Labels(_("Record: sentence changed"), _("recorded that the sentence was changed")),
    "acquit_on_appeal": Labels(_("Record: acquitted on appeal"), _("recorded the acquittal on appeal")),
    "remand": Labels(_("Record: sent back for retrial"), _("recorded that the case was sent back for retrial")),
    "finalise": Labels(_("Record that the judgment is final"), _("recorded that the judgment is final"), "primary"),
    "drop": Labels(_("Terminate for this suspect"), _("terminated the investigation of this suspect"), "danger"),
    "withdraw": Labels(_("Withdraw the criminal case"), _("terminated the investigation of this suspect")),
    "hand_on": Labels(_("Hand to other police"), _("handed the suspect to other police")),
    "reopen": Labels(_("Reopen for this suspect"), _("reopened the case for this suspect"), "danger"),
}

SUSPECT = Workflow("suspect", U, TRANSITIONS, SUSPECT_LABELS, final=Suspect.FATES)
