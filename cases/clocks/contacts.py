"""Whom to ring up about a period: who handles its subject, else whoever is on duty in the agency that must act."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from agencies.duty.lookups import Post, first_on_duty
from agencies.people.models import User


def contacts(clocks: Iterable[Any], people: Mapping[UUID, User]) -> list[User | Post | None]:
    """One for each clock; `people` are those named by their `handled_by`. It costs nothing where all have one."""
    listed = list(clocks)
    on_duty = first_on_duty(_answers(clock) for clock in listed if clock.handled_by not in people)
    return [people.get(clock.handled_by) or on_duty.get(_answers(clock)) for clock in listed]


def _answers(clock: Any) -> Any:
    """Of a party's right, the agency that watches it."""
    return clock.agency_id or clock.holder_id
