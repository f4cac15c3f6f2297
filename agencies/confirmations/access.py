"""Who may confirm: another eligible person of the same agency, else of a superior agency, else of the centre."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor, Role
from agencies.kernel.errors import Forbidden, TransitionRefused, UnmetCondition
from agencies.organisations.models import Agency, agency_and_superiors
from agencies.people.models import Membership, OfficeHolder, User

from .models import ADMINISTRATORS, Confirmation, is_eligible

K = Confirmation.Kind
ROLES: dict[str, frozenset[str]] = {
    K.PROXY_STEP: frozenset({Role.OFFICER, Role.LEAD}),
    K.CHANGE: frozenset({Role.OFFICER, Role.LEAD}),
    K.CONSENT: frozenset({Role.LEAD}),
    K.IDENTITY: frozenset({Role.SUPERVISOR}),
    K.RULES: frozenset({Role.SYSADMIN, Role.COORDINATOR}),
    K.CAMPAIGN: frozenset({Role.COORDINATOR, Role.SUPERVISOR}),
}


def may_confirm(actor: Actor, confirmation: Confirmation) -> bool:
    """Whether the actor may confirm. The requester and the owner of the account never may."""
    if actor.kind != "user" or actor.agency_id != confirmation.confirmer_agency_id:
        return False
    if actor.id in (str(confirmation.requester_id), str(confirmation.person_id)):
        return False
    return is_eligible(actor, confirmation.kind)


def is_requester(actor: Actor, confirmation: Confirmation) -> bool:
    return actor.kind == "user" and str(confirmation.requester_id) == actor.id


def is_account_owner(actor: Actor, confirmation: Confirmation) -> bool:
    """Whether the actor owns the account. Only the owner sets its password."""
    return (
        actor.kind == "user" and str(confirmation.person_id) == actor.id and confirmation.kind in Confirmation.PASSWORD
    )


def declarable_agencies(actor: Actor) -> QuerySet[Agency]:
    """Returns the agencies whose sign-in status the actor may declare. Raises Forbidden if there are none."""
    agencies = Agency.objects.agencies().order_by("id")
    if actor.kind == "user" and actor.has_role(Role.SYSADMIN):
        return agencies
    if actor.kind == "user" and actor.has_role(Role.AGENCY_ADMIN):
        return agencies.filter(pk=actor.own_agency)
    raise Forbidden(_("This is declared by the administrator of the agency or of the system."))


def system_only(actor: Actor, confirmation: Confirmation) -> bool:
    return actor.is_system


def find_confirming_agency(kind: str, agency: Agency, without: Collection[UUID]) -> Agency:
    """Returns the nearest agency with an eligible second person who can sign in.

    Raises TransitionRefused if there is none.
    """
    candidates = agency_and_superiors(agency)
    for candidate in candidates[1:] if kind == K.IDENTITY else candidates:
        if _has_eligible(kind, candidate, without):
            return candidate
    detail = _(
        "No person could confirm this: neither the agency nor a superior agency has a second person who signs in."
    )
    raise TransitionRefused([UnmetCondition("second_person", detail)])


def _has_eligible(kind: str, agency: Agency, without: Collection[UUID]) -> bool:
    roles = ROLES.get(kind, ADMINISTRATORS | {Role.LEAD})
    members = Membership.objects.current().filter(user__agency=agency, role__in=roles)
    holders = OfficeHolder.objects.current().filter(agency=agency) if kind != K.RULES else OfficeHolder.objects.none()
    able = User.objects.able_to_sign_in().exclude(pk__in=without).values("pk")
    return any(held.filter(user__in=able).exists() for held in (members, holders))
