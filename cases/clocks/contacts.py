"""Contacts for a period: the handler of its subject, else the person on duty in the responsible agency."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from agencies.duty.lookups import Post, first_on_duty
from agencies.people.models import User


def contacts(clocks: Iterable[Any], people: Mapping[UUID, User]) -> list[User | Post | None]:
    """Returns one contact per clock. `people` are the users named by `handled_by`. No query if every clock has a
    handler.
    """
    listed = list(clocks)
    on_duty = first_on_duty(_answers(clock) for clock in listed if clock.handled_by not in people)
    return [people.get(clock.handled_by) or on_duty.get(_answers(clock)) for clock in listed]


def _answers(clock: Any) -> Any:
    """For a party's right, the agency that watches it."""
    return clock.agency_id or clock.holder_id
