"""Conditions of the reader's next actions, and contacts where the next step belongs to another agency."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from agencies.journal.involvement import exclude_involved
from agencies.kernel.actor import Actor
from agencies.kernel.texts import Text
from agencies.people.models import OfficeHolder, User
from cases.controls.documents import document_name

from .folder import way_to_field
from .models import Referral, Sight
from .workflow import workflow_of
from .workflow.criminal import papers_owed
from .workflow.silence import other_side_late
from .workflow.steps import agency_at, step_of
from .workflow.supervision import order_is_overdue, three_months_passed

S = Referral.State
# Texts of fulfilled conditions, by their names in the workflows. A test checks that each has one.
MET: dict[str, Text] = {
    "case_open": _("the case is open"),
    "report_written": _("the report is written"),
    "reason_written": _("the reasons are written"),
    "offence_named": _("the offence is named"),
    "team_of_two": _("at least two officers are on the team"),
    "has_eligible_approver": _("a person outside the team can decide"),
    "other_side_late": _("the period of the other side has ended"),
    "not_of_the_team": _("you are not on the team"),
    "papers_owed": _("papers are still to follow"),
    "no_filing_order": _("the procuratorate has not ordered to file"),
    "never_received": _("the receipt is not signed yet"),
    "complete_or_approved_so": _("the checklist is complete or overridden"),
    "never_submitted": _("the report was never submitted"),
    "not_transferred": _("the agency has not transferred it"),
    "no_proposal_of_own": _("you did not propose this decision"),
    "not_the_refuser": _("you did not take the decision that is reconsidered"),
    "has_holder": _("a responsible person can decide"),
    "have_a_superior": _("the two have a common superior"),
    "open_to_the_centre": _("the centre may read the case"),
    "let_go": _("no transferred party is still in the criminal proceeding"),
    "something_to_hand": _("there are goods to be transferred with them"),
    "origin_fits": _("the proceeding fits the direction of conversion"),
    "free_to_go": _("no transferred party is still in the criminal proceeding"),
    "to_criminal": _("it becomes a criminal proceeding"),
    "to_administrative": _("it becomes an administrative proceeding"),
    "notice_not_received": _("a notice is waiting for its receipt"),
    "order_is_overdue": _("the period of the order has ended"),
    "police_undecided": _("the police have not decided"),
    "three_months_passed": _("three months have passed since the filing"),
    "changed_since_return": _("it was changed since it came back"),
    "correction_waits": _("a correction waits for its receipt"),
    "package_is_open": _("the receipt is signed"),
    "proceeding_may_go": _("the criminal proceeding can be sent for prosecution"),
    "proceeding_may_return": _("the case was returned at most once before"),
    "every_suspect_goes": _("every suspect who is still investigated is in the file"),
}


# Conditions that the reader cannot meet: time has to pass, or the course was another one.
NOT_IN_OWN_HANDS = (papers_owed, other_side_late, order_is_overdue, three_months_passed)


@dataclass(frozen=True)
class MissingCondition:
    """An unmet condition; `url` is where the reader meets it, empty if no field or list does."""

    code: str
    detail: str
    url: str = ""


@dataclass(frozen=True)
class Checklist:
    """One available action: its conditions, met and missing, its fields and its paper."""

    verb: Text
    met: list[Text]
    gaps: list[MissingCondition]
    asked: list[Text]
    paper: str


@dataclass(frozen=True)
class StepContact:
    """A contact for the present step. `acting`: acts for the responsible person."""

    person: User
    acting: bool = False


def checklists(referral: Referral, actor: Actor) -> list[Checklist]:
    """One checklist for each action open to the actor, in workflow order. An action is not listed as long as nothing
    that the reader prepares would make it possible."""
    workflow = workflow_of(referral)
    ways_on = [
        verb
        for verb in workflow.open_to(actor, referral)
        if workflow.words_for(verb, actor, referral).tone == "primary"
    ]
    return [
        _checklist(referral, actor, verb)
        for verb in ways_on
        if not any(need(referral, actor) for need in workflow.transitions[verb].needs if need in NOT_IN_OWN_HANDS)
    ]


def _checklist(referral: Referral, actor: Actor, verb: str) -> Checklist:
    workflow = workflow_of(referral)
    line = workflow.transitions[verb]
    found = [(need, need(referral, actor)) for need in line.needs]
    return Checklist(
        verb=workflow.labels[verb].button,
        met=[MET[need.__name__] for need, missing in found if missing is None],
        gaps=[
            MissingCondition(one.code, one.detail, _way_to(one.code, referral, actor))
            for _need, one in found
            if one is not None
        ],
        asked=[ask.label for ask in workflow.fields_of(verb, actor, referral) if ask.required],
        paper=document_name(line.paper) if line.paper else "",
    )


def _way_to(code: str, referral: Referral, actor: Actor) -> str:
    return "#checklist" if code == "checklist" else way_to_field(code, referral, actor)


def contacts_for_step(referral: Referral, level: Sight) -> list[StepContact]:
    """Contacts for the present step: the responsible person if they decide, else the handlers in that agency.

    Readers of the envelope see none, and only the sender sees contacts before delivery.
    """
    if level < Sight.PACKAGE:
        return []
    if referral.state == S.HEAD_DECISION:
        return _responsible(referral) if level == Sight.FULL else []
    step = step_of(referral, referral.state)
    agency = agency_at(referral, step[1]) if step else referral.holder
    return [StepContact(one) for one in (referral.handler, referral.drafter) if one and one.agency_id == agency.pk][:1]


def _responsible(referral: Referral) -> list[StepContact]:
    """Office holders who may decide this report; excludes its team."""
    held = OfficeHolder.objects.current().filter(agency=referral.sender_id, user__is_active=True)
    outside = exclude_involved(held, referral=referral.pk).select_related("user")
    return [StepContact(one.user, one.is_acting) for one in outside]
