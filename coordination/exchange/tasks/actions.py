"""Actions on tasks: ask for one, do it."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from agencies.journal.actions import Audience, notify_person
from agencies.journal.intervals import StateAtDesk, close_interval
from agencies.journal.models import Event
from agencies.journal.transitions import TIME_OF_ACT, CommonAnswers, TransitionResult, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.resource import by_verb
from agencies.kernel.work import atomic, touch
from agencies.organisations.models import Agency
from agencies.people.models import OfficeHolder, User
from cases.casefile.actions import lift_holds, lock_case_for, locked_case, place_hold
from cases.casefile.models import Case, Hold
from cases.proceedings.models import Proceeding
from cases.sharing.actions import agency_by_code
from cases.sharing.models import Share
from coordination.exchange.letters.acting import change_due, hand_over, record_begun, refuse_past

from .facts import FACTS
from .models import CORRECTION_STEP, OWED_STEP, Task, UnknownFact
from .workflow import TASK


def ask_task(
    case: Case,
    *,
    actor: Actor,
    agency: str,
    title: str,
    due_at: datetime | None = None,
    depends_on: Iterable[str] = (),
    optional: bool = False,
    **given: Any,
) -> Task:
    """Creates a task for an agency (or a unit, by code) that shares the case. It can be done once `depends_on` are
    done.

    Another agency answers first; a task of one's own agency needs no acceptance.
    """
    target, common = agency_by_code(agency), CommonAnswers.pop_from(given)
    at = common.resolve_time()
    # Compared with the time of asking, not with now: a task asked by telephone last week may already be overdue.
    refuse_past(due_at, at)
    unit = Agency.objects.get(code=agency)
    with atomic():
        case = lock_case_for(case, "ask_task", actor=actor, version=common.version)
        if not Share.objects.live().filter(case=case, agency=target).exists():
            detail = _("%(agency)s may not see this case yet. Share it first.") % {"agency": target.name}
            raise TransitionRefused([UnmetCondition("share", detail)])
        first = _tasks_before(case, actor, depends_on)
        task = Task.objects.create(
            case=case,
            title=title,
            due_at=due_at,
            asked_by_id=actor.own_agency,
            asker_id=actor.id,
            agency=target,
            unit=None if unit == target else unit,
            state_since=at,
            mandatory=not optional,
            state=Task.State.OPEN if target.pk == actor.agency_id else Task.State.ASKED,
            **given,
        )
        task.depends_on.set(first)
        _hold_closing(task)
        _record_asked(task, actor, at, paper=common.paper)
        return task


def _record_asked(task: Task, actor: Actor, at: datetime, **data: Any) -> Event:
    notify = [task.agency_id] if task.agency_id != actor.agency_id else []
    audience = Audience("pair", counterpart_id=task.agency_id, notify=notify)
    data |= {"title": task.title, "agency": task.agency.code}
    return record_begun(task, "ask", actor=actor, at=at, audience=audience, data=data)


def _tasks_before(case: Case, actor: Actor, chosen: Iterable[str]) -> list[Task]:
    """Open tasks of this case that the actor sees. Only existing tasks can be named, so there are no cycles."""
    wanted = set(chosen)
    found = [one for one in Task.objects.visible_to(actor).open().filter(case=case) if str(one.pk) in wanted]
    if len(found) != len(wanted):
        raise Invalid.field("depends_on", "choice", _("Choose open tasks of this case."))
    return found


def create_check(case: Case, *, titles: tuple[str, str], agency: Agency, unit: Agency | None) -> Task:
    """Creates a task that an agency has set itself by a standing instruction. It does not keep the case open.

    `titles` are in Chinese and English.
    """
    at, own = times.now(), {"asked_by": agency, "agency": agency, "unit": unit, "mandatory": False}
    task: Task = Task.objects.create(case=case, title=titles[0], title_en=titles[1], state_since=at, **own)
    _record_asked(task, SYSTEM, at)
    return task


def create_step(
    case: Case,
    step: str,
    *,
    source: UUID,
    agency: Agency,
    asked_by: Agency,
    due_at: datetime | None,
    at: datetime,
    holds_case: bool,
) -> None:
    """Creates a task for a transition of a referral; `end_steps` ends it. Idempotent.

    `holds_case`: whether the task prevents closing the case. Such a hold shows the task to anyone who asks why the case
    cannot close.
    """
    task, made = Task.objects.get_or_create(
        source=source,
        step=step,
        state__in=Task.OPEN_STATES,
        defaults={
            "case": case,
            "title": step,
            "agency": agency,
            "asked_by": asked_by,
            "due_at": due_at,
            "state_since": at,
            "state": Task.State.OPEN,
        },
    )
    if made:
        touch("task", task.pk)
        if holds_case:
            _hold_closing(task)


def date_step(source: UUID, step: str, *, due_at: datetime | None) -> None:
    """Sets when the open task of a referral's step is due, once its period runs."""
    tasks = Task.objects.filter(source=source, step=step, state__in=Task.OPEN_STATES)
    for pk in tasks.values_list("pk", flat=True):
        touch("task", pk)
    tasks.update(due_at=due_at)


