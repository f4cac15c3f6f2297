"""Workflow of the mark of a major case."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.workflow import Labels, Workflow, transition

from .access import ender, lead_staff
from .models import MajorCase

S = MajorCase.State
WEEKLY, RESULT = "INT_MAJOR_WEEK", "INT_MAJOR_END"


def _outcomes(mark: Any, actor: Actor) -> list[tuple[str, Any]]:
    return list(MajorCase.Outcome.choices)


PROGRESS = ActionField("text", _("Progress since the last entry, and next steps"), kind="long", of_new=True)
OUTCOME = ActionField("outcome", _("Outcome"), kind="choice", choices=_outcomes, stores=True)
WHY = ActionField("ending_reason", _("Reason"), kind="long", stores=True)

# fmt: off
TRANSITIONS = {
    # verb               from              to             who                fields / clocks
    "report_progress": transition(S.ACTIVE, to=None,      by=lead_staff,     fields=(PROGRESS,), stops=(WEEKLY,), starts=(WEEKLY,)),
    "end":             transition(S.ACTIVE, to=S.ENDED,   by=ender,          fields=(OUTCOME, WHY), stops=(WEEKLY, RESULT)),
}
# fmt: on

LABELS = {
    "mark": Labels(_("Designate as major case"), _("designated a major case")),
    "report_progress": Labels(_("Report progress"), _("reported progress of the major case"), "primary"),
    "end": Labels(pgettext_lazy("major case", "Remove the mark"), _("removed the mark of a major case")),
}

MAJOR_CASE = Workflow("major case", S, TRANSITIONS, LABELS, final=frozenset({S.ENDED}))
