"""How visits begin on a case: what the action asks, and who may."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField
from agencies.kernel.workflow import Labels, Workflow, transition
from cases.casefile import choices
from cases.casefile.access import contributor
from cases.casefile.models import Case
from cases.casefile.workflow import LIVE

PLAN = (
    ActionField("partner", _("Agency that joins"), choices=choices.agencies_on_case),
    ActionField("title", _("Place to visit"), max_length=200, of_new=True),
    ActionField("due_at", _("To be held by"), kind="datetime", of_new=True),
)
STARTS = Workflow(
    "case",
    Case.State,
    {"plan_visit": transition(*LIVE, to=None, by=contributor, fields=PLAN)},
    {"plan_visit": Labels(_("Plan a visit"), _("planned a visit"))},
)
