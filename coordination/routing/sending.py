"""Routing what arrived (分派): each thing once an organ, by the version in force when it came.

Found by a sweep a few seconds later and not in the transaction that took it in: intake stays as short as it is, every
door is covered alike, and a lost ring is no loss. How far the sweep has looked is a row; it looks a little further back
each time, for a transaction that began earlier may commit later.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone

from agencies.journal.actions import record_event, tell_person
from agencies.journal.models import Event
from agencies.journal.stays import Place, leave
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.kernel.records import Stateful
from agencies.organs.models import Agency
from agencies.people.models import User
from agencies.runs.one_by_one import each, set_aside, to_try_again
from cases.casefile.actions import lock_case
from coordination.tasks.actions import assign_task
from coordination.tasks.models import Task

from .arrivals import ARRIVALS, Arrival
from .choosing import Choice, choose
from .facts import facts_of
from .matching import decide
from .models import Kind, Mode, Priority, Routing, RoutingMark, RoutingRule, RuleSet

log = logging.getLogger(__name__)
BATCH = 200
OVERLAP = timedelta(minutes=10)  # longer than any transaction may take


class Versions:
    """The published versions of every organ with their rules, read once a run."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self.of_organ: dict[int, list[RuleSet]] = defaultdict(list)
        for one in RuleSet.objects.begun(moment).select_related("organ"):
            self.of_organ[one.organ_id].append(one)
        self._rules: dict[UUID, list[RoutingRule]] = {}

    @property
    def begun(self) -> dict[int, datetime]:
        """Since when each organ has rules at all: what came before them stays where it is."""
        return {organ: min(one.starts_at for one in found if one.starts_at) for organ, found in self.of_organ.items()}

    def in_force(self, organ_id: int, at: datetime) -> RuleSet | None:
        return next((one for one in self.of_organ[organ_id] if one.starts_at and one.starts_at <= at), None)

    def rules(self, rule_set: RuleSet) -> list[RoutingRule]:
        if rule_set.pk not in self._rules:
            self._rules[rule_set.pk] = list(rule_set.rules.select_related("unit"))
        return self._rules[rule_set.pk]


def route_arrivals(now: datetime | None = None, *, batch: int = BATCH) -> int:
    """Routes what nobody has routed yet, at most a batch of each kind. Run twice, it does nothing the second time."""
    versions = Versions(now or times.now())
    if not versions.of_organ:
        return 0
    routed = sum(_route_kind(arrival, versions, batch) for arrival in ARRIVALS.values())
    return routed + _push_accepted(batch)


def _route_kind(arrival: Arrival, versions: Versions, batch: int) -> int:
    mark = RoutingMark.objects.filter(kind=arrival.kind).first()
    # Before the rows are looked for: what is committed meanwhile is found by the next run.
    newest = arrival.model.objects.aggregate(newest=Max("updated_at"))["newest"]
    queue = f"routing.{arrival.kind}"
    rows = arrival.unrouted(versions.begun).exclude(pk__in=set_aside(queue))
    if mark is not None:
        rows = rows.filter(Q(updated_at__gte=mark.until - OVERLAP) | Q(pk__in=to_try_again(queue)))
    found = list(rows.order_by("updated_at", "pk").values_list("pk", flat=True)[:batch])
    answers = each(queue, found, lambda pk: _try_route(arrival, pk, versions))
    if newest is not None and len(found) < batch and (mark is None or newest > mark.until):
        RoutingMark.objects.update_or_create(kind=arrival.kind, defaults={"until": newest})
    return sum(answers)


def _try_route(arrival: Arrival, pk: UUID, versions: Versions) -> bool:
    try:
        return route_one(arrival, pk, versions)
    except IntegrityError:
        return False  # another worker was first


def route_one(arrival: Arrival, pk: UUID, versions: Versions) -> bool:
    """Whether this call routed it. Under its lock it is asked once more whether it still is to be routed."""
    with transaction.atomic():
        first = arrival.model.objects.get(pk=pk)
        if arrival.kind != Kind.LEAD:
            lock_case(first.case_id)  # in the order of everybody who moves it
        waiting = arrival.unrouted(versions.begun).select_for_update(of=("self",), no_key=True)
        thing = waiting.filter(pk=pk).first()
        if thing is None:
            return False
        organ, came = arrival.organ_of(thing), arrival.arrived_at(thing)
        again = Routing.objects.standing().filter(subject=pk, organ=organ)
        rule_set = versions.in_force(organ.pk, versions.moment if again.exists() else came)
        if rule_set is None:
            return False
        facts = facts_of(thing, organ)
        rule = decide(versions.rules(rule_set), facts, timezone.localdate(came))
        again.update(superseded=True)
        _send(arrival, thing, organ, rule_set, rule, facts, versions.moment)
        return True


