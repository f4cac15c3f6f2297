"""Builds the Actor of a signed-in person in one query per request, never cached beyond it; and of any member of an
agency."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from agencies.kernel.actor import NOT_INVOLVED, Actor, Role
from agencies.organisations.models import Agency

from .models import OfficeHolder, User, held_today


@dataclass(frozen=True)
class Rights:
    """Roles as (role, id of the unit); the posts held at the own agency (`OfficeHolder.post`); and whether an agency is
    directly below."""

    roles: frozenset[tuple[str, int]] = frozenset()
    posts: frozenset[str] = frozenset()
    is_superior: bool = False


def with_rights(pk: Any) -> User | None:
    """The person with the rights that the next `actor_for` uses, in one query: a row for each role and post."""
    below = Agency.objects.agencies().filter(Q(parent=OuterRef("agency")) | Q(second_parent=OuterRef("agency")))
    people: Any = User.objects.filter(pk=pk).select_related("agency")
    rows = people.annotate(
        membership=FilteredRelation("memberships", condition=held_today("memberships__")),
        office=FilteredRelation("offices", condition=held_today("offices__")),
        role=F("membership__role"),
        unit=F("membership__unit_id"),
        office_at=F("office__agency_id"),
        is_deputy=F("office__is_deputy"),
        is_acting=F("office__is_acting"),
        has_below=Exists(below),
    )
    found = list(rows)
    if not found:
        return None
    own = [row for row in found if row.office_at == row.agency_id]
    person: Any = found[0]
    person.rights = Rights(
        roles=frozenset((row.role, row.unit) for row in found if row.role),
        posts=frozenset(OfficeHolder(is_deputy=row.is_deputy, is_acting=row.is_acting).post for row in own),
        is_superior=person.has_below,
    )
    read: User = person
    return read


def actor_for(user: User) -> Actor:
    """Reads the rights, unless they were read with the person just now."""
    known = user if user.rights else with_rights(user.pk)
    rights = known.rights if known else Rights()
    user.rights = None  # used once: they may end at any time
    agency = (known or user).agency
    own = frozenset({user.agency_id})
    return Actor(
        kind="user",
        id=str(user.pk),
        name=user.name_zh or user.name_en,
        agency_id=user.agency_id,
        agency_code=agency.code,
        agency_name=agency.name_zh,
        line=agency.line,
        units=frozenset(unit for _role, unit in rights.roles),
        roles=frozenset(role for role, _unit in rights.roles),
        offices=own if rights.posts & {"main", "acting"} else frozenset(),
        deputy_of=own if "deputy" in rights.posts else frozenset(),
        is_superior=rights.is_superior,
        is_subordinate=agency.parent_id is not None,
        acting=_acting(user) if "acting" in rights.posts else (),
    )


def _acting(user: User) -> tuple[tuple[str, str], ...]:
    """Since when, by which document and by whose confirmation the person acts in the office of another."""
    held = OfficeHolder.objects.current().filter(user=user, is_acting=True).select_related("confirmed_by__agency")
    one = held.first()
    if one is None:
        return ()
    by = one.confirmed_by
    confirmed = (("confirmed_by", str(by.pk)), ("confirmed_in", by.agency.code)) if by else ()
    return ("since", one.since.isoformat()), ("document", one.document), *confirmed


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
