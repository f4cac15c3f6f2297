"""The workflow of criminal proceedings. The investigating agency records acts of the procuratorate and the court.

A transition also applies to the suspects in the matching state. What concerns one suspect is a transition of that
suspect, and the proceeding follows: it is final, or not prosecuted, when its last suspect is.
"""

from functools import partial
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField, Choices
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Need, Visibility, Workflow, automatic, condition, transition
from cases.clocks.by_paper import LABELS as STARTING_LABELS
from cases.clocks.by_paper import starting
from cases.clocks.models import Clock

from ..access import chief, own_staff, staff, staff_or_file
from ..models import REVIEWS, TRIALS, Measure, Proceeding, Suspect
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

P, U = Proceeding.State, Suspect.State
STATUS, OWN = Visibility.STATUS, Visibility.OWN
step = partial(transition, by=staff, visibility=STATUS)
# States from which the police may send a suspect for prosecution.
SENDABLE = (U.INVESTIGATED, U.SUPPLEMENT)


@condition("supplements", _("Supplementary investigation is exhausted: at most twice."))
def two_supplements_at_most(proceeding: Proceeding) -> bool:
    """补充侦查以二次为限 (CPL art. 175)."""
    return proceeding.supplements < 2


@condition("suspects", _("This proceeding has no suspect who could be sent for prosecution."))
def someone_to_send(proceeding: Proceeding) -> bool:
    """A case is sent for prosecution with its suspects (CPL art. 162)."""
    return proceeding.suspects.filter(state__in=SENDABLE).exists()


def no_arrest_undecided(proceeding: Proceeding, actor: Actor) -> UnmetCondition | None:
    waiting = (U.ARREST_REVIEW, U.ARREST_APPROVED, U.ARREST_RECON)
    names = ", ".join(line.party.name for line in proceeding.suspects.filter(state__in=waiting).select_related("party"))
    detail = gettext("An arrest is undecided or not executed: %(names)s.") % {"names": names}
    return UnmetCondition("arrest", detail) if names else None


@condition("suspects", _("No suspect of this proceeding is under review for prosecution."))
def someone_to_prosecute(proceeding: Proceeding) -> bool:
    return proceeding.suspects.filter(state__in=[U.UNDER_REVIEW, U.PROSECUTED]).exists()


def no_suspect_under_a_measure(proceeding: Proceeding, actor: Actor) -> UnmetCondition | None:
    """Suspects under a measure must be released before the proceeding closes."""
    standing = Measure.objects.standing().filter(suspect__proceeding=proceeding).select_related("suspect__party")
    names = ", ".join(f"{one.suspect.party.name} ({one.get_kind_display()})" for one in standing)
    return (
        UnmetCondition("measures", gettext("Measures still in force: %(names)s.") % {"names": names}) if names else None
    )


def _runs(*codes: str) -> Need:
    @condition("period", _("The period that this would end is not running."))
    def need(proceeding: Proceeding) -> bool:
        return Clock.objects.running().about(proceeding).filter(rule__code__in=codes).exists()

    return need


@condition("court", _("The acceptance by the court is not recorded yet."))
def court_has_accepted(proceeding: Proceeding) -> bool:
    """A change of the procedure presupposes a trial."""
    return proceeding.court_accepted_at is not None


@condition("court", _("The acceptance by the court is recorded already."))
def court_has_not_accepted(proceeding: Proceeding) -> bool:
    return proceeding.court_accepted_at is None


def _of_review(proceeding: Any, actor: Actor) -> Choices:
    """The other procedure of the review; the law knows no summary one (CPL art. 172)."""
    now = proceeding.review_procedure or Procedure.ORDINARY
    return [one for one in Procedure.choices if one[0] not in (now, Procedure.SUMMARY)]


def _other_of_trial(proceeding: Any, actor: Actor) -> Choices:
    return [one for one in Procedure.choices if one[0] != proceeding.trial_procedure]


