"""Who may confirm: another eligible person of the same agency, else of a superior agency, else of the centre.

Rights have a rule of their own (`rights_route`): the responsible person of the agency confirms its roles, that of the
superior agency its offices, and where none is left two administrators of different kinds do. A key is confirmed by
another administrator of its agency, or by the security administrator.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agencies.duty.models import Absence
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.errors import Forbidden, TransitionRefused
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.organisations.models import Agency, agency_and_superiors
from agencies.people.access import SETTLED, grantable_roles, may_grant_offices, may_request_rights, may_switch
from agencies.people.models import Membership, OfficeHolder, User
from agencies.people.rights import OFFICE_CHANGES, ROLE_CHANGES
from agencies.people.sight import any_member_of

from .models import ADMINISTRATORS, Confirmation, is_eligible

K = Confirmation.Kind
ROLES: dict[str, frozenset[str]] = {
    K.PROXY_STEP: frozenset({Role.OFFICER, Role.LEAD}),
    K.CHANGE: frozenset({Role.OFFICER, Role.LEAD}),
    K.CONSENT: frozenset({Role.LEAD}),
    K.IMPORT: frozenset({Role.LEAD}),
    K.IDENTITY: frozenset({Role.SUPERVISOR}),
    K.RULES: frozenset({Role.SYSADMIN, Role.COORDINATOR}),
    K.CAMPAIGN: frozenset({Role.COORDINATOR, Role.SUPERVISOR}),
    K.RISK: frozenset({Role.LEAD, Role.COORDINATOR, Role.SUPERVISOR}),
    K.RIGHTS: frozenset(),
    K.VACANCY: frozenset({Role.SYSADMIN, Role.SECADMIN}),
    K.KEY: frozenset({Role.AGENCY_ADMIN, Role.SECADMIN}),
}
WITHOUT_OFFICES = (K.RULES, K.VACANCY, K.KEY)


def may_confirm(actor: Actor, confirmation: Confirmation) -> bool:
    """Whether the actor may confirm. The requester and the owner of the account never may."""
    of_security = confirmation.kind == K.KEY and actor.has_role(Role.SECADMIN)
    if actor.kind != "user" or not (of_security or actor.agency_id == confirmation.confirmer_agency_id):
        return False
    if actor.id in (str(confirmation.requester_id), str(confirmation.person_id)):
        return False
    return is_eligible(actor, confirmation.kind)


def is_named(actor: Actor, confirmation: Confirmation) -> bool:
    """The officer who is named to sign what a connected system prepared."""
    named = confirmation.kind == K.PREPARED and actor.kind == "user" and str(confirmation.confirmer_id) == actor.id
    return named and actor.agency_id == confirmation.confirmer_agency_id


def may_sign(actor: Actor, confirmation: Confirmation) -> bool:
    """The named officer or, while this officer is away, the deputy whose act it is by the workflow table, too."""
    if is_named(actor, confirmation):
        return True
    return _is_in_place_of_signer(actor, confirmation, as_deputy=True) and may_perform(actor, confirmation)


def may_name_signer(actor: Actor, confirmation: Confirmation) -> bool:
    """The named officer, before an absence; while the officer is away those who lead the agency."""
    if is_named(actor, confirmation):
        return True
    return actor.leads(confirmation.confirmer_agency_id) and _is_in_place_of_signer(actor, confirmation)


def _is_in_place_of_signer(actor: Actor, confirmation: Confirmation, *, as_deputy: bool = False) -> bool:
    if confirmation.kind != K.PREPARED or not actor.is_person:
        return False
    found = Confirmation.objects.filter(Confirmation.objects.in_place_of_signer(actor, as_deputy=as_deputy))
    return found.filter(pk=confirmation.pk).exists()


def may_perform(actor: Actor, confirmation: Confirmation) -> bool:
    """Whether the person sees the object of what was prepared, and the act is theirs by the workflow table."""
    resource = RESOURCE_OF_KIND[confirmation.object_kind]
    thing = resource.model.objects.visible_to(actor).filter(pk=confirmation.object_id).first()
    return thing is not None and resource.workflow_of(thing).transitions[confirmation.verb].by(actor, thing)


def is_requester(actor: Actor, confirmation: Confirmation) -> bool:
    """The person who asked, or the system that prepared it."""
    if actor.is_machine:
        return str(confirmation.client_id) == actor.id
    return actor.kind == "user" and str(confirmation.requester_id) == actor.id


def may_take_key(actor: Actor, confirmation: Confirmation) -> bool:
    """Whether the actor takes the confirmed key. The person who confirmed it never sees the secret."""
    return is_requester(actor, confirmation) and confirmation.kind == K.KEY and confirmation.verb == "create_key"


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
    raise TransitionRefused.because("second_person", detail)


def _has_eligible(kind: str, agency: Agency, without: Collection[UUID]) -> bool:
    roles = ROLES.get(kind, ADMINISTRATORS | {Role.LEAD})
    members = Membership.objects.current().filter(user__agency=agency, role__in=roles)
    offices = OfficeHolder.objects
    holders = offices.current().filter(agency=agency) if kind not in WITHOUT_OFFICES else offices.none()
    able = User.objects.able_to_sign_in().exclude(pk__in=without).values("pk")
    return any(held.filter(user__in=able).exists() for held in (members, holders))


# Rights --------------------------------------------------------------------------------------------------------------
def responsible_left(agency: Agency, without: Iterable[UUID | None]) -> QuerySet[OfficeHolder]:
    """Returns the responsible persons of the agency, deputies included, who can sign in and are none of these."""
    able = User.objects.able_to_sign_in().exclude(pk__in=filter(None, without))
    return OfficeHolder.objects.responsible().filter(agency=agency, user__in=able.values("pk"))


def rights_places(agency: Agency, *, of_office: bool) -> list[Agency]:
    """Returns the agencies whose responsible person may confirm, in order: for roles the agency itself, for its offices
    those in command of it, then the agency itself.
    """
    superiors = [one for one in agency.above if one.line != Agency.Line.CENTRE] if of_office else []
    return [*superiors, agency]


def rights_route(person: User, requester_id: UUID | None, *, of_office: bool) -> tuple[str, Agency]:
    """Returns which kind of confirmation a change of the person's rights needs, and the agency that confirms it.

    Raises TransitionRefused if no second person exists.
    """
    without = (requester_id, person.pk)
    for place in rights_places(person.agency, of_office=of_office):
        if responsible_left(place, without).exists():
            return K.RIGHTS, place
    others = Membership.objects.current().filter(role__in=ROLES[K.VACANCY] - _powers(requester_id))
    able = User.objects.able_to_sign_in().exclude(pk__in=filter(None, without))
    second = others.filter(user__in=able.values("pk")).select_related("user__agency").order_by("pk").first()
    if second is None:
        detail = _("No person could confirm this: no responsible person and no second administrator is left.")
        raise TransitionRefused.because("second_person", detail)
    return K.VACANCY, second.user.agency


def require_rights_permission(person: User, actor: Actor, operation: str = "") -> None:
    """Raises Forbidden if the actor may not request this, or no change at all. Callers check it before they read input.

    The change itself checks the role.
    """
    permitted = may_request_rights(actor, person) or may_switch(actor, person)
    if operation in OFFICE_CHANGES:
        permitted = may_grant_offices(actor, person)
    elif operation in ROLE_CHANGES:
        permitted = bool(grantable_roles(actor, person))
    elif operation:
        permitted = may_switch(actor, person)
    if not permitted:
        raise Forbidden(_("Another role or agency is responsible for this action."))


def possible_confirmers(kind: str, place: Agency, without: Iterable[UUID | None]) -> list[User]:
    """Returns the people who may confirm a change of rights of the agency, new rights and deputies included, or a key
    of it.
    """
    held: QuerySet[Any] = responsible_left(place, without)
    members = Membership.objects.current()
    if kind == K.VACANCY:
        held = members.filter(role__in=ROLES[kind], user__agency=place)
    if kind == K.KEY:
        held = members.filter(Q(role=Role.AGENCY_ADMIN, user__agency=place) | Q(role=Role.SECADMIN))
    people = User.objects.able_to_sign_in().filter(pk__in=held.values("user")).exclude(pk__in=filter(None, without))
    return list(people.order_by("pk"))


def second_persons(
    kind: str, place: Agency, requester: Collection[UUID], barred: Collection[UUID]
) -> tuple[Agency, list[User]]:
    """Returns the agency that confirms a request, and the people who are asked in person, if they are.

    Raises TransitionRefused if there is no second person.
    """
    if kind not in Confirmation.OF_PERSONS:
        return find_confirming_agency(kind, place, [*requester, *barred]), []
    if people := possible_confirmers(kind, place, requester):
        return place, people
    raise TransitionRefused.because("second_person", _("No person could confirm this: no second person signs in."))


def _powers(person_id: UUID | None) -> set[str]:
    return set(Membership.objects.current().filter(user=person_id).values_list("role", flat=True))


def has_handled_cases(agency: Agency) -> bool:
    """Whether the agency sees a case, the centre also as a reader. Until its first one it can be set up in a day."""
    roles = frozenset({Role.OFFICER, Role.COORDINATOR} if agency.line == Agency.Line.CENTRE else {Role.OFFICER})
    member = any_member_of(agency, roles, offices=frozenset({agency.pk}))
    return bool(RESOURCE_OF_KIND["case"].model.objects.visible_to(member).exists())


def settled_from(confirmation: Confirmation, actor: Actor) -> datetime | None:
    """Returns from when the actor may confirm by the oldest of their rights for it, None if at once."""
    roles = ROLES.get(confirmation.kind, ADMINISTRATORS | {Role.LEAD})
    members = Membership.objects.current().filter(user=actor.id, role__in=roles)
    offices = OfficeHolder.objects.responsible().filter(user=actor.id)
    rows = [members] if confirmation.kind in WITHOUT_OFFICES else [members, offices]
    taken = [at for held in rows for at in held.values_list("effective_at", flat=True)]
    if not taken or min(taken) + SETTLED <= times.now():
        return None
    agencies = (confirmation.agency, confirmation.confirmer_agency)
    return min(taken) + SETTLED if any(map(has_handled_cases, agencies)) else None


def shares_power(confirmation: Confirmation, actor: Actor) -> bool:
    """Whether the requester is an administrator of the same kind as the actor."""
    return bool(_powers(confirmation.requester_id) & actor.roles & ROLES[K.VACANCY])


def is_deputy_beside_holder(confirmation: Confirmation, actor: Actor) -> bool:
    """Whether the actor is only a deputy, and the holder of the office is there to confirm.

    An absence that the requester entered does not count.
    """
    place = confirmation.confirmer_agency
    if actor.holds_office(place.pk):
        return False
    without = (confirmation.requester_id, confirmation.person_id)
    heads = responsible_left(place, without).filter(is_deputy=False).values_list("user_id", flat=True)
    away = Absence.objects.on(times.today()).filter(person__in=heads)
    entered = Event.objects.filter(object_kind="absence", object_id__in=away.values("pk"), verb="enter")
    by_requester = entered.filter(actor_id=str(confirmation.requester_id)).values("object_id")
    return bool(set(heads) - set(away.exclude(pk__in=by_requester).values_list("person_id", flat=True)))


def disabled_a_holder(confirmation: Confirmation, people: Collection[str]) -> bool:
    """Whether one of these people disabled the account of a responsible person who would confirm otherwise."""
    if confirmation.person is None:
        return False
    places = rights_places(confirmation.person.agency, of_office=confirmation.is_of_office)
    held = OfficeHolder.objects.responsible().filter(agency__in=places, user__is_active=False)
    ids = held.exclude(user=confirmation.person_id).values("user_id")
    disabled = Event.objects.filter(object_kind="user", object_id__in=ids, verb="disable_account")
    return disabled.filter(actor_id__in=people).exists()