def create_playbook_step(proceeding: Proceeding, step: str, *, agency: Agency, at: datetime, **columns: Any) -> Task:
    """Creates a task of a playbook, asked by the agency of the proceeding. A constraint allows it once.

    Another agency is notified and answers first. For one's own agency the playbook's event is enough.
    """
    own = proceeding.agency_id == agency.pk
    task = Task.objects.create(
        case_id=proceeding.case_id,
        proceeding=proceeding,
        step=step,
        agency=agency,
        asked_by_id=proceeding.agency_id,
        state=Task.State.OPEN if own else Task.State.ASKED,
        state_since=at,
        **columns,
    )
    _touch_steps(task)
    _hold_closing(task)
    if not own:
        _record_asked(task, SYSTEM, at)
    return task


def create_proposal(proceeding: Proceeding, playbook: str, *, titles: tuple[str, str], at: datetime) -> Task:
    """Proposes a playbook to the handler of the proceeding, or to their agency. A constraint allows it once.

    `titles` are in Chinese and English.
    """
    handler = proceeding.handler if proceeding.handler and proceeding.handler.is_active else None
    if handler and OfficeHolder.objects.responsible().filter(user=handler).exists():
        handler = None  # who ordered the filing does not work through steps
    task = Task.objects.create(
        case_id=proceeding.case_id,
        proceeding=proceeding,
        proposes=playbook,
        title=titles[0],
        title_en=titles[1],
        agency=proceeding.agency,
        asked_by=proceeding.agency,
        mandatory=False,
        assignee=handler,
        state=Task.State.CLAIMED if handler else Task.State.OPEN,
        state_since=at,
    )
    touch("task", task.pk)
    event = _record_asked(task, SYSTEM, at)
    if handler:
        notify_person(event, handler.pk, agency_id=proceeding.agency_id, because="assigned")
    return task


def lapsing_tasks(proceeding: Proceeding) -> QuerySet[Task]:
    """Playbook steps and proposals of the proceeding that lapse when it ends otherwise."""
    open_tasks = Task.objects.filter(proceeding=proceeding, state__in=TASK.transitions["lapse"].sources)
    return open_tasks.exclude(step="", proposes="")


def lapse_steps(proceeding: Proceeding, *, at: datetime) -> int:
    """Lapses open playbook tasks of a proceeding that ended otherwise. They are created again if it is reopened.
    Returns their number."""
    moot = list(lapsing_tasks(proceeding))
    for task in moot:
        transition_task(task, "lapse", actor=SYSTEM, happened_at=max(at, task.state_since or at))
    return len(moot)


def end_steps(source: UUID, *, at: datetime, only: str = "", ended: bool = False) -> None:
    """Completes the tasks of the referral's previous state; the referral's own event records it.

    Papers owed after an urgent transfer are owed in every state until `ended`. A receipt of corrections ends by itself.
    """
    asked = Task.objects.open().filter(source=source)
    if only:
        asked = asked.filter(step=only)
    else:
        asked = asked.exclude(step__in=[CORRECTION_STEP] if ended else [CORRECTION_STEP, OWED_STEP])
    for step in list(asked):
        place, began = StateAtDesk.of(step), step.state_since
        Task.objects.filter(pk=step.pk).update(
            state=Task.State.DONE, state_since=at, version=F("version") + 1, updated_at=times.now()
        )
        touch("task", step.pk)
        step.state = Task.State.DONE
        close_interval(step, place, began=began, at=at, object_kind="task")
        lift_holds(step.pk)


