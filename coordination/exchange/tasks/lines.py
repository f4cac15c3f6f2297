"""Tasks in the workspace."""

from datetime import datetime
from functools import partial

from django.db.models import Q
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.counting import Compiled
from agencies.kernel.lines import Counter, Line, OnBoard, OpenItems, Source, nothing, urgency
from agencies.kernel.records import SOON
from agencies.kernel.resource import next_button
from agencies.work.models import WorkItemQuerySet
from agencies.work.reading import Reader, late_and_other, nearest

from .models import Task

MINE, UNCLAIMED = _("My tasks"), _("Unclaimed tasks")


def _nearest(reader: Reader) -> dict[str, Compiled]:
    """Own and unclaimed tasks; for leads also those of others that are due soon."""
    ours = reader.does.filter(kind="task")
    mine = ours.of_person(reader.me)
    others = ours.exclude(person_id=reader.me)
    desks = {f"mine {desk}": rows for desk, rows in late_and_other(mine, reader).items()}
    desks |= {f"unclaimed {desk}": rows for desk, rows in late_and_other(others.filter(free=True), reader).items()}
    if reader.actor.leads(reader.actor.agency_id):
        desks["others"] = others.filter(free=False, due_at__lte=reader.now + SOON)
    return nearest(desks, reader.actor)


def _line(task: Task, actor: Actor, now: datetime) -> Line:
    section = _section(task, actor)
    sources = {
        "mine": Source("tasks", "mine=1", MINE),
        "unclaimed": Source("tasks", f"unclaimed=1&agency={actor.agency_code}", UNCLAIMED),
        "others": Source("tasks", f"agency={actor.agency_code}", _("Tasks of my agency")),
    }
    step = task.source is not None
    line = Line(
        key=("referral", task.source) if step else ("task", task.pk),
        sections=frozenset({section} | urgency(task.due_at, task.due_at, now)),
        source=sources[section],
        what=task.label,
        note="",
        url=reverse_lazy("referral", args=[task.source]) if step else reverse_lazy("task", args=[task.pk]),
        waits=task.asked_by,
        why=_why(task, section),
        due_at=task.due_at,
        breach_at=task.due_at,
        offer=nothing if _on_referral(task) else partial(next_button, "tasks", actor, task),
    )
    return line if task.agency_id == actor.agency_id else line.elsewhere(task.agency, str(task.get_state_display()))


def _on_referral(task: Task) -> bool:
    """A claimed step is performed on the referral itself."""
    return task.source is not None and task.state == Task.State.CLAIMED


def _section(task: Task, actor: Actor) -> str:
    if str(task.assignee_id) == actor.id:
        return "mine"
    return "unclaimed" if task.state in (Task.State.ASKED, Task.State.OPEN) else "others"


def _why(task: Task, section: str) -> str | Promise:
    if section == "mine":
        return _("You have claimed it.")
    if section == "unclaimed" or task.assignee is None:
        return _("Not claimed yet.")
    return gettext("%(name)s is handling it.") % {"name": task.assignee.name}


OPEN_ITEMS = OpenItems(
    line=_line,
    related=("asked_by", "assignee", "agency"),
    of_case=lambda rows, case: rows.open().filter(case=case),
    nearest=_nearest,
    sections={"mine": MINE, "unclaimed": UNCLAIMED},
    board=OnBoard(
        states=Task.State,
        always=Task.OPEN_STATES,
        rows=lambda actor, lately: Task.objects.visible_to(actor).filter(
            Q(state__in=Task.OPEN_STATES) | lately, agency_id=actor.own_agency
        ),
        place=1,
        on_other_page=_on_referral,
    ),
)


def _mine(reader: Reader) -> WorkItemQuerySet:
    return reader.does.of_person(reader.me).filter(kind="task") if reader.me else reader.does.none()


COUNTER = Counter(
    page="tasks",
    rows=lambda reader: [_mine(reader)],
    query=lambda actor: "?mine=1&open=1",
    is_all=False,
)
