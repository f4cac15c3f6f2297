"""Routes arrivals (分派): each item once at an agency, by the version in force on arrival.

A sweep runs every few seconds, outside the transaction of arrival. That keeps intake short, covers every way in, and
tolerates a lost wake-up. The position of the sweep is a row; each sweep looks back a little, because an earlier
transaction may commit later.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F, Max, Q
from django.utils import timezone

from agencies.journal.actions import BatchEvent, notify_person, record_batch
from agencies.journal.intervals import StateAtDesk, close_interval
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.kernel.records import Stateful
from agencies.kernel.work import atomic, touch
from agencies.people.models import User
from agencies.runs.one_by_one import deferred_keys, process_together, retryable_keys
from cases.casefile.actions import lock_case
from cases.intake.models import Revision
from cases.intake.routed import report_of
from coordination.exchange.tasks.actions import assign_task
from coordination.exchange.tasks.models import Task

from .arrivals import Arrival, arrivals
from .choosing import Chooser, ChosenOfficer
from .facts import facts_from, facts_of
from .matching import decide
from .models import Mode, Priority, RoutedKind, Routing, RoutingMark, RoutingRule, RuleSet

log = logging.getLogger(__name__)
BATCH = 200
OVERLAP = timedelta(minutes=10)  # longer than any transaction may take


class Versions:
    """Published versions of every agency with their rules, read once for each run."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self.of_agency: dict[int, list[RuleSet]] = defaultdict(list)
        for one in RuleSet.objects.begun(moment).select_related("agency"):
            self.of_agency[one.agency_id].append(one)
        self._rules: dict[UUID, list[RoutingRule]] = {}

    @property
    def begun(self) -> dict[int, datetime]:
        """Since when each agency has rules. Earlier items stay where they are."""
        return {
            agency: min(one.starts_at for one in found if one.starts_at) for agency, found in self.of_agency.items()
        }

    def in_force(self, agency_id: int, at: datetime) -> RuleSet | None:
        return next((one for one in self.of_agency[agency_id] if one.starts_at and one.starts_at <= at), None)

    def rules(self, rule_set: RuleSet) -> list[RoutingRule]:
        if rule_set.pk not in self._rules:
            self._rules[rule_set.pk] = list(rule_set.rules.select_related("unit"))
        return self._rules[rule_set.pk]


def route_arrivals(*, batch: int = BATCH) -> int:
    """Routes unrouted items, at most `batch` of each kind. Returns their number. Idempotent."""
    versions = Versions(times.now())
    if not versions.of_agency:
        return 0
    routed = sum(_route_kind(arrival, versions, batch) for arrival in arrivals().values())
    return routed + _push_accepted(batch)


def _route_kind(arrival: Arrival, versions: Versions, batch: int) -> int:
    mark = RoutingMark.objects.filter(kind=arrival.kind).first()
    # Read first: rows committed meanwhile are found by the next run.
    newest = arrival.model.objects.aggregate(newest=Max("updated_at"))["newest"]
    queue = f"routing.{arrival.kind}"
    rows = arrival.unrouted(versions.begun).exclude(pk__in=deferred_keys(queue))
    if mark is not None:
        rows = rows.filter(Q(updated_at__gte=mark.until - OVERLAP) | Q(pk__in=retryable_keys(queue)))
    found = list(rows.order_by("updated_at", "pk").values_list("pk", flat=True)[:batch])
    # Leads arrive in bursts, so they are routed together.
    together = partial(route_items, arrival, versions) if arrival.kind == RoutedKind.LEAD else None
    answers = process_together(queue, found, partial(_route_alone, arrival, versions), together=together)
    if newest is not None and len(found) < batch and (mark is None or newest > mark.until):
        RoutingMark.objects.update_or_create(kind=arrival.kind, defaults={"until": newest})
    return sum(answers)


def _route_alone(arrival: Arrival, versions: Versions, pk: UUID) -> bool:
    try:
        return route_items(arrival, versions, [pk])[0]
    except IntegrityError:
        return False  # another worker was first


@dataclass(frozen=True)
class RoutingDecision:
    thing: Any
    rule_set: RuleSet
    rule: RoutingRule | None
    facts: dict[str, Any]


