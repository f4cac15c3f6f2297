"""Workflow of an inspection (ECL arts. 28, 29 and 38; DUR art. 32)."""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.action_fields import REASON, ActionField, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.workflow import Labels, Visibility, Workflow, condition, transition
from cases.casefile.access import contributor
from cases.casefile.models import Case
from cases.casefile.workflow import LIVE
from coordination.prevention.campaigns import CAMPAIGN
from coordination.prevention.exporters.access import keeps_register
from coordination.prevention.exporters.models import Exporter

from . import choices
from .access import handles
from .models import LEAST_OFFICERS, Inspection
from .reading import findings_table

S = Inspection.State
own = partial(transition, visibility=Visibility.OWN)


def _address(thing: Any, actor: Actor) -> str:
    return thing.address if isinstance(thing, Exporter) else ""


def _district(thing: Any, actor: Actor) -> str:
    district = getattr(thing, "district", None)
    return district.code if district else ""


WHERE = (
    ActionField("site", _("Place"), max_length=300, stores=True, initial=_address, help=_("Address of the place.")),
    OptionalField("district", _("Customs district"), choices=choices.districts, clears=True, initial=_district),
    ActionField("basis", _("Basis"), choices=Inspection.Basis.choices, stores=True),
    OptionalField(
        "basis_reference",
        _("Reference of the basis"),
        max_length=80,
        stores=True,
        clears=True,
        help=_("Number of the lead, review, campaign or plan."),
    ),
    ActionField("starts_on", _("First day"), kind="date", stores=True),
    ActionField("ends_on", _("Last day"), kind="date", stores=True, help=_("If it has not begun by then, it is late.")),
    CAMPAIGN,
)


def _officer(name: str, label: Any, initial: Any = None) -> ActionField:
    return ActionField(name, label, choices=choices.officers, of_new=True, initial=initial)


def _certificate(name: str) -> ActionField:
    return ActionField(name, _("Enforcement certificate no."), max_length=40, of_new=True)


TEAM = (
    _officer("first_officer", _("First officer"), lambda thing, actor: actor.id),
    _certificate("first_certificate"),
    _officer("second_officer", _("Second officer")),
    _certificate("second_certificate"),
)


def _checklist(initial: Any) -> ActionField:
    return ActionField(
        "checklist", _("Checklist"), kind="long", of_new=True, initial=initial, help=_("One point on each line.")
    )


MATERIAL = OptionalField("material", _("Mineral"), choices=choices.materials, stores=True, clears=True)
EXPORTER = OptionalField("exporter", _("Exporter"), choices=choices.exporters, of_new=True)
PLAN = (*WHERE, *TEAM, MATERIAL, _checklist(choices.usual_checklist))
OF_CASE = (*WHERE, *TEAM, EXPORTER, MATERIAL, _checklist(choices.usual_checklist))
ONE_OFFICER = (_officer("officer", _("Officer")), _certificate("certificate"))
LEAVING = ActionField("officer", _("Officer"), choices=choices.inspectors, of_new=True)
PRESENT = ActionField(
    "present",
    _("Officers present"),
    kind="choices",
    choices=choices.inspectors,
    initial=choices.those_present,
    of_new=True,
    help=_("At least two, who show their certificates (ECL art. 28)."),
)
SHOWN_TO = ActionField(
    "shown_to", _("Certificates shown to"), stores=True, help=_("Name and post of the person at the place.")
)
SAMPLE = (
    ActionField("number", _("Number of the sample"), max_length=40, of_new=True),
    ActionField("what", _("What was taken"), of_new=True),
    ActionField("seal", _("Seal no."), max_length=40, of_new=True),
    ActionField("kept_at", _("Kept at"), of_new=True),
)
FINDINGS = ActionField(
    "findings",
    _("Findings"),
    kind="table",
    of_new=True,
    help=_("CSV with the columns number, finding (in_order, found, not_checked) and remark. Every point needs a line."),
    initial=lambda inspection, actor: findings_table(inspection),
)
MINUTES = ActionField("minutes", pgettext_lazy("inspection", "Minutes"), kind="long", stores=True)
REFUSAL = (
    PRESENT,
    ActionField("refused_by", _("Who refused"), stores=True, help=_("Name and post.")),
    ActionField("refusal", _("How it was refused or obstructed"), kind="long", stores=True),
    ActionField("witness", _("Witness"), stores=True, help=_("Name and contact.")),
)
FOLLOW_UP = (
    ActionField("follow_up", _("Follow-up"), choices=Inspection.FollowUp.choices, stores=True),
    OptionalField(
        "follow_up_reference",
        _("Reference of the follow-up"),
        max_length=120,
        stores=True,
        help=_("Number of the letter, review, case or query. Empty only without a follow-up."),
    ),
)


@condition("officers", _("Two officers have to remain in the plan (ECL art. 28)."))
def one_may_leave(inspection: Inspection) -> bool:
    return inspection.inspectors.count() > LEAST_OFFICERS


# fmt: off
TRANSITIONS = {
    "edit":           own(S.PLANNED,                           by=handles, fields=(*WHERE, MATERIAL, _checklist(choices.checklist_now))),
    "add_officer":    own(S.PLANNED,                           by=handles, fields=ONE_OFFICER),
    "remove_officer": own(S.PLANNED,                           by=handles, fields=(LEAVING, REASON), needs=(one_may_leave,)),
    "start":          own(S.PLANNED,           to=S.UNDER_WAY, by=handles, fields=(PRESENT, SHOWN_TO)),
    "take_sample":    own(S.UNDER_WAY,                         by=handles, fields=SAMPLE),
    "finish":         own(S.UNDER_WAY,         to=S.DONE,      by=handles, fields=(FINDINGS, MINUTES)),
    "refuse":         own(S.PLANNED, S.UNDER_WAY, to=S.REFUSED, by=handles, fields=REFUSAL),
    "close":          own(S.DONE, S.REFUSED,   to=S.CLOSED,    by=handles, fields=FOLLOW_UP),
    "cancel":         own(S.PLANNED,           to=S.CANCELLED, by=handles, fields=(REASON,)),
}
# fmt: on

LABELS = {
    "plan": Labels(_("Plan an inspection"), _("planned an inspection")),
    "edit": Labels(_("Change the plan"), _("changed the plan of the inspection")),
    "add_officer": Labels(_("Add an officer"), _("added an officer to the inspection")),
    "remove_officer": Labels(_("Remove an officer"), _("removed an officer from the inspection")),
    "start": Labels(_("Begin the inspection"), _("began the inspection with certificates shown"), "primary"),
    "take_sample": Labels(_("Record a sample"), _("took a sample")),
    "finish": Labels(_("Record the findings"), _("recorded the findings of the inspection"), "primary"),
    "refuse": Labels(_("Record a refusal"), _("recorded that the inspection was refused")),
    "close": Labels(_("Close with the follow-up"), _("closed the inspection"), "primary"),
    "cancel": Labels(_("Cancel the inspection"), _("cancelled the inspection"), "danger"),
}

INSPECTION = Workflow("inspection", S, TRANSITIONS, LABELS, final=frozenset({S.CLOSED, S.CANCELLED}))

# The verb that exporters and cases get.
ON_EXPORTER = Workflow(
    "exporter",
    Exporter.State,
    {"plan_inspection": own(Exporter.State.FOLLOWED, by=keeps_register, fields=PLAN)},
    {"plan_inspection": LABELS["plan"]},
)
ON_CASE = Workflow(
    "case",
    Case.State,
    {"plan_inspection": own(*LIVE, by=contributor, fields=OF_CASE)},
    {"plan_inspection": LABELS["plan"]},
)
