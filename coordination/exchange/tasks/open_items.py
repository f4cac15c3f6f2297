"""Tasks in the workspace."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Case as Choose
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import next_button
from agencies.kernel.lines import line_of, no_button
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text
from agencies.kernel.work import Side
from agencies.work.reading import DeskReader
from coordination.exchange.letters.returns import returned_by, set_reasons

from .models import CORRECTION_STEP, Task, TaskQuerySet


def _steps_left(task: Task) -> str:
    """How many further steps its playbook has now: a queue shows one of them."""
    left: int = getattr(task, "steps_left", 0)
    if not left:
        return ""
    return ngettext("Playbook: %(left)s more step.", "Playbook: %(left)s more steps.", left) % {"left": left}


def _why(task: Task, actor: Actor) -> Text:
    if task.returned_because:
        return returned_by(task.asked_by, task.returned_because)
    if task.step == CORRECTION_STEP:
        return _("A fact of the package was corrected: your agency confirms that it has the correction.")
    if task.proposes:
        return _("Start it, or record why it is not needed.")
    if str(task.assignee_id) == actor.id:
        return _("You have claimed it.")
    if task.state in (Task.State.ASKED, Task.State.OPEN) or task.assignee is None:
        return _("Not claimed yet.")
    return gettext("%(name)s is handling it.") % {"name": task.assignee.name}


class OpenTasks(OpenItems):
    awaited = {
        Task.State.ASKED: _("the acceptance by %(agency)s"),
        Task.State.OPEN: _("the acceptance by %(agency)s"),
        Task.State.CLAIMED: _("the result from %(agency)s"),
    }
    shows_case = True
    related = ("asked_by", "assignee", "agency")
    case = "case"
    weight = 1
    tab = 1
    always = Task.OPEN_STATES
    unit = "unit_id"

    def line(self, thing: Task, actor: Actor, now: datetime) -> WorklistLine:
        offer = no_button if self.on_other_page(thing) else next_button
        why = f"{_why(thing, actor)} {_steps_left(thing)}".strip()
        line = line_of(thing, actor, what=thing.label, waits=thing.asked_by, why=why, offer=offer)
        if thing.source is not None:
            key = line.key if thing.step == CORRECTION_STEP else ("referral", thing.source)
            line = replace(line, key=key, url=reverse_lazy("referral", args=[thing.source]))
        if thing.agency_id == actor.agency_id:
            return line
        return line.elsewhere(thing.agency, str(thing.get_state_display()))

    def prepare(self, things: Sequence[Task], actor: Actor) -> Sequence[Task]:
        set_reasons(things, [one for one in things if one.returned_at is not None], actor, "send_back")
        return things

    def fetched(self, rows: TaskQuerySet) -> TaskQuerySet:
        others = Task.objects.open().steps().filter(proceeding=OuterRef("proceeding"), agency=OuterRef("agency"))
        count = others.exclude(pk=OuterRef("pk")).order_by().values("agency").annotate(n=Count("pk")).values("n")
        of_playbook = When(~Q(step="") & Q(proceeding__isnull=False), then=Coalesce(Subquery(count), 0))
        return rows.annotate(steps_left=Choose(of_playbook, default=0, output_field=IntegerField()))

    def on_board(self, visible: TaskQuerySet, actor: Actor, lately: Q) -> QuerySet[Task]:
        return super().on_board(visible.on_desks(), actor, lately)

    def on_other_page(self, thing: Task) -> bool:
        """A claimed step is performed on the referral itself, and so is the receipt of a correction."""
        return thing.source is not None and (thing.state == Task.State.CLAIMED or thing.step == CORRECTION_STEP)


class OwnTasks(NavigationPage):
    """The tasks, with the number of those of the reader."""

    def items(self, reader: DeskReader) -> Q:
        return Q(kind="task", side=Side.DOES, person_id=reader.me) if reader.me else Q(pk__in=[])


NAVIGATION = OwnTasks(group=Group.WORK, place=13, key="t", waiting="?mine=1&open=1")
