"""Builds the Actor of a signed-in person in one query per request. It is never cached beyond the request."""

from django.db.models import BigIntegerField, CharField, Value

from agencies.kernel.actor import Actor
from agencies.organisations.models import Agency

from .models import Membership, OfficeHolder, User

# Markers in the combined query for offices and for subordinate agencies. They are no roles.
OFFICE, SUPERIOR = "office", "superior"


def actor_for(user: User) -> Actor:
    roles = Membership.objects.current().filter(user=user).values_list("unit_id", "role")
    offices = OfficeHolder.objects.current().filter(user=user, agency=user.agency_id)
    below = Agency.objects.agencies().directly_below(user.agency_id).order_by()
    marked = below.values_list(Value(user.agency_id, BigIntegerField()), Value(SUPERIOR, CharField()))
    held = list(roles.union(offices.values_list("agency_id", Value(OFFICE, CharField())), marked))
    return Actor(
        kind="user",
        id=str(user.pk),
        name=user.name_zh or user.name_en,
        agency_id=user.agency_id,
        agency_code=user.agency.code,
        agency_name=user.agency.name_zh,
        line=user.agency.line,
        units=frozenset(unit for unit, role in held if role not in (OFFICE, SUPERIOR)),
        roles=frozenset(role for _, role in held if role not in (OFFICE, SUPERIOR)),
        offices=frozenset(agency for agency, role in held if role == OFFICE),
        is_superior=any(role == SUPERIOR for _, role in held),
        is_subordinate=user.agency.parent_id is not None,
    )
