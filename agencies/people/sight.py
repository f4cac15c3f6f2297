"""Builds the Actor of a signed-in person in one query per request. It is never cached beyond the request."""

from typing import Any

from django.db.models import BigIntegerField, Case, CharField, Value, When

from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency

from .models import Membership, OfficeHolder, User

# Markers in the combined query for offices and for subordinate agencies. They are no roles.
OFFICE, DEPUTY, SUPERIOR = "office", "deputy", "superior"
MARKERS = frozenset({OFFICE, DEPUTY, SUPERIOR})


def actor_for(user: User) -> Actor:
    roles = Membership.objects.current().filter(user=user).values_list("unit_id", "role")
    held_by = OfficeHolder.objects.responsible().filter(user=user, agency=user.agency_id)
    office: Any = Case(When(is_deputy=True, then=Value(DEPUTY)), default=Value(OFFICE), output_field=CharField())
    below = Agency.objects.agencies().directly_below(user.agency_id).order_by()
    marked = below.values_list(Value(user.agency_id, BigIntegerField()), Value(SUPERIOR, CharField()))
    held = list(roles.union(held_by.values_list("agency_id", office), marked))
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
