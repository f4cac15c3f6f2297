"""Tasks in the workspace."""

from dataclasses import replace
from datetime import datetime

from django.db.models import Case as Choose
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import next_button
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.open_items import BoardColumns, OpenItems, WorklistLine
from agencies.kernel.texts import Text
from agencies.kernel.work import Side
from agencies.work.reading import DeskReader
from coordination.exchange.letters.open_items import line_of, no_button

from .models import Task, TaskQuerySet


def _line(task: Task, actor: Actor, now: datetime) -> WorklistLine:
    offer = no_button if _on_referral(task) else next_button
    why = f"{_why(task, actor)} {_steps_left(task)}".strip()
    line = line_of("tasks", task, actor, what=task.label, waits=task.asked_by, why=why, offer=offer)
    if task.source is not None:
        line = replace(line, key=("referral", task.source), url=reverse_lazy("referral", args=[task.source]))
    return line if task.agency_id == actor.agency_id else line.elsewhere(task.agency, str(task.get_state_display()))


def _on_referral(task: Task) -> bool:
    """A claimed step is performed on the referral itself."""
    return task.source is not None and task.state == Task.State.CLAIMED


def _steps_left(task: Task) -> str:
    """How many further steps its playbook has now: a queue shows one of them."""
    left: int = getattr(task, "steps_left", 0)
    if not left:
        return ""
    return ngettext("Playbook: %(left)s more step.", "Playbook: %(left)s more steps.", left) % {"left": left}


def _with_steps_left(rows: TaskQuerySet) -> TaskQuerySet:
    others = Task.objects.open().steps().filter(proceeding=OuterRef("proceeding"), agency=OuterRef("agency"))
    count = others.exclude(pk=OuterRef("pk")).order_by().values("agency").annotate(n=Count("pk")).values("n")
    of_playbook = When(~Q(step="") & Q(proceeding__isnull=False), then=Coalesce(Subquery(count), 0))
    return rows.annotate(steps_left=Choose(of_playbook, default=0, output_field=IntegerField()))


def _why(task: Task, actor: Actor) -> Text:
    if task.proposes:
        return _("Start it, or record why it is not needed.")
    if str(task.assignee_id) == actor.id:
        return _("You have claimed it.")
    if task.state in (Task.State.ASKED, Task.State.OPEN) or task.assignee is None:
        return _("Not claimed yet.")
    return gettext("%(name)s is handling it.") % {"name": task.assignee.name}


OPEN_ITEMS = OpenItems(
    line=_line,
    awaited={
        Task.State.ASKED: _("the acceptance by %(agency)s"),
        Task.State.OPEN: _("the acceptance by %(agency)s"),
        Task.State.CLAIMED: _("the result from %(agency)s"),
    },
    shows_case=True,
    related=("asked_by", "assignee", "agency"),
    fetched=_with_steps_left,
    of_case=lambda rows, case: rows.open().filter(case=case),
    board=BoardColumns(
        states=Task.State,
        always=Task.OPEN_STATES,
        rows=lambda actor, lately: (
            Task.objects.visible_to(actor)
            .on_desks()
            .filter(Q(state__in=Task.OPEN_STATES) | lately, agency_id=actor.own_agency)
        ),
        handler=lambda agency: F("assignee_id"),
        unit="unit_id",
        place=1,
        on_other_page=_on_referral,
    ),
)


class OwnTasks(NavigationPage):
    """The tasks, with the number of those of the reader."""

    def items(self, reader: DeskReader) -> Q:
        return Q(kind="task", side=Side.DOES, person_id=reader.me) if reader.me else Q(pk__in=[])


NAVIGATION = OwnTasks(group=Group.WORK, place=13, key="t", waiting="?mine=1&open=1")
