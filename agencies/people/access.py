"""Who administers whom. Accounts, rights and audit are three powers that one person may not combine (三员分立)."""

from datetime import timedelta

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.organisations.models import Agency

from .models import Membership, User

SETTLED = timedelta(hours=72)  # a newer right confirms no right, and a change without a responsible person waits
AGENCY_ROLES = frozenset({Role.OFFICER, Role.LEAD, Role.AGENCY_ADMIN})
CENTRE_ROLES = frozenset({Role.COORDINATOR, Role.SUPERVISOR})


def administers(actor: Actor, agency_id: int | None) -> bool:
    """Whether the actor is the account administrator of this agency."""
    return agency_id is not None and agency_id == actor.agency_id and actor.has_role(Role.AGENCY_ADMIN)


def may_create_accounts(actor: Actor) -> bool:
    return actor.has_role(Role.SYSADMIN, Role.AGENCY_ADMIN)


def is_self(actor: Actor, person: User) -> bool:
    return actor.kind == "user" and actor.id == str(person.pk)


def holds_separate_power(person: User) -> bool:
    """Whether the person is auditor, system or security administrator.

    Agency administrators have no power over them.
    """
    return person.memberships.not_ended().filter(role__in=Membership.APART).exists()


def may_edit(actor: Actor, person: User) -> bool:
    return administers(actor, person.agency_id)


def may_switch(actor: Actor, person: User) -> bool:
    """Whether the actor may disable or enable the account.

    Not their own account, because that could lock an agency out.
    """
    if is_self(actor, person):
        return False
    if actor.is_system or actor.has_role(Role.SYSADMIN):
        return True
    return administers(actor, person.agency_id) and not holds_separate_power(person)


def enabling_needs_second(person: User) -> bool:
    """Whether a second person confirms that the account is enabled, because that gives back the rights that it holds.

    In the first 72 hours, one person undoes an emergency act.
    """
    if not (person.memberships.not_ended().exists() or person.offices.not_ended().exists()):
        return False
    disabled = Event.objects.filter(object_kind="user", object_id=person.pk, verb="disable_account")
    return not disabled.filter(recorded_at__gt=times.now() - SETTLED).exists()


def may_reset_password(actor: Actor, person: User) -> bool:
    """Whether the actor may start a password reset, which a second person confirms and the owner completes.

    The security administrator handles accounts that decide for an agency, read for the centre or hold one of the three
    powers, and accounts of agency administrators.
    """
    if is_self(actor, person):
        return False
    held = set(person.memberships.not_ended().values_list("role", flat=True))
    if held & (CENTRE_ROLES | Membership.APART) or person.offices.not_ended().exists():
        return actor.has_role(Role.SECADMIN)
    if administers(actor, person.agency_id):
        return True
    return actor.has_role(Role.SECADMIN if Role.AGENCY_ADMIN in held else Role.SYSADMIN)


def grantable_roles(actor: Actor, person: User) -> frozenset[str]:
    """Returns the roles that the actor may request to grant, change or end. People cannot change their own roles.

    Roles of the centre are for people of the centre and requested by the security administrator. The three powers come
    from `manage.py appoint` only.
    """
    if is_self(actor, person):
        return frozenset()
    if actor.is_system or actor.has_role(Role.SECADMIN):
        return AGENCY_ROLES | (CENTRE_ROLES if person.agency.line == Agency.Line.CENTRE else frozenset())
    return AGENCY_ROLES if administers(actor, person.agency_id) else frozenset()


def may_grant_offices(actor: Actor, person: User) -> bool:
    """Whether the actor may request to grant, change or end an office."""
    return actor.is_system or (actor.has_role(Role.SECADMIN) and not is_self(actor, person))


def may_request_rights(actor: Actor, person: User) -> bool:
    """Whether the actor may request any change of the person's rights."""
    return bool(grantable_roles(actor, person)) or may_grant_offices(actor, person)
