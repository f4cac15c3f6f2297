"""How typical cases begin on a case: what the action asks, and who may."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Visibility, Workflow, transition
from cases.casefile.access import contributor
from cases.casefile.models import Case, Handling


def not_restricted(case: Case, actor: Actor) -> UnmetCondition | None:
    """A restricted case is not disclosed to others, not even without names."""
    if case.handling != Handling.H3:
        return None
    return UnmetCondition("handling", gettext("A restricted case is not published, not even without names."))


STARTS = Workflow(
    "case",
    Case.State,
    {
        "draft_typical_case": transition(
            Case.State.CONCLUDED,
            Case.State.CLOSED,
            to=None,
            by=contributor,
            needs=(not_restricted,),
            visibility=Visibility.OWN,
        ),
    },
    {
        "draft_typical_case": Labels(_("Draft a typical case"), _("drafted a typical case")),
    },
)
