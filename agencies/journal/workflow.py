"""Workflow of steps recorded for an agency that did not sign in: it confirms or disputes them."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON
from agencies.kernel.actor import Actor
from agencies.kernel.workflow import Labels, Visibility, Workflow, transition

from .models import ProxyStep

S = ProxyStep.State


def works_for_agency(actor: Actor, step: ProxyStep) -> bool:
    """Staff of the agency whose step it is."""
    return actor.works_for(step.agency_id)


# fmt: off
TRANSITIONS = {
    # verb         from                     to               who               fields
    "confirm": transition(S.RECORDED, S.DISPUTED, to=S.CONFIRMED,  by=works_for_agency,  fields=(NOTE,),   visibility=Visibility.PAIR),
    "dispute": transition(S.RECORDED,             to=S.DISPUTED,   by=works_for_agency,  fields=(REASON,), visibility=Visibility.PAIR),
}
# fmt: on

LABELS = {
    "confirm": Labels(_("Confirm the step"), _("confirmed the step that was recorded on its behalf"), "primary"),
    "dispute": Labels(_("Dispute the step"), _("disputed the step that was recorded on its behalf"), "danger"),
}

PROXY_STEP = Workflow("step on behalf", S, TRANSITIONS, LABELS, final=frozenset({S.CONFIRMED}))
