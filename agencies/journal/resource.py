"""Steps recorded for an agency that does not sign in, as a resource."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Resource, Summary, by_verb

from .models import ProxyStep
from .proxy_steps import transition_proxy_step
from .workflow import PROXY_STEP

RECORDED_STEP = Resource(
    name="recorded-steps",
    kind="proxy",
    model=ProxyStep,
    page="recorded_step",
    label=_("Step on behalf"),
    plural=_("Steps on behalf"),
    looks={
        "RECORDED": ("wait", "pencil"),
        "DISPUTED": ("review", "exclamation-triangle"),
    },
    workflows=(PROXY_STEP,),
    actions=by_verb(transition_proxy_step, PROXY_STEP),
    related=("event__stream",),
    summary=Summary(title="paper"),
)
