"""The effect of a change on many items and leads, found by a worker in steps."""

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from agencies.kernel.actor import Actor
from agencies.kernel.texts import Text
from agencies.runs.job_types import JobType, StepResult
from agencies.runs.models import Run

from . import effect
from .actions import proposed_by
from .models import RuleChange


def _step(run: Run, actor: Actor) -> StepResult:
    change = RuleChange.objects.get(pk=run.given["change"])
    total = effect.how_many() if run.total is None else None
    kind, rows, cursor = effect.batch_after(run.cursor)
    found = proposed_by(change)
    stored = effect.tally(effect.of_some(rows, kind, found.old, found.new), kind, change.effect)
    if cursor is None:
        stored["is_complete"] = True
    RuleChange.objects.filter(pk=change.pk).update(effect=stored)
    return StepResult(done=len(rows), total=total, cursor=cursor, found={}, ended=cursor is None)


def _result(run: Run) -> list[Text]:
    text = ngettext("%(count)d item or lead compared.", "%(count)d items and leads compared.", run.done)
    return [text % {"count": run.done}]


WORK = JobType(
    label=gettext_lazy("Effect of a change of the control law"),
    step=_step,
    result=_result,
    page=lambda run: reverse("rule_change", args=[run.given["change"]]),
)
