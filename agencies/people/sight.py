"""Builds the Actor of a signed-in person in one query per request, never cached beyond it; and of any member of an
agency."""

from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Case, CharField, F, Value, When

from agencies.kernel import kept, times
from agencies.kernel.actor import NOT_INVOLVED, Actor, Role
from agencies.kernel.counting import Compiled, compiled_pairs, rows_of
from agencies.organisations.models import Agency, KeptVersion

from .models import Membership, OfficeHolder, User

# Markers in the combined query for offices and for subordinate agencies. They are no roles.
OFFICE, DEPUTY, SUPERIOR = "office", "deputy", "superior"
MARKERS = frozenset({OFFICE, DEPUTY, SUPERIOR})
OF_NO_UNIT = 0  # before the version of the tables that each process keeps


@lru_cache(maxsize=4096)
def _held_by(user: UUID, agency_id: int, day: date) -> Compiled:
    """The query for (unit, role) of a person, compiled once a day: it is the same for every request."""
    roles = Membership.objects.current().filter(user=user).values_list("unit_id", "role")
    held_by = OfficeHolder.objects.responsible().filter(user=user, agency=agency_id)
    office: Any = Case(When(is_deputy=True, then=Value(DEPUTY)), default=Value(OFFICE), output_field=CharField())
    below = Agency.objects.agencies().directly_below(agency_id).order_by()
    marked = below.values_list(Value(agency_id, BigIntegerField()), Value(SUPERIOR, CharField()))
    version = KeptVersion.objects.values_list(Value(OF_NO_UNIT, BigIntegerField()), F("value"))
    return compiled_pairs(roles.union(held_by.values_list("agency_id", office), marked, version))


def actor_for(user: User) -> Actor:
    found = rows_of(_held_by(user.pk, user.agency_id, times.today()))
    kept.expect(next((value for unit, value in found if unit == OF_NO_UNIT), ""))
    held = [(unit, role) for unit, role in found if unit != OF_NO_UNIT]
    return Actor(
        kind="user",
        id=str(user.pk),
        name=user.name_zh or user.name_en,
        agency_id=user.agency_id,
        agency_code=user.agency.code,
        agency_name=user.agency.name_zh,
        line=user.agency.line,
        units=frozenset(unit for unit, role in held if role not in MARKERS),
        roles=frozenset(role for _, role in held if role not in MARKERS),
        offices=frozenset(agency for agency, role in held if role == OFFICE),
        deputy_of=frozenset(agency for agency, role in held if role == DEPUTY),
        is_superior=any(role == SUPERIOR for _, role in held),
        is_subordinate=user.agency.parent_id is not None,
    )


def any_member_of(agency: Agency, roles: frozenset[str] = frozenset({Role.OFFICER}), **held: Any) -> Actor:
    """Some member of the agency, by default an officer, who has taken part in nothing. `held` are further fields."""
    return Actor(
        kind="user",
        id=NOT_INVOLVED,
        agency_id=agency.pk,
        agency_code=agency.code,
        line=agency.line,
        roles=roles,
        is_subordinate=agency.parent_id is not None,
        **held,
    )
