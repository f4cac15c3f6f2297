"""Chooses the officer for a rule, by turn or by load. Skips people who are away; a deputy stands in where only one
person can be named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Max

from agencies.duty.lookups import absences_in, deputy_of
from agencies.kernel.actor import Actor, Role
from agencies.people.models import Membership, User
from agencies.people.sight import actor_for
from cases.proceedings.models import Proceeding, has_a_wall

from .loads import loads
from .models import Mode, Routing, RoutingRule


@dataclass(frozen=True)
class ChosenOfficer:
    """The chosen officer. `instead_of` is the officer they stand in for."""

    officer: User | None = None
    instead_of: User | None = None


class Chooser:
    """Chooses officers for a batch of one kind at one agency with a constant number of queries.

    It remembers its choices, so the next item goes to the next person. The caller holds the lock of the rule set.
    """

    def __init__(self, things: Iterable[Any], *, agency_id: int, now: datetime) -> None:
        self.things, self.agency_id, self.now = list(things), agency_id, now
        self._pools: dict[int, list[User]] = {}
        self._ranks: dict[int, dict[UUID, int]] = {}
        self._seen: dict[UUID, set[Any]] = {}
        self._given: list[UUID] = []

    def choose(self, rule: RoutingRule, thing: Any) -> ChosenOfficer:
        if rule.mode == Mode.CLAIM:
            return ChosenOfficer()
        choice = next((ChosenOfficer(one) for one in self._in_order(rule) if self._may_have(one, thing)), None)
        choice = choice or self._deputy(rule, thing)
        if choice.officer is not None:
            self._given.append(choice.officer.pk)
        return choice

    def _pool(self, rule: RoutingRule) -> list[User]:
        if rule.pk not in self._pools:
            self._pools[rule.pk] = pool_of(rule)
        return self._pools[rule.pk]

    @cached_property
    def _absent(self) -> Any:
        return absences_in([self.agency_id], self.now)

    def _in_order(self, rule: RoutingRule) -> list[User]:
        """Available officers, next one first, counting what this batch has assigned."""
        here = [person for person in self._pool(rule) if person.pk not in self._absent]
        if rule.pk not in self._ranks:
            self._ranks[rule.pk] = (_by_load if rule.mode == Mode.LOAD else _by_turn)(here, self.agency_id)
        rank = self._ranks[rule.pk]
        if rule.mode == Mode.LOAD:
            return sorted(here, key=lambda one: (rank[one.pk] + self._given.count(one.pk), one.username))
        last = {pk: number for number, pk in enumerate(self._given, start=1)}
        return sorted(here, key=lambda one: (last.get(one.pk, 0), rank[one.pk]))

    def _may_have(self, person: User, thing: Any) -> bool:
        if person.pk not in self._seen:
            self._seen[person.pk] = visible_ids(person, self.things)
        return thing.pk in self._seen[person.pk]

    def _deputy(self, rule: RoutingRule, thing: Any) -> ChosenOfficer:
        for person in self._pool(rule):
            deputy = deputy_of(person, self.now) if person.pk in self._absent else None
            if deputy is not None and self._may_have(deputy, thing):
                return ChosenOfficer(deputy, person)
        return ChosenOfficer()


def pool_of(rule: RoutingRule) -> list[User]:
    """The rule's officers, or all of its unit; without those who no longer work cases."""
    held = Membership.objects.current().filter(role=Role.OFFICER, user__is_active=True)
    named = list(rule.officers.values_list("pk", flat=True))
    if named:
        held = held.filter(user__in=named)
    elif not rule.unit.is_agency:
        held = held.filter(unit=rule.unit_id)
    people = User.objects.filter(agency=rule.unit.agency_id, pk__in=held.values("user"))
    return list(people.order_by("username"))


def visible_ids(person: User, things: Iterable[Any]) -> set[Any]:
    """Ids of items the person sees, without those on whose case they work on the other side of a wall."""
    listed, actor = list(things), actor_for(person)
    model = type(listed[0])
    seen = set(model.objects.visible_to(actor).filter(pk__in=[one.pk for one in listed]).values_list("pk", flat=True))
    return {one.pk for one in listed if one.pk in seen and not _walled(one, actor)}


def _walled(thing: Any, actor: Actor) -> bool:
    """In an anti-smuggling bureau, no rule assigns a person to a case on which they already work for either side."""
    if not has_a_wall(actor) or not getattr(thing, "case_id", None):
        return False
    own = Proceeding.objects.filter(agency=actor.agency_id, case=thing.case_id)
    return bool(own.filter(handler=actor.id).exists() or own.filter(team=actor.id).exists())


def _by_load(people: Iterable[User], agency_id: int) -> dict[UUID, int]:
    """Weight of the items in hand, by person."""
    return {load.person.pk: load.weight for load in loads(agency_id)}


def _by_turn(people: Iterable[User], agency_id: int) -> dict[UUID, int]:
    """Rank by person: never assigned first, then least recently assigned."""
    listed = list(people)
    given = Routing.objects.filter(agency=agency_id, officer__in=listed).order_by().values_list("officer")
    last: dict[UUID, datetime] = dict(given.annotate(Max("created_at")))
    # The sort is stable: people who were never assigned anything stay in order of names.
    in_turn = sorted(listed, key=lambda person: last[person.pk].timestamp() if person.pk in last else 0)
    return {person.pk: place for place, person in enumerate(in_turn)}
