"""How tasks begin on a case: what the action asks, and who may."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField
from agencies.kernel.workflow import Labels, Workflow
from cases.casefile import choices
from cases.casefile.access import contributor
from cases.casefile.models import Case
from coordination.exchange.letters.tables import begun

TASK_DAYS = 5  # working days, until which a task is due if the form is not changed
TASK = (
    ActionField("agency", _("Agency or unit"), choices=choices.agencies_on_case, initial=choices.likely_doer),
    ActionField("title", _("What is to be done"), max_length=200, of_new=True, suggests=choices.usual_steps),
    ActionField("body", _("Details"), kind="long", required=False),
    ActionField(
        "due_at",
        _("Due"),
        kind="datetime",
        required=False,
        of_new=True,
        initial=lambda thing, actor: choices.in_workdays(TASK_DAYS),
    ),
    ActionField("depends_on", _("Only after these tasks"), kind="choices", required=False, choices=choices.open_tasks),
    ActionField(
        "optional",
        _("This step is optional"),
        kind="bool",
        required=False,
        help=_("The case can then be closed without it."),
    ),
)

STARTS = Workflow(
    "case",
    Case.State,
    {
        "ask_task": begun(by=contributor, fields=TASK),
    },
    {
        "ask_task": Labels(_("Request a task"), _("requested a task")),
    },
)
