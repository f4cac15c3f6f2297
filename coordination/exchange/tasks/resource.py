"""The resource of tasks."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.letters import Letter, LetterRules
from agencies.kernel.resource import (
    Api,
    ArrivalRouting,
    BriefChange,
    Column,
    EmptyList,
    Facts,
    Notices,
    Resource,
    Summary,
)
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency
from agencies.people.naming import handler_phrase
from cases.casefile.actions import stream_of
from cases.casefile.of_case import CASE_BELOW, CASE_COLUMNS, CaseListing

from .actions import ACTIONS, ask_task
from .filters import TaskFilter
from .late import LATE
from .measures import MEASURES
from .models import Task, TaskQuerySet
from .on_case import TasksOnCase
from .open_items import NAVIGATION, OpenTasks
from .page import page_parts
from .reassigning import TaskReassignment
from .shapes import TaskShape
from .starts import STARTS
from .work import WORK
from .workflow import TASK as TABLE

_TITLE = "<a href=\"{% url 'task' row.pk %}\">{{ row.label|with_lang }}</a>" + CASE_BELOW
_DOER = (
    "{% agency row.unit|default:row.agency %}{% if row.assignee and row.agency_id == actor.agency_id %}"
    '<span class="cv-sub">{{ row.assignee.name|with_lang }}</span>{% endif %}'
)
_DUE = (
    "{% if row.is_open %}{% deadline row.due_at %}{% late_because causes row %}"
    "{% elif row.due_at %}{% when row.due_at %}{% else %}"
    '<span class="cv-muted">–</span>{% endif %}'
)


def _assignee(task: Any, actor: Actor) -> str:
    """A person is named to their own agency only."""
    return task.assignee.name if task.assignee and task.agency_id == actor.agency_id else ""


def _task(task: Task) -> Iterable[Phrase]:
    yield Phrase(_("Title"), task.title, "name")
    yield Phrase(_("Details"), task.body)
    yield handler_phrase(task.assignee, task.agency_id)


def _letter(task: Task) -> Letter:
    return Letter(
        sender=task.asked_by,
        to=[task.unit or task.agency],
        title=task.label,
        text=task.body,
        due_at=task.due_at,
        due_words=_("Due"),
    )


def _reading(task: Task, actor: Actor) -> Facts:
    return [(_("Requesting agency"), task.asked_by.name), (_("Details"), task.body), (_("Result"), task.result)]


class TaskList(CaseListing):
    filters = TaskFilter
    sorts = {"updated": "updated_at", "created": "created_at", "due": "due_order"}
    default = "due"
    related = ("case", "agency", "unit", "asked_by", "assignee")
    deferred = ("body", "result", "case__summary", "case__outcome")
    page = "tasks"
    empty = EmptyList(
        _("No task yet"),
        _("A task is requested on the page of a case, or comes from a step of a referral."),
        "clipboard-check",
        "cases",
        _("Go to the cases"),
    )
    facets = ("state", "agency", "asked_by")
    chips_label = _("Queues")
    columns = (
        columns.plain("title", _("Task"), "label", cell=_TITLE),
        *CASE_COLUMNS,
        columns.state(),
        Column("agency", _("Assigned agency"), lambda task, actor: (task.unit or task.agency).name, _DOER),
        Column("assignee", _("Assignee"), _assignee),
        columns.agency("asked_by", _("Requesting agency")),
        columns.moment("due_at", _("Due"), cell=_DUE, sort="due"),
        columns.moment("created_at", _("Requested on"), cell='{% when row.created_at "day" %}', sort="created"),
    )

    def words(self, thing: Task, actor: Actor) -> str:
        return thing.label

    def chips(self, visible: TaskQuerySet, actor: Actor) -> Iterable[CountedList]:
        if not actor.is_staff:
            yield _("All open"), "open=1", visible.open()
            yield _("Late"), "overdue=1", visible.overdue()
        else:
            # The filters are described here and not run: each would look up the agency again.
            agency, ours = actor.agency_code, visible.filter(agency=actor.agency_id)
            yield _("Mine"), "mine=1&open=1", visible.of_person(actor).open()
            yield _("Unclaimed"), f"unclaimed=1&agency={agency}", ours.unclaimed()
            for unit in Agency.objects.filter(pk__in=actor.units, is_agency=False).order_by("id"):
                yield unit.name, f"open=1&unit={unit.code}", visible.open().filter(unit=unit)
            yield _("My agency"), f"open=1&agency={agency}", ours.open()
            yield _("Asked by us"), f"open=1&asked_by={agency}", visible.open().filter(asked_by_id=actor.agency_id)
            yield _("Late"), f"overdue=1&agency={agency}", ours.overdue()
        yield _("All"), "", visible


TASK = Resource(
    name="tasks",
    kind="task",
    model=Task,
    page="task",
    read_with=(ApiKey.Scope.TASKS_READ,),
    label=_("Task"),
    plural=_("Tasks"),
    looks={
        "OPEN": ("neutral", "circle"),
        "CLAIMED": ("progress", "person-check"),
        "WAIVED": ("stopped", "dash-circle"),
        "LAPSED": ("stopped", "slash-circle"),
    },
    late=LATE,
    measures=MEASURES,
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("case", "agency"),
    adds={"cases": STARTS},
    contributes={"cases": {"ask_task": ask_task}},
    listing=TaskList(),
    page_rows=lambda rows, actor: rows.select_related("asker"),
    page_parts=page_parts,
    reassign=TaskReassignment(),
    bulk=("claim", "assign", "hand_over", "set_due", "release"),
    routed=ArrivalRouting(
        agency="agency",
        person="assignee",
        at="created_at",
        open=lambda rows: rows.open(),
        arrived=lambda rows: rows.filter(source=None),  # a step of a referral follows its referral
        related=("case",),
        stream=lambda task: stream_of(task.case_id),
        day=lambda task: timezone.localdate(task.created_at),
    ),
    work=(WORK,),
    open_items=OpenTasks(),
    navigation=NAVIGATION,
    on_case=TasksOnCase(),
    summary=Summary(title="title", sight=ByColumns(own={"agency_id": "", "asked_by_id": ""}, wall="proceeding_id")),
    letters=LetterRules(of=_letter),
    reading=_reading,
    changes=(
        BriefChange(
            key="new-tasks",
            place=7,
            name=_("New"),
            definition=_("Tasks requested, without the steps of referrals."),
            at="created_at",
            agencies=("agency_id", "asked_by_id"),
            shown="agency",
            words=lambda task: task.label,
            cut=lambda rows: rows.filter(source=None),
        ),
        BriefChange(
            key="ended-tasks",
            place=8,
            name=_("Ended"),
            definition=_("Tasks done, declined or cancelled, without the steps of referrals."),
            at="state_since",
            agencies=("agency_id", "asked_by_id"),
            shown="agency",
            words=lambda task: task.label,
            cut=lambda rows: rows.filter(source=None).exclude(state__in=Task.OPEN_STATES),
        ),
    ),
    notices=Notices(in_hand=("assignee",), asked=("asker",)),
    search=Search(
        kinds=(
            # Steps of referrals have the same titles everywhere; users search for the referral instead.
            SearchKind(
                name="task",
                resource="tasks",
                model=Task,
                says=_task,
                read_by=seen(Task),
                page="task",
                related=("assignee",),
                only=Q(step="", proposes=""),
                agencies=("agency", "asked_by"),
            ),
        ),
    ),
    api=Api(
        row=("title", "case", "agency", "unit", "assignee", "mandatory", "returned_at", "updated_at"),
        detail=("body", "result", "depends_on", "papers", "facts", "step", "follows", "proposes"),
        shape=TaskShape,
    ),
)
