"""The workflow of clocks: manual changes. Starting and stopping belongs to the workflows of the subjects."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.kernel.action_fields import NOTE, REASON, ActionField, Choices, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.errors import UnmetCondition
from agencies.kernel.workflow import Labels, Transition, Visibility, Workflow, condition, transition

from .access import HEADS, OFFICE, chief, decides, extended_above, extender, keeper, office_holder
from .models import Clock, ClockApplication, ClockExtension, ExtensionStep
from .restarts import RESTARTS
from .texts import longest

C = Clock.State


def open_steps(clock: Clock) -> list[ExtensionStep]:
    """The extension steps that the law still allows."""
    return steps_left(clock.rule.extension_steps.all(), clock.extensions.all())


def steps_left(steps: Iterable[ExtensionStep], extensions: Iterable[ClockExtension]) -> list[ExtensionStep]:
    """Steps that are not used up, not before a granted one, and whose required step was granted."""
    granted = [extension.step.step for extension in extensions]
    return [
        step
        for step in steps
        if (step.times is None or granted.count(step.step) < step.times)
        and (step.after is None or step.after in granted)
        and step.step >= max(granted, default=0)
    ]


# Conditions ----------------------------------------------------------------------------------------------------------
@condition("ground", _("The law names no ground to pause this period."))
def law_names_a_ground(clock: Clock) -> bool:
    return clock.rule.pause_grounds.exists()


def an_extension_is_left(clock: Clock, actor: Actor) -> UnmetCondition | None:
    """Names whether the extensions are used up or granted by another office."""
    left = open_steps(clock)
    if not left:
        return UnmetCondition("extension", gettext("The law allows no extension, or no further one, of this period."))
    if any(decides(actor, clock, step) for step in left):
        return None
    if extended_above(clock) and any(step.office in HEADS for step in left):  # also checked for the second person
        return None
    offices = ", ".join(dict.fromkeys(step.get_office_display() for step in left))
    return UnmetCondition("office", gettext("This extension is granted by: %(offices)s.") % {"offices": offices})


@condition("office", _("No extension remains that the responsible person of the agency may grant."))
def an_office_here_can_extend(clock: Clock) -> bool:
    """An extension granted outside is requested there, on paper."""
    return any(step.office in HEADS for step in open_steps(clock))


@condition("application", _("An application for an extension is already pending."))
def no_application_pending(clock: Clock) -> bool:
    return clock.application is None


@condition("application", _("No application for an extension is pending."))
def application_pending(clock: Clock) -> bool:
    return clock.application is not None


def not_own_application(clock: Clock, actor: Actor) -> UnmetCondition | None:
    """A person who ever applied for an extension of the period may not decide on one."""
    if not OFFICE.bars(actor, clock):
        return None
    return UnmetCondition("applicant", gettext("You applied for this extension: another person decides on it."))


# Fields --------------------------------------------------------------------------------------------------------------
def _grounds(clock: Any, actor: Actor) -> Choices:
    return [(one.ground, f"{one.name} ({one.paper})") for one in clock.rule.pause_grounds.all()]


def _named(steps: Iterable[ExtensionStep]) -> Choices:
    return [(str(step.step), f"{longest(step)}: {step.get_office_display()}, {step.ground}") for step in steps]


def _steps(clock: Any, actor: Actor) -> Choices:
    """The steps that this actor may grant or record now."""
    return _named(step for step in open_steps(clock) if decides(actor, clock, step))


@condition("restart", _("The law names no event from which this period is recalculated."))
def law_counts_anew(clock: Clock) -> bool:
    """重新计算 only where the law provides for it."""
    return clock.rule.code in RESTARTS


def _restarts(clock: Any, actor: Actor) -> Choices:
    return [(ground, f"{label} ({basis})") for ground, (label, basis) in RESTARTS.get(clock.rule.code, {}).items()]


RESTART = ActionField("ground", pgettext_lazy("period", "Ground"), choices=_restarts)
PAPER = ActionField("paper", _("Number of the paper"), max_length=200)
GROUND = ActionField("ground", pgettext_lazy("period", "Ground"), choices=_grounds)


def _steps_to_apply_for(clock: Any, actor: Actor) -> Choices:
    return _named(step for step in open_steps(clock) if step.office in HEADS)


def _returned(clock: Any) -> ClockApplication | None:
    """The application that was returned for revision, if none followed it."""
    last: ClockApplication | None = clock.applications.select_related("step").last()
    return last if last is not None and last.outcome == "returned" else None


def _step_of(application: Callable[[Any], ClockApplication | None]) -> Callable[[Any, Actor], str]:
    return lambda clock, actor: str(found.step.step) if (found := application(clock)) else ""


def _length_of(application: Callable[[Any], ClockApplication | None]) -> Callable[[Any, Actor], int | None]:
    return lambda clock, actor: found.length if (found := application(clock)) else None


REMARKS = ActionField("reason", _("What to revise"), kind="long")
STEP = ActionField("step", _("Extension"), choices=_steps, initial=_step_of(attrgetter("application")))
STEP_WANTED = ActionField("step", _("Extension"), choices=_steps_to_apply_for, initial=_step_of(_returned))
HOW_LONG = _("In the unit of the extension. Empty: the maximum allowed by law.")
LENGTH = OptionalField(
    "length", _("Length"), kind="number", help=HOW_LONG, initial=_length_of(attrgetter("application"))
)
LENGTH_WANTED = OptionalField("length", _("Length"), kind="number", help=HOW_LONG, initial=_length_of(_returned))
APPLY_NEEDS = (an_office_here_can_extend, no_application_pending)
EXTEND_NEEDS = (an_extension_is_left, not_own_application)
REFUSE_NEEDS = (application_pending, not_own_application)


def _moves(visibility: str) -> dict[str, Transition]:
    # fmt: off
    return {
        "pause":   transition(C.RUNNING,           to=C.PAUSED,  by=keeper,        fields=(GROUND, PAPER, NOTE), needs=(law_names_a_ground,), visibility=visibility),
        "resume":  transition(C.PAUSED,            to=C.RUNNING, by=keeper,        fields=(PAPER, NOTE), visibility=visibility),
        "apply":   transition(C.RUNNING,                         by=keeper,        fields=(STEP_WANTED, LENGTH_WANTED, REASON), needs=APPLY_NEEDS, visibility=Visibility.OWN, writes=True),
        "extend":  transition(C.RUNNING,                         by=extender,      fields=(STEP, LENGTH, PAPER, REASON), needs=EXTEND_NEEDS, visibility=visibility),
        "refuse":  transition(C.RUNNING,                         by=office_holder, fields=(REASON,), needs=REFUSE_NEEDS, visibility=Visibility.OWN),
        "revise":  transition(C.RUNNING,                         by=office_holder, fields=(REMARKS,), needs=REFUSE_NEEDS, visibility=Visibility.OWN),
        "restart": transition(C.RUNNING, C.PAUSED, to=C.STOPPED, by=chief,         fields=(RESTART, PAPER, REASON), needs=(law_counts_anew,), visibility=visibility),
        "stop":    transition(C.RUNNING, C.PAUSED, to=C.STOPPED, by=chief,         fields=(PAPER, REASON), visibility=visibility),
    }
    # fmt: on


LABELS = {
    "pause": Labels(_("Pause period"), _("recorded that the period is paused")),
    "resume": Labels(_("Resume period"), _("resumed the period"), "primary"),
    "apply": Labels(_("Apply for an extension"), _("applied for an extension of the period")),
    "refuse": Labels(_("Refuse the extension"), _("refused to extend the period"), "danger"),
    "revise": Labels(_("Return for revision"), _("returned the application for revision")),
    "extend": Labels(_("Extend period"), _("extended the period"), "primary"),
    "restart": Labels(_("Recalculate period"), _("recalculated the period from a later event")),
    "stop": Labels(_("Stop period manually"), _("stopped the period manually"), "danger"),
}


_FINAL = frozenset({C.STOPPED})
# The same table twice: clocks about a person, or between two agencies, are not disclosed to others.
CLOCK = Workflow("clock", C, _moves(Visibility.STATUS), LABELS, final=_FINAL)
PRIVATE_CLOCK = Workflow("private clock", C, _moves(Visibility.PAIR), LABELS, final=_FINAL)


def workflow_of(clock: Clock) -> Workflow:
    return PRIVATE_CLOCK if clock.private else CLOCK
