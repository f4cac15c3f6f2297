"""How major cases begin on a case: what the action asks, and who may."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import ActionField
from agencies.kernel.workflow import Labels, Workflow
from cases.casefile.access import designator
from cases.casefile.models import Case
from coordination.exchange.letters.tables import begun

MARK = (
    ActionField("number", _("Number of the paper"), max_length=80, of_new=True),
    ActionField("designation_reason", _("Reason"), kind="long", of_new=True),
)
STARTS = Workflow(
    "case",
    Case.State,
    {
        "mark_major": begun(by=designator, fields=MARK, starts=("INT_MAJOR_WEEK", "INT_MAJOR_END")),  # about the mark
    },
    {
        "mark_major": Labels(_("Designate as major case"), _("designated the case as a major case")),
    },
)
