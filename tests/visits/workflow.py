"""Workflow of a visit."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON
from agencies.kernel.workflow import Labels, Visibility, Workflow, transition

from .access import partner, planner
from .models import Visit

S, PAIR = Visit.State, Visibility.PAIR

VISIT = Workflow(
    "visit",
    S,
    {
        "join": transition(S.PLANNED, to=S.JOINED, by=partner, fields=(NOTE,), visibility=PAIR),
        "hold": transition(S.JOINED, to=S.HELD, by=partner, fields=(NOTE,), visibility=PAIR),
        "cancel": transition(S.PLANNED, S.JOINED, to=S.CANCELLED, by=planner, fields=(REASON,), visibility=PAIR),
    },
    {
        "plan": Labels(_("Plan a visit"), _("planned a visit")),
        "join": Labels(_("Join the visit"), _("joined the visit"), "primary"),
        "hold": Labels(_("Record the visit"), _("recorded the visit"), "primary"),
        "cancel": Labels(_("Cancel the visit"), _("cancelled the visit"), "danger"),
    },
    final=frozenset({S.HELD, S.CANCELLED}),
)
