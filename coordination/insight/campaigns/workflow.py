"""Workflow of a campaign. A second person of the centre confirms its start, and each change of goals or members while
it runs."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, SecondPerson, Visibility, Workflow, transition
from cases.controls.countries import ROUTE_HELP

from . import choices
from .access import keeper, reports_steps
from .models import Campaign, Goal

S = Campaign.State


def has_goals(campaign: Campaign, actor: Actor) -> UnmetCondition | None:
    if campaign.goals.exists():
        return None
    return UnmetCondition("goals", gettext("It has no goals yet."))


def has_open_steps(campaign: Campaign, actor: Actor) -> UnmetCondition | None:
    if choices.steps(campaign, actor):
        return None
    return UnmetCondition("steps", gettext("No step of yours is open."))


def _rests(campaign: Campaign, answers: Mapping[str, Any], actor: Actor) -> list[str]:
    """What a second person confirms: everything that was agreed with the agencies."""
    return [gettext("the agencies that take part, and the figures of %(title)s") % {"title": campaign.title}]


def _rests_while_running(campaign: Campaign, answers: Mapping[str, Any], actor: Actor) -> list[str]:
    return _rests(campaign, answers, actor) if campaign.state == S.RUNNING else []


def _before(campaign: Campaign, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": campaign.version}


TO_START = SecondPerson(_rests, _before, kind="campaign")
TO_CHANGE = SecondPerson(_rests_while_running, _before, kind="campaign")


def _codes_of_members(campaign: Any, actor: Actor) -> list[str]:
    return list(campaign.members.values_list("code", flat=True)) if campaign else []


def _several(name: str, label: Any, dimension: str) -> ActionField:
    return ActionField(name, label, kind="choices", required=False, choices=choices.values_of(dimension), stores=True)


def _countries_now(campaign: Any, actor: Actor) -> str:
    return " ".join(campaign.countries) if campaign else ""


def _day(name: str, label: Any, **more: Any) -> ActionField:
    return ActionField(name, label, kind="date", stores=True, **more)


MEMBERS = ActionField(
    "members",
    _("Participating agencies"),
    kind="choices",
    choices=choices.others,
    initial=_codes_of_members,
    of_new=True,
)
RULES = (
    _several("materials", _("Minerals"), "mineral"),
    _several("techniques", _("Techniques"), "technique"),
    ActionField(
        "countries", _("Route countries"), required=False, initial=_countries_now, of_new=True, help=ROUTE_HELP
    ),
    _day("opened_from", _("Cases opened from"), required=False, clears=True),
    _day("opened_until", _("Cases opened until"), required=False, clears=True),
)
WHAT = (
    ActionField("title_zh", _("Title in Chinese"), stores=True),
    ActionField("title_en", _("Title in English"), required=False, stores=True),
    ActionField("purpose", _("Purpose"), kind="long", stores=True),
)
FIRST, LAST = _day("starts_on", _("First day")), _day("ends_on", _("Last day"))
PLAN = (*WHAT, FIRST, LAST, MEMBERS, *RULES)
CHANGED = (WHAT[2], LAST, MEMBERS, *RULES, REASON)


def _only(name: str, label: Any) -> ActionField:
    return ActionField(name, label, required=False, choices=choices.values_of(name), of_new=True)


GOAL = (
    ActionField("metric", _("Figure"), choices=choices.metrics, of_new=True),
    ActionField(
        "direction",
        _("Direction"),
        choices=Goal.Direction.choices,
        initial=lambda campaign, actor: Goal.Direction.LEAST,
        of_new=True,
    ),
    ActionField(
        "target", _("Target"), kind="decimal", of_new=True, help=_("In the unit of the figure; shares in percent.")
    ),
    ActionField("due_on", _("Until"), kind="date", initial=lambda campaign, actor: campaign.ends_on, of_new=True),
    _only("mineral", _("Only mineral")),
    _only("technique", _("Only technique")),
    _only("country", _("Only route country")),
    _only("district", _("Only customs district")),
    _only("agency", _("Only agency")),
    NOTE,
)
ONE_GOAL = ActionField("goal", _("Goal"), choices=choices.goals, of_new=True)
STEP = (
    ActionField("agency", _("Who does it"), choices=choices.doers, of_new=True),
    ActionField("title", _("What is to be done"), of_new=True),
    ActionField("due_on", _("Until"), kind="date", of_new=True),
)
ONE_STEP = ActionField("step", _("Step"), choices=choices.steps, of_new=True)
RESULT = ActionField("result", _("Result"), kind="long", of_new=True)
CASE = ActionField("case", _("Case number"), of_new=True)
OUTCOME = ActionField("outcome", _("Outcome"), choices=Campaign.Outcome.choices, stores=True)
REPORT = ActionField("report", _("Report"), kind="long", stores=True)

# fmt: off
TRANSITIONS = {
    # verb             from                    to              who               fields / needs
    "edit":          transition(S.DRAFT,            to=None,        by=keeper,        fields=PLAN, visibility=Visibility.OWN),
    "add_goal":      transition(S.DRAFT, S.RUNNING, to=None,        by=keeper,        fields=GOAL, second=TO_CHANGE),
    "remove_goal":   transition(S.DRAFT, S.RUNNING, to=None,        by=keeper,        fields=(ONE_GOAL, REASON), needs=(has_goals,), second=TO_CHANGE),
    "add_step":      transition(S.DRAFT, S.RUNNING, to=None,        by=keeper,        fields=STEP),
    "remove_step":   transition(S.DRAFT, S.RUNNING, to=None,        by=keeper,        fields=(ONE_STEP, REASON), needs=(has_open_steps,)),
    "start":         transition(S.DRAFT,            to=S.RUNNING,   by=keeper,        fields=(NOTE,), needs=(has_goals,), second=TO_START),
    "change":        transition(S.RUNNING,          to=None,        by=keeper,        fields=CHANGED, second=TO_CHANGE),
    "take_in":       transition(S.RUNNING,          to=None,        by=keeper,        fields=(CASE, REASON), visibility=Visibility.OWN),
    "leave_out":     transition(S.RUNNING,          to=None,        by=keeper,        fields=(CASE, REASON), visibility=Visibility.OWN),
    "report_step":   transition(S.RUNNING,          to=None,        by=reports_steps, fields=(ONE_STEP, RESULT), needs=(has_open_steps,)),
    "close":         transition(S.RUNNING,          to=S.CLOSED,    by=keeper,        fields=(OUTCOME, REPORT), second=TO_CHANGE),
    "cancel":        transition(S.DRAFT, S.RUNNING, to=S.CANCELLED, by=keeper,        fields=(REASON,), second=TO_CHANGE),
}
# fmt: on

LABELS = {
    "draft": Labels(_("New campaign"), _("drafted a campaign")),
    "edit": Labels(_("Edit"), _("edited the draft of the campaign")),
    "add_goal": Labels(_("Add a goal"), _("added a goal")),
    "remove_goal": Labels(_("Remove a goal"), _("removed a goal")),
    "add_step": Labels(_("Add a step"), _("added a step of the campaign")),
    "remove_step": Labels(_("Remove a step"), _("removed a step of the campaign")),
    "start": Labels(_("Start the campaign"), _("started the campaign"), "primary"),
    "change": Labels(_("Change the campaign"), _("changed the campaign")),
    "take_in": Labels(_("Add a case"), _("added a case to the campaign")),
    "leave_out": Labels(_("Exclude a case"), _("excluded a case from the campaign")),
    "report_step": Labels(_("Report a step as done"), _("reported a step as done"), "primary"),
    "close": Labels(_("Close with a report"), _("closed the campaign with a report"), "primary"),
    "cancel": Labels(pgettext_lazy("campaign", "Cancel the campaign"), _("cancelled the campaign"), "danger"),
}

CAMPAIGN = Workflow("campaign", S, TRANSITIONS, LABELS, final=frozenset({S.CLOSED, S.CANCELLED}))
