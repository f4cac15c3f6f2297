"""What the page of a task shows beside it."""

from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from cases.casefile.steps import steps_of
from cases.files.naming import files_about, named_files
from cases.papers.texts import FORMS

from .facts import FACTS, is_settled
from .models import Task
from .needs import blocking_tasks


def page_parts(task: Task, actor: Actor, params: QueryDict) -> dict[str, Any]:
    agencies = [task.agency, task.asked_by]
    return {
        "by_referral": task.source is not None,
        "blocking_tasks": blocking_tasks(task, actor) if task.is_open else [],
        "papers": [FORMS[code].name for code in task.papers],
        "facts": [(FACTS[code].words, is_settled(task.case, code)) for code in task.facts],
        "files": named_files(files_about(task, actor), actor),
        "steps": steps_of([(task, agencies)], actor, case_id=task.case_id)[task.pk],
        "events": timeline(actor, task),
    }
