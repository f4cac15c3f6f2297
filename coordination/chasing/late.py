"""What is late, and owed by whom: duties under a legal period, and tasks past the day that was asked for.

Leads, referrals and proceedings are late by their periods. A task that a step of a referral made is late with the
referral's own period, and a step of a playbook that follows a period of its own organ with that: neither is told a
second time.
"""

from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from agencies.kernel.actor import Actor, Role
from cases.clocks.models import Clock, ClockQuerySet, subjects_of_clocks
from coordination.tasks.models import Task, TaskQuerySet

CLOCK, TASK = "clock", "task"
LEAD, REFERRAL, CHASE = "lead", "referral", "chase"  # what periods run about
MODELS: dict[str, Any] = {CLOCK: Clock, TASK: Task}


def clocks_in_sight(actor: Actor) -> ClockQuerySet:
    """Periods about things that the actor sees himself: nobody learns of a matter by its being late.

    A lead without a case is seen as the lead is; the reply that a chase letter asks for is no matter of its own.
    """
    seen: Any = Q()  # the types take a Q with a question in it for something else
    for subject in subjects_of_clocks():
        # Any: the subjects are several nouns, each with a sight of its own.
        model: Any = subject
        if model.clock_kind != CHASE:
            rows = model.objects.visible_to(actor).filter(pk=OuterRef("subject_id"))
            seen |= Q(subject_kind=model.clock_kind) & Exists(rows)
    told = Exists(Clock.objects.visible_to(actor).filter(pk=OuterRef("pk")))
    return Clock.objects.filter(Q(subject_kind=LEAD) | told).filter(seen)


def tasks_in_sight(actor: Actor) -> TaskQuerySet:
    by_its_period = ~Q(follows="") & Q(organ=F("proceeding__organ"))
    return Task.objects.visible_to(actor).filter(source=None).exclude(by_its_period)


def in_sight(actor: Actor) -> dict[str, QuerySet[Any]]:
    return {CLOCK: clocks_in_sight(actor), TASK: tasks_in_sight(actor)}


def still_late(now: datetime) -> dict[str, QuerySet[Any]]:
    return {CLOCK: Clock.objects.overdue(now).filter(organ__isnull=False), TASK: Task.objects.overdue(now)}


def late_in_sight(actor: Actor, now: datetime | None = None) -> list[QuerySet[Any]]:
    """Everything late that concerns the actor, as two lists in one form: the centre all that it sees, an organ what it
    owes and what is owed to it.

    `late_since` is when it became late, `noun` what it is about, `handled_by` who has it in hand.
    """
    now = now or timezone.now()
    clocks = clocks_in_sight(actor).overdue(now).filter(organ__isnull=False)
    tasks = tasks_in_sight(actor).overdue(now)
    if not actor.is_centre:
        clocks = clocks.filter(Q(organ_id=actor.organ_id) | _clocks_owed_to(actor))
        tasks = tasks.filter(Q(organ_id=actor.organ_id) | Q(asked_by_id=actor.organ_id))
    return [
        clocks.with_handler().annotate(late_since=F("breach_at"), noun=Cast("subject_kind", CharField())),
        tasks.annotate(late_since=F("due_at"), noun=Value(TASK, output_field=CharField()), handled_by=F("assignee_id")),
    ]


def owed_to(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of these what another organ owes to the actor's: its step in a referral, or a task that he asked for."""
    owing = _clocks_owed_to(actor) if rows.model is Clock else Q(asked_by_id=actor.organ_id)
    cut: QuerySet[Any] = rows.filter(owing).exclude(organ_id=actor.organ_id)
    return cut


def _clocks_owed_to(actor: Actor) -> Q:
    return Q(subject_kind=REFERRAL) & (Q(holder_id=actor.organ_id) | Q(partner_id=actor.organ_id))


def is_owed_to(actor: Actor, row: Any) -> bool:
    """The same of one row."""
    if row.organ_id == actor.organ_id:
        return False
    if isinstance(row, Task):
        return row.asked_by_id == actor.organ_id
    return row.subject_kind == REFERRAL and actor.organ_id in (row.holder_id, row.partner_id)


def may_chase(actor: Actor, row: Any) -> bool:
    """督办: the centre's coordinator whatever another organ owes, an organ's staff what is owed to their organ."""
    if row.organ_id == actor.organ_id:
        return False
    return actor.has_role(Role.COORDINATOR) or (actor.is_staff and is_owed_to(actor, row))