Procedure = Proceeding.Procedure
REVIEW_PERIODS, TRIAL_PERIODS = tuple(REVIEWS.values()), tuple(TRIALS.values())
REVIEW = ActionField("review_procedure", _("Procedure of the review"), choices=_of_review, stores=True)
COURT = ActionField("court", _("Court"), max_length=120, stores=True)
TRIAL = ActionField("trial_procedure", _("Procedure of the trial"), choices=Procedure.choices, stores=True)
OTHER_TRIAL = ActionField("trial_procedure", _("Procedure of the trial"), choices=_other_of_trial, stores=True)
TO_POLICE = ActionField("to_agency", _("Handed to"), help=_("The public security agency that takes the case over."))

UNDER_WAY = (
    P.CRIMINAL_CASE,
    P.TRANSFER_PROS,
    P.SUPPLEMENTARY,
    P.PROSECUTED,
    P.JUDGED,
    P.APPEAL,
    P.FINAL,
)

# fmt: off
TRANSITIONS = {
    "add_line":          step(P.CRIMINAL_CASE, P.SUPPLEMENTARY,                               fields=(PARTY, ACT, NOTE), visibility=OWN),
    "order_measure":     step(P.CRIMINAL_CASE, P.SUPPLEMENTARY,                               fields=ORDER, visibility=OWN),
    "receive_goods":     step(P.CRIMINAL_CASE, P.SUPPLEMENTARY,                               fields=GOODS, visibility=OWN),
    "prosecute_opinion": step(P.CRIMINAL_CASE, P.SUPPLEMENTARY,          to=P.TRANSFER_PROS,  by=chief, fields=(NOTE,), needs=(someone_to_send, no_arrest_undecided), starts=("CRM_PROSECUTE",), stops=("CRM_SUPPLEMENT", "SUP_CHASE"), paper="PROSECUTE"),
    "return":            step(P.TRANSFER_PROS,                           to=P.SUPPLEMENTARY,  by=staff_or_file, fields=(REASON,), needs=(two_supplements_at_most,), starts=("CRM_SUPPLEMENT",), stops=REVIEW_PERIODS),
    "prosecute":         step(P.TRANSFER_PROS,                           to=P.PROSECUTED,     fields=(NOTE,), needs=(someone_to_prosecute,), starts=("CRM_TRIAL",), stops=REVIEW_PERIODS),
    "set_review":        step(P.TRANSFER_PROS,                                                fields=(REVIEW, NOTE)),
    "accept_trial":      step(P.PROSECUTED,                                                   fields=(COURT, TRIAL, NOTE), needs=(court_has_not_accepted, _runs(*TRIAL_PERIODS),), starts=("CRM_TRIAL",), stops=TRIAL_PERIODS),
    "change_trial":      step(P.PROSECUTED,                                                   fields=(OTHER_TRIAL, REASON), needs=(court_has_accepted, _runs(*TRIAL_PERIODS)), starts=("CRM_TRIAL",), stops=TRIAL_PERIODS),
    "adjourn":           step(P.PROSECUTED,                                                   fields=(REASON,), needs=(_runs(*TRIAL_PERIODS),), starts=("CRM_SUPPLEMENT",), stops=TRIAL_PERIODS),
    "resume_trial":      step(P.PROSECUTED,                                                   fields=(NOTE,), needs=(_runs("CRM_SUPPLEMENT"),), starts=("CRM_TRIAL",), stops=("CRM_SUPPLEMENT",)),
    "judge":             step(P.PROSECUTED,                              to=P.JUDGED,         fields=(OUTCOME_REASON,), stops=(*TRIAL_PERIODS, "CRM_SUPPLEMENT")),
    "withdraw":          step(P.CRIMINAL_CASE, P.SUPPLEMENTARY,          to=P.WITHDRAWN,      by=chief, fields=(OUTCOME_REASON,), starts=("CRM_VICTIM_NOTICE",), stops=("CRM_SUPPLEMENT", "SUP_CHASE")),
    "tell_withdrawal":   step(P.WITHDRAWN,                                                    fields=(NOTE,), stops=("CRM_VICTIM_NOTICE",)),
    "hand_on":           step(P.CRIMINAL_CASE,                           to=P.HANDED_ON,      by=chief, fields=(TO_POLICE, OUTCOME_REASON), needs=(no_arrest_undecided,), starts=("CRM_HANDED_NOTICE",), stops=("SUP_CHASE",)),
    "tell_handing_on":   step(P.HANDED_ON,                                                    fields=(NOTE,), stops=("CRM_HANDED_NOTICE",)),
    "apply_playbook":    step(*UNDER_WAY,                                                     by=own_staff, fields=(PLAYBOOK, NOTE), visibility=OWN),
    "renew_playbook":    step(*UNDER_WAY,                                                     by=own_staff, fields=(NEWER, NOTE), needs=(newer_to_take,), visibility=OWN),
    **starting(*UNDER_WAY, by=staff, visibility=STATUS),
    # transitions that follow the suspects
    "not_prosecute":     automatic(P.TRANSFER_PROS, P.SUPPLEMENTARY, P.PROSECUTED, P.JUDGED, to=P.NOT_PROSECUTED, visibility=STATUS, stops=(*REVIEW_PERIODS, "CRM_SUPPLEMENT", *TRIAL_PERIODS)),
    "review_again":      automatic(P.NOT_PROSECUTED,                     to=P.TRANSFER_PROS,  visibility=STATUS, starts=("CRM_PROSECUTE",)),
    "appeal":            automatic(P.JUDGED,                             to=P.APPEAL,         visibility=STATUS),
    "finalise":          automatic(P.JUDGED, P.APPEAL,                   to=P.FINAL,          visibility=STATUS),
    "close":             step(P.FINAL, P.WITHDRAWN, P.NOT_PROSECUTED, P.HANDED_ON, to=P.CLOSED,         by=chief, fields=(NOTE,), needs=(every_line_has_fate, no_suspect_under_a_measure, no_measure_runs)),
    "reopen":            step(P.CLOSED, P.WITHDRAWN, P.NOT_PROSECUTED,   to=P.CRIMINAL_CASE,  by=chief, fields=(REASON,), stops=("CRM_VICTIM_NOTICE",)),
}

