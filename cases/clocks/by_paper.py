"""Periods that no act here starts, such as those of a court: a person starts them by recording the paper.

They end by the action of the clock that stops it, or with its subject.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.kernel.action_fields import NOTE, ActionField, Choices
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.proxy_recording import Rule as MayAct
from agencies.kernel.workflow import Labels, Transition, Visibility, transition

from .models import Clock, PeriodRule, Timed

START = "start_period"


def _offered(thing: Any, actor: Actor) -> Choices:
    """The rules about this kind of subject that a paper may start and that do not run."""
    running = Clock.objects.running().about(thing).values("rule__code")
    rules = PeriodRule.objects.filter(by_paper=True, subject=thing.clock_kind).exclude(code__in=running)
    newest = {rule.code: rule for rule in rules.order_by("version")}
    return [(code, f"{rule.name} ({code})") for code, rule in sorted(newest.items())]


PERIOD = ActionField("rule", gettext_lazy("Period"), choices=_offered)
PAPER = ActionField(
    "paper", gettext_lazy("Number of the paper"), max_length=200, help=gettext_lazy("Of the paper that starts it.")
)
LABELS = {
    START: Labels(gettext_lazy("Start a period from a paper"), gettext_lazy("started a period from a paper")),
}


def starting(*sources: str, by: MayAct, visibility: str = Visibility.OWN) -> dict[str, Transition]:
    """The line of a workflow table by which a person starts such a period."""
    return {START: transition(*sources, by=by, fields=(PERIOD, PAPER, NOTE), visibility=visibility)}


def refuse_strange_period(thing: Timed, rule: str, actor: Actor) -> None:
    """Raises Invalid for a rule that is not offered."""
    if rule not in dict(_offered(thing, actor)):
        raise Invalid.field("rule", "choice", _("This period cannot be started here, or it runs already."))
