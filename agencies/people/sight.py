"""Builds the Actor of a signed-in person in one query per request, never cached beyond it; and of any member of an
agency."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Case, CharField, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Concat

from agencies.kernel.actor import NOT_INVOLVED, Actor, Role
from agencies.organisations.models import Agency

from .models import Membership, OfficeHolder, User

OFFICE, ACTING, DEPUTY = "office", "acting", "deputy"  # before the agency of an office
SPACE, COMMA = Value(" "), ","


class JoinedTexts(Aggregate):
    """The texts of several rows as one."""

    template = "%(function)s(%(expressions)s, '" + COMMA + "')"
    function = "STRING_AGG"
    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **context)


@dataclass(frozen=True)
class Rights:
    """Roles, each with its unit, and offices, each with its agency; and whether an agency is directly below."""

    roles: list[tuple[str, int]]
    offices: list[tuple[str, int]]
    is_superior: bool


def with_rights(pk: Any) -> User | None:
    """The person with the rights that the next `actor_for` uses, in one query."""
    roles: Any = Membership.objects.current().filter(user=OuterRef("pk")).order_by().values("user")
    held_by = OfficeHolder.objects.responsible().filter(user=OuterRef("pk"), agency=OuterRef("agency"))
    offices: Any = held_by.order_by().values("user")
    post: Any = Case(
        When(is_deputy=True, then=Value(DEPUTY)),
        When(is_acting=True, then=Value(ACTING)),
        default=Value(OFFICE),
        output_field=CharField(),
    )
    below = Agency.objects.agencies().filter(Q(parent=OuterRef("agency")) | Q(second_parent=OuterRef("agency")))
    rows = User.objects.select_related("agency").annotate(
        held_roles=Subquery(roles.annotate(all=_joined("role", "unit_id")).values("all")),
        held_offices=Subquery(offices.annotate(all=_joined(post, "agency_id")).values("all")),
        has_below=Exists(below),
    )
    person: Any = rows.filter(pk=pk).first()
    if person is not None:
        person.rights = Rights(_pairs(person.held_roles), _pairs(person.held_offices), person.has_below)
    found: User | None = person
    return found


def _joined(name: Any, number: str) -> JoinedTexts:
    return JoinedTexts(Concat(name, SPACE, Cast(number, CharField())))


def actor_for(user: User) -> Actor:
    """Reads the rights, unless they were read with the person just now."""
    known = user if user.rights else with_rights(user.pk)
    rights = known.rights if known else Rights([], [], False)
    user.rights = None  # used once: they may end at any time
    agency = (known or user).agency
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
        offices=frozenset(agency for post, agency in rights.offices if post != DEPUTY),
        deputy_of=frozenset(agency for post, agency in rights.offices if post == DEPUTY),
        is_superior=rights.is_superior,
        is_subordinate=agency.parent_id is not None,
        acting=_acting(user) if any(post == ACTING for post, _agency in rights.offices) else (),
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


def _pairs(joined: str | None) -> list[tuple[str, int]]:
    return [(name, int(number)) for one in (joined or "").split(COMMA) if one for name, number in [one.split(" ")]]


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