CRIMINAL_LABELS = LABELS | PLAYBOOK_LABELS | STARTING_LABELS | {
    "prosecute_opinion": Labels(_("Send for prosecution"), _("sent the case for prosecution"), "primary"),
    "return": Labels(_("Record return for supplementary investigation"), _("the case was returned for supplementary investigation")),
    "prosecute": Labels(_("Record prosecution"), _("recorded the prosecution"), "primary"),
    "set_review": Labels(_("Record the procedure of the review"), _("recorded the procedure of the review for prosecution")),
    "accept_trial": Labels(_("Record acceptance by the court"), _("recorded that the court accepted the case")),
    "change_trial": Labels(_("Record a change of the trial procedure"), _("recorded a change of the trial procedure")),
    "adjourn": Labels(_("Record adjournment of the trial"), _("recorded the adjournment of the trial for supplementary investigation")),
    "resume_trial": Labels(_("Record resumption of the trial"), _("recorded the resumption of the trial"), "primary"),
    "judge": Labels(_("Record the judgment"), _("recorded the first-instance judgment"), "primary"),
    "withdraw": Labels(_("Withdraw the criminal case"), _("withdrew the criminal case"), "danger"),
    "tell_withdrawal": Labels(_("Record notice to the sender"), _("notified the sender of the withdrawal")),
    "hand_on": Labels(_("Hand the case to other police"), _("handed the case to another public security agency"), "danger"),
    "tell_handing_on": Labels(_("Record notice to the sender"), _("notified the sender that other police have the case")),
    "not_prosecute": Labels(_("Record non-prosecution"), _("the case ended without prosecution")),
    "review_again": Labels(_("Review again"), _("the prosecution is under review again")),
    "appeal": Labels(_("Record an appeal"), _("recorded an appeal or protest")),
    "finalise": Labels(_("Record that the judgment is final"), _("recorded that the judgment is final")),
}
# fmt: on

CRIMINAL = Workflow("criminal", P, TRANSITIONS, CRIMINAL_LABELS, final=frozenset({P.CLOSED}))