def _send(
    arrival: Arrival, thing: Any, organ: Agency, rule_set: RuleSet, rule: RoutingRule | None, facts: dict[str, Any],
    now: datetime,
) -> None:  # fmt: skip
    waits = isinstance(thing, Task) and thing.state == Task.State.ASKED
    free = arrival.person_id(thing) is None and not waits
    choice = _chosen(rule, thing, organ, now) if rule is not None and free else Choice()
    made = Routing.objects.create(
        kind=arrival.kind, subject=thing.pk, organ=organ, round=arrival.round_of(thing), rule_set=rule_set, rule=rule,
        unit=rule.unit if rule else None, priority=rule.priority if rule else Priority.NORMAL, officer=choice.officer,
        instead_of=choice.instead_of, facts=facts, arrived_at=arrival.arrived_at(thing),
        pushed=not (waits and rule is not None and rule.mode != Mode.CLAIM),
    )  # fmt: skip
    if rule is not None:
        _tell(arrival, thing, made, rule)


def _chosen(rule: RoutingRule, thing: Any, organ: Agency, now: datetime) -> Choice:
    if rule.mode != Mode.CLAIM:
        # One after the other: two workers would name the same person in turn.
        RuleSet.objects.select_for_update(no_key=True).get(pk=rule.rule_set_id)
    return choose(rule, thing, organ_id=organ.pk, now=now)


def _tell(arrival: Arrival, thing: Any, routing: Routing, rule: RoutingRule) -> None:
    """The event of the organ's own, and whoever is named finds it on his desk."""
    officer = routing.officer
    named = officer is not None and not isinstance(thing, Task) and _name(arrival, thing, officer)
    event = record_event(
        arrival.stream(thing), actor=SYSTEM, verb="route", object_kind=arrival.kind, object_id=thing.pk,
        from_state=thing.state, to_state=thing.state, fields=[arrival.person] if named else [],
        data={
            "rule": str(rule), "version": routing.rule_set.code, "unit": rule.unit.code,
            "priority": routing.priority_word or "normal", "to": officer.name if officer else "",
            "was": {f"{arrival.person}_id": None} if named else {},
        },
        reach=Event.Reach.PAIR, counterpart_id=routing.organ_id,
    )  # fmt: skip
    if named and officer is not None:
        tell_person(event, officer.pk, organ_id=officer.organ_id, because="assigned")
    if officer is not None and isinstance(thing, Task):
        assign_task(thing, officer)


def _name(arrival: Arrival, thing: Stateful, officer: User) -> bool:
    """Only while nobody's name stands there, whoever wrote it. The version stays: who has the page open may go on."""
    place, began = Place.of(thing), thing.state_since
    free = arrival.model.objects.filter(pk=thing.pk, **{f"{arrival.person}__isnull": True})
    if not free.update(**{arrival.person: officer}):
        return False
    setattr(thing, arrival.person, officer)
    leave(thing, place, began=began, at=times.now(), object_kind=arrival.kind)
    return True


def _push_accepted(batch: int) -> int:
    """A task of another organ is given to somebody once his organ has accepted it, and by nobody's hand before."""
    waiting = Routing.objects.standing().filter(kind=Kind.TASK, pushed=False)
    asked = Task.objects.filter(state=Task.State.ASKED).values("pk")
    done = 0
    for pk in waiting.exclude(subject__in=asked).order_by("created_at").values_list("pk", flat=True)[:batch]:
        with transaction.atomic():
            done += _push(pk)
    return done


def _push(pk: UUID) -> int:
    if not Routing.objects.filter(pk=pk, pushed=False).update(pushed=True):
        return 0
    routing = Routing.objects.select_related("rule__unit", "organ").get(pk=pk)
    task, rule = Task.objects.get(pk=routing.subject), routing.rule
    if rule is None or task.state != Task.State.OPEN or task.assignee_id is not None:
        return 0
    choice = _chosen(rule, task, routing.organ, times.now())
    if choice.officer is None:
        return 0
    Routing.objects.filter(pk=pk).update(officer=choice.officer, instead_of=choice.instead_of)
    assign_task(task, choice.officer)
    return 1


def standing_of(ids: Iterable[UUID], organ_id: int | None) -> dict[UUID, Routing]:
    """What was decided about each of these things at the organ, in one query."""
    rows = Routing.objects.standing().about(ids).filter(organ_id=organ_id)
    named = rows.select_related("rule", "rule_set", "unit", "officer", "instead_of")
    return {one.subject: one for one in named}
