"""Whom a rule names: in turn or by load, never anybody who is away, and his deputy where only he could be named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
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
class Choice:
    """`instead_of` is whom the rule meant, where somebody stands in for him."""

    officer: User | None = None
    instead_of: User | None = None


def choose(rule: RoutingRule, thing: Any, *, organ_id: int, now: datetime) -> Choice:
    """Nobody, where the rule leaves it to be claimed or nobody of the pool may have it."""
    if rule.mode == Mode.CLAIM:
        return Choice()
    pool = pool_of(rule)
    away = absences_in([organ_id], now)
    here = [person for person in pool if person.pk not in away]
    ranked = _by_load(here, organ_id) if rule.mode == Mode.LOAD else _by_turn(here, organ_id)
    for person in ranked:
        if may_have(person, thing):
            return Choice(person)
    return _deputy([person for person in pool if person.pk in away], thing, now)


def pool_of(rule: RoutingRule) -> list[User]:
    """The officers whom the rule names, or all of its unit; who no longer works cases is in no pool."""
    held = Membership.objects.current().filter(role=Role.OFFICER, user__is_active=True)
    named = list(rule.officers.values_list("pk", flat=True))
    if named:
        held = held.filter(user__in=named)
    elif not rule.unit.is_organ:
        held = held.filter(unit=rule.unit_id)
    people = User.objects.filter(organ=rule.unit.organ_id, pk__in=held.values("user"))
    return list(people.order_by("username"))


def may_have(person: User, thing: Any) -> bool:
    """He sees it, and does not stand on the other side of a bureau's wall on the same case."""
    actor = actor_for(person)
    seen = type(thing).objects.visible_to(actor).filter(pk=thing.pk).exists()
    return bool(seen) and not _walled(thing, actor)


def _walled(thing: Any, actor: Actor) -> bool:
    """Inside an anti-smuggling bureau nobody is named by rule on a case where he works for either side already."""
    if not has_a_wall(actor) or not getattr(thing, "case_id", None):
        return False
    own = Proceeding.objects.filter(organ=actor.organ_id, case=thing.case_id)
    return bool(own.filter(handler=actor.id).exists() or own.filter(team=actor.id).exists())


def _by_load(people: Iterable[User], organ_id: int) -> list[User]:
    pool = {person.pk: person for person in people}
    return [pool[load.person.pk] for load in loads(organ_id) if load.person.pk in pool]


def _by_turn(people: Iterable[User], organ_id: int) -> list[User]:
    """Whoever was given something longest ago comes first, and before him who never was."""
    listed = list(people)
    given = Routing.objects.filter(organ=organ_id, officer__in=listed).order_by().values_list("officer")
    last: dict[UUID, datetime] = dict(given.annotate(Max("created_at")))
    # Python's sort keeps the order of equals: who never was given anything stays in the order of names.
    return sorted(listed, key=lambda person: last[person.pk].timestamp() if person.pk in last else 0)


def _deputy(away: Iterable[User], thing: Any, now: datetime) -> Choice:
    for person in away:
        deputy = deputy_of(person, now)
        if deputy is not None and may_have(deputy, thing):
            return Choice(deputy, person)
    return Choice()
