"""Turns a signed-in person into an Actor: two queries, once per request, never cached beyond it."""

from agencies.kernel.actor import Actor

from .models import Membership, OfficeHolder, User


def actor_for(user: User) -> Actor:
    """Whoever still has a password that an administrator has seen may only replace it: he has no rights until then."""
    if user.must_change_password:
        return Actor(kind="user", id=str(user.pk), name=user.name, organ_name=user.organ.name)
    held = list(Membership.objects.current().filter(user=user).values_list("unit_id", "role"))
    offices = OfficeHolder.objects.current().filter(user=user, organ=user.organ_id)
    return Actor(
        kind="user",
        id=str(user.pk),
        name=user.name_zh or user.name_en,
        organ_id=user.organ_id,
        organ_code=user.organ.code,
        organ_name=user.organ.name_zh,
        line=user.organ.line,
        units=frozenset(unit for unit, _ in held),
        roles=frozenset(role for _, role in held),
        offices=frozenset(offices.values_list("organ_id", flat=True)),
    )