def route_items(arrival: Arrival, versions: Versions, ids: list[UUID]) -> list[bool]:
    """Routes items, with a constant number of statements for leads that are not assigned to a person.

    Checks again under their locks. Returns for each whether this call routed it. Skips a locked item; the next run
    finds it.
    """
    with atomic():
        if arrival.kind != RoutedKind.LEAD:
            # Same lock order as transitions.
            for case_id in sorted(set(arrival.model.objects.filter(pk__in=ids).values_list("case_id", flat=True))):
                lock_case(case_id)
        rows = arrival.unrouted(versions.begun).filter(pk__in=ids).order_by("pk")
        things = list(rows.select_for_update(of=("self",), no_key=True, skip_locked=True))
        decided = _decide(arrival, things, versions)
        routed = {one.thing.pk for one in decided}
        Routing.objects.standing().about(routed).filter(
            agency__in={arrival.agency_of(one.thing) for one in decided}
        ).update(superseded=True)
        touch(arrival.kind, *routed)
        _send(arrival, decided, versions.moment)
    return [pk in routed for pk in ids]


def _decide(arrival: Arrival, things: list[Any], versions: Versions) -> list[RoutingDecision]:
    """The rule for each item, without items whose agency had no rules when they arrived."""
    again = set(Routing.objects.standing().about(one.pk for one in things).values_list("subject", "agency_id"))
    facts = _facts(arrival, things)
    decided = []
    for thing in things:
        agency_id, came = arrival.agency_of(thing).pk, arrival.arrived_at(thing)
        at = versions.moment if (thing.pk, agency_id) in again else came
        if rule_set := versions.in_force(agency_id, at):
            rule = decide(versions.rules(rule_set), facts[thing.pk], timezone.localdate(came))
            decided.append(RoutingDecision(thing, rule_set, rule, facts[thing.pk]))
    return decided


def _facts(arrival: Arrival, things: list[Any]) -> dict[UUID, dict[str, Any]]:
    """The facts of each item. The reports of leads are read together."""
    if arrival.kind != RoutedKind.LEAD:
        return {one.pk: facts_of(one, arrival.agency_of(one)) for one in things}
    revisions = Revision.objects.filter(lead__in=things, number=F("lead__revision"))
    contents = dict(revisions.values_list("lead_id", "content"))
    return {one.pk: facts_from(one, report_of(one, contents[one.pk])) for one in things}


def _send(arrival: Arrival, decided: list[RoutingDecision], now: datetime) -> None:
    by_agency: dict[int, list[RoutingDecision]] = defaultdict(list)
    for one in decided:
        by_agency[arrival.agency_of(one.thing).pk].append(one)
    for agency_id, there in sorted(by_agency.items()):
        _lock_rule_sets(one.rule for one in there if one.rule and _is_free(arrival, one.thing))
        chooser = Chooser([one.thing for one in there], agency_id=agency_id, now=now)
        made = [_routing(arrival, one, chooser) for one in there]
        Routing.objects.bulk_create(made)
        _record_events(
            arrival, [(one, routing) for one, routing in zip(there, made, strict=True) if one.rule is not None]
        )


def _waits(thing: Any) -> bool:
    """Whether the agency has not yet accepted the task."""
    return isinstance(thing, Task) and thing.state == Task.State.ASKED


def _is_free(arrival: Arrival, thing: Any) -> bool:
    return arrival.person_id(thing) is None and not _waits(thing)


def _lock_rule_sets(rules: Iterable[RoutingRule]) -> None:
    """Locks the rule sets, so that two workers do not choose the same person in turn."""
    sets = {rule.rule_set_id for rule in rules if rule.mode != Mode.CLAIM}
    list(RuleSet.objects.select_for_update(no_key=True).filter(pk__in=sets).order_by("pk"))