def transition_task(task: Task, verb: str, *, actor: Actor, **given: Any) -> TransitionResult[Task]:
    other = task.asked_by_id if actor.agency_id == task.agency_id else task.agency_id
    notify = [other] if TASK.transitions[verb].visibility == "pair" and other != actor.agency_id else []
    audience, data = Audience(counterpart_id=other, notify=notify), {"title": task.title}
    with locked_case(task.case_id):
        applied = apply_transition(task, verb, actor=actor, audience=audience, event_data=data, **given)
        _touch_steps(task)
        if applied.transition.to in TASK.final and not _still_wanted(applied.thing):
            lift_holds(task.pk)
        return applied


def _touch_steps(task: Task) -> None:
    """A change of a playbook's step may make another step the next one of its agency."""
    if task.of_playbook:
        touch("task", *Task.objects.open().steps().filter(proceeding=task.proceeding_id).values_list("pk", flat=True))


def _still_wanted(task: Task) -> bool:
    """A mandatory step declined by another agency prevents closing the case until it is asked again or a lead waives
    it."""
    return task.state == Task.State.DECLINED and task.of_playbook and task.mandatory


def accept_task(task: Task, *, actor: Actor, claim: bool = False, **common: Any) -> TransitionResult[Task]:
    """Accepts the task for the agency. With `claim` the actor also takes it."""
    with atomic():
        applied = transition_task(task, "accept", actor=actor, claim=claim, **common)
        if not claim:
            return applied
        if not actor.works_for(task.agency_id):
            raise Invalid.field("claim", "absent", _("Only a member of the agency that does the task may take it on."))
        return claim_task(applied.thing, actor=actor, happened_at=applied.at, paper=common.get("paper", ""))


def claim_task(task: Task, *, actor: Actor, **common: Any) -> TransitionResult[Task]:
    """Claims the task. Of two concurrent attempts, one succeeds and the other names the first."""
    return transition_task(task, "claim", actor=actor, changes={"assignee_id": actor.id}, **common)


set_due = partial(change_due, act=transition_task)
hand_over_task = partial(hand_over, act=transition_task, column="assignee", side="agency")


def assign_task(task: Task, officer: User) -> TransitionResult[Task]:
    """Assigns an unclaimed task by rule. Notifies the agency and the officer."""
    audience, data = Audience(counterpart_id=task.agency_id), {"title": task.title, "to": officer.name}
    with locked_case(task.case_id):
        applied = apply_transition(
            task, "assign", actor=SYSTEM, audience=audience, changes={"assignee": officer}, event_data=data
        )
        _touch_steps(task)
        notify_person(applied.event, officer.pk, agency_id=officer.agency_id, because="assigned")
        return applied


def send_back_task(task: Task, *, actor: Actor, **common: Any) -> TransitionResult[Task]:
    """Returns a result that does not answer the task to its handler."""
    with atomic():
        applied = transition_task(task, "send_back", actor=actor, changes={"returned_at": TIME_OF_ACT}, **common)
        _hold_closing(applied.thing)
        return applied


def ask_again(task: Task, *, actor: Actor, **common: Any) -> TransitionResult[Task]:
    """Asks the agency that declined once more, with a reason. It answers again."""
    with atomic():
        applied = transition_task(task, "ask_again", actor=actor, changes={"assignee": None}, **common)
        _hold_closing(applied.thing)
        return applied


def find_unknown(task: Task, *, actor: Actor, facts: Iterable[str], **common: Any) -> TransitionResult[Task]:
    """Records that facts cannot be established, for every task of the case that requires them. No value is written."""
    with atomic():
        applied = transition_task(task, "find_unknown", actor=actor, facts=sorted(facts), **common)
        UnknownFact.objects.bulk_create(
            UnknownFact(case_id=task.case_id, fact=code, rows=FACTS[code].lacking(task.case), found_at=applied.at)
            for code in facts
        )
        return applied


def _hold_closing(task: Task) -> None:
    if task.mandatory:
        place_hold(task.case_id, Hold.Verb.CLOSE, because=Hold.Because.TASK, agency_id=task.agency_id, source=task.pk)


ACTIONS = by_verb(
    transition_task,
    TASK,
    accept=accept_task,
    claim=claim_task,
    release=partial(transition_task, verb="release", changes={"assignee": None}),
    hand_over=hand_over_task,
    send_back=send_back_task,
    ask_again=ask_again,
    set_due=set_due,
    find_unknown=find_unknown,
)
