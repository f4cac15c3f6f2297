"""Workflow of alerts on the read log."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import REASON
from agencies.kernel.workflow import Labels, Workflow, transition

from .access import auditor
from .models import ReadAlert

S = ReadAlert.State

# fmt: off
TRANSITIONS = {
    # verb          from          to             who          fields
    "settle": transition(S.OPEN,    to=S.SETTLED,  by=auditor,  fields=(REASON,)),
}
# fmt: on

LABELS = {"settle": Labels(_("Record finding"), _("examined a read alert"), "primary")}

ALERT = Workflow("alert on reads", S, TRANSITIONS, LABELS, final=frozenset({S.SETTLED}))