def _routing(arrival: Arrival, one: RoutingDecision, chooser: Chooser) -> Routing:
    thing, rule = one.thing, one.rule
    choice = chooser.choose(rule, thing) if rule is not None and _is_free(arrival, thing) else ChosenOfficer()
    return Routing(
        kind=arrival.kind,
        subject=thing.pk,
        agency=arrival.agency_of(thing),
        round=arrival.round_of(thing),
        rule_set=one.rule_set,
        rule=rule,
        unit=rule.unit if rule else None,
        priority=rule.priority if rule else Priority.NORMAL,
        officer=choice.officer,
        instead_of=choice.instead_of,
        facts=one.facts,
        arrived_at=arrival.arrived_at(thing),
        pushed=not (_waits(thing) and rule is not None and rule.mode != Mode.CLAIM),
    )


def _record_events(arrival: Arrival, sent: list[tuple[RoutingDecision, Routing]]) -> None:
    """Records an internal event for each item and notifies assigned officers."""
    named = {
        routing.subject: routing.officer
        for one, routing in sent
        if routing.officer is not None
        and arrival.kind != RoutedKind.TASK
        and _name(arrival, one.thing, routing.officer)
    }
    batch = [
        BatchEvent(
            stream=arrival.stream(one.thing),
            object_kind=arrival.kind,
            object_id=routing.subject,
            state=one.thing.state,
            data=_event_data(arrival, routing, named=routing.subject in named),
            counterpart_id=routing.agency_id,
            fields=(arrival.routed.person,) if routing.subject in named else (),
        )
        for one, routing in sent
    ]
    for event in record_batch(batch, actor=SYSTEM, verb="route", visibility=Event.Visibility.PAIR):
        if officer := named.get(event.object_id):
            notify_person(event, officer.pk, agency_id=officer.agency_id, because="assigned")
    for one, routing in sent:
        if routing.officer is not None and arrival.kind == RoutedKind.TASK:
            assign_task(one.thing, routing.officer)


def _event_data(arrival: Arrival, routing: Routing, *, named: bool) -> dict[str, Any]:
    """Data of the decision that the event keeps."""
    rule, officer = routing.rule, routing.officer
    return {
        "rule": str(rule),
        "version": routing.rule_set.code,
        "unit": rule.unit.code if rule else "",
        "priority": routing.priority_label or "normal",
        "to": officer.name if officer else "",
        "was": {f"{arrival.routed.person}_id": None} if named else {},
    }


def _name(arrival: Arrival, thing: Stateful, officer: User) -> bool:
    """Assigns the officer to an unclaimed item. The version stays, so that open pages remain valid."""
    place, began = StateAtDesk.of(thing), thing.state_since
    free = arrival.model.objects.filter(pk=thing.pk, **{f"{arrival.routed.person}__isnull": True})
    if not free.update(**{arrival.routed.person: officer}):
        return False
    setattr(thing, arrival.routed.person, officer)
    close_interval(thing, place, began=began, at=times.now(), object_kind=arrival.kind)
    return True


def _push_accepted(batch: int) -> int:
    """Assigns tasks of other agencies once accepted, if unclaimed."""
    waiting = Routing.objects.standing().filter(kind=RoutedKind.TASK, pushed=False)
    asked = Task.objects.filter(state=Task.State.ASKED).values("pk")
    done = 0
    for pk in waiting.exclude(subject__in=asked).order_by("created_at").values_list("pk", flat=True)[:batch]:
        with atomic():
            done += _push(pk)
    return done


def _push(pk: UUID) -> int:
    if not Routing.objects.filter(pk=pk, pushed=False).update(pushed=True):
        return 0
    routing = Routing.objects.select_related("rule__unit").get(pk=pk)
    task, rule = Task.objects.get(pk=routing.subject), routing.rule
    if rule is None or task.state != Task.State.OPEN or task.assignee_id is not None:
        return 0
    _lock_rule_sets([rule])
    choice = Chooser([task], agency_id=routing.agency_id, now=times.now()).choose(rule, task)
    if choice.officer is None:
        return 0
    Routing.objects.filter(pk=pk).update(officer=choice.officer, instead_of=choice.instead_of)
    assign_task(task, choice.officer)
    return 1


def current_routings(ids: Iterable[UUID], agency_id: int | None) -> dict[UUID, Routing]:
    """Current decisions about these items at the agency, in one query."""
    rows = Routing.objects.standing().about(ids).filter(agency=agency_id)
    named = rows.select_related("rule", "rule_set", "unit", "officer", "instead_of")
    return {one.subject: one for one in named}
