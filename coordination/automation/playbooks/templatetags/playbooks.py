"""Playbooks on pages of cases, proceedings and tasks: `{% load playbooks %}`."""

from typing import Any

from django import template

from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick
from agencies.organisations.models import Agency
from cases.clocks.models import Clock
from cases.papers.texts import FORMS
from cases.proceedings.access import reads_inside
from cases.proceedings.models import Proceeding
from coordination.automation.playbooks.models import PlaybookStep
from coordination.automation.playbooks.progress import PlaybookProgress, progress_of
from coordination.automation.playbooks.reading import StepRow
from coordination.automation.playbooks.words import due_text
from coordination.exchange.tasks.facts import FACTS
from coordination.exchange.tasks.models import Task

register = template.Library()


@register.simple_tag(takes_context=True)
def progress_on_case(context: template.Context, parts: Any) -> list[PlaybookProgress]:
    """Playbooks of the proceedings whose inside the reader may see."""
    inside = [one for one in parts.of["proceeding"] if _reads(context["actor"], one, parts.case)]
    return progress_of(parts.case, inside, parts.of["task"]) if inside else []


def _reads(actor: Actor, proceeding: Proceeding, case: Any) -> bool:
    proceeding.case = case  # already loaded, and needed by the permission
    return reads_inside(actor, proceeding)


@register.simple_tag
def other_tasks(parts: Any, found: list[PlaybookProgress]) -> list[Task]:
    """Tasks outside the shown playbooks."""
    shown = {line.task.pk for one in found for line in one.lines if line.task}
    return [task for task in parts.of["task"] if task.pk not in shown]


@register.simple_tag(takes_context=True)
def progress_on_proceeding(context: template.Context, proceeding: Proceeding) -> list[PlaybookProgress]:
    """Playbooks of one proceeding; for readers of its inside."""
    tasks = Task.objects.visible_to(context["actor"]).filter(proceeding=proceeding).select_related("agency", "assignee")
    return progress_of(proceeding.case, [proceeding], tasks)


@register.simple_tag(takes_context=True)
def playbook_step(context: template.Context, task: Task) -> dict[str, Any]:
    """The playbook's step of a task, in the version followed, and the period its deadline follows."""
    if not task.of_playbook or task.proceeding is None:
        return {}
    followed = PlaybookStep.objects.filter(
        code=task.step, kind=task.proceeding.kind, playbook__uses__proceeding=task.proceeding
    )
    step = followed.select_related("playbook__violation_type").order_by("-playbook__version", "pk").first()
    clock = None
    if task.follows:
        about = Clock.objects.visible_to(context["actor"]).about(task.proceeding).running()
        clock = about.filter(rule__code=task.follows).select_related("rule").first()
    return {"step": step, "clock": clock}


@register.simple_tag
def due_words(step: PlaybookStep) -> str:
    """The rule by which a step is due, not the date."""
    return str(due_text(step))


@register.simple_tag
def wanted_by(step: PlaybookStep) -> list[str]:
    """Requirements of a step: papers issued, facts known."""
    return [*(FORMS[code].name for code in step.papers), *(str(FACTS[code].words) for code in step.facts)]


@register.simple_tag
def row_name(row: StepRow) -> str:
    return str(pick(row["name_zh"], row["name_en"]))


@register.simple_tag
def row_place(row: StepRow) -> str:
    """Kind of proceeding and state in which a step starts."""
    kind, state = Proceeding.Kind(row["kind"]).label, Proceeding.State(row["state"]).label
    return f"{kind} · {state}"


@register.simple_tag(takes_context=True)
def unit_name(context: template.Context, code: str) -> str:
    """Name of a unit by code; all units are read once for each page."""
    # Any: a template's context holds any values
    kept: Any = context.render_context
    names = kept.setdefault("_unit_names", {})
    if not names:
        names |= {one.code: one.name for one in Agency.objects.filter(is_agency=False)}
    return str(names.get(code, code))
