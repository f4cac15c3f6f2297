"""Accounts, roles and offices. Each change is an event in the stream of the person's agency."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError
from django.utils.translation import gettext as _

from agencies.journal.actions import SYSTEM, Action, Audience, record_event
from agencies.journal.models import Event
from agencies.journal.transitions import second_person
from agencies.kernel import times
from agencies.kernel.actor import ANONYMOUS, Actor
from agencies.kernel.actor import SYSTEM as SYSTEM_ACTOR
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency

from . import access, throttle
from .models import Membership, OfficeHolder, User
from .naming import scoped_name
from .rights import day_text
from .sight import actor_for

log = logging.getLogger(__name__)
NO_ACCOUNT = UUID(int=0)  # for unknown names; the typed name may be a password in the wrong field
EDITABLE = ("name_zh", "name_en", "phone", "email", "desk_zh", "desk_en")


@atomic
def create_person(*, actor: Actor, agency: Agency, username: str, staff_number: str = "", **details: str) -> User:
    """Creates an account without roles or password. The owner sets the password (`agencies.confirmations.enrolling`).

    Raises Forbidden outside the actor's agency, and Invalid for a name that is taken or a person who already has an
    account there. With a second account they could decide what they wrote with the first.
    """
    if not (actor.is_system or actor.has_role("sysadmin") or access.administers(actor, agency.pk)):
        raise _forbidden()
    staff_number = staff_number.strip().upper()
    if staff_number and User.objects.filter(agency=agency, staff_number=staff_number).exists():
        detail = _("This person already has an account at this agency. Enable that one instead.")
        raise Invalid.field("staff_number", "held", detail)
    if not actor.is_system:
        username = scoped_name(agency, username)
    try:
        with atomic():
            person = User.objects.create_user(
                username, None, agency=agency, staff_number=staff_number, **_editable(details)
            )
    except IntegrityError as taken:
        raise Invalid.field("username", "taken", _("This sign-in name is taken.")) from taken
    _record(person, "create_account", actor, fields=["username", *_editable(details)], data={"username": username})
    return person


@atomic
def appoint(role: str, *, agency: Agency, username: str, paper: str, replaces: str = "", **details: str) -> User:
    """Appoints a holder of one of the three powers by a paper. Run by the operator: no user of the system may do it.

    `replaces` is the sign-in name of the holder whose power ends by the same paper. Raises Invalid for a name that is
    taken, or that holds no such power.
    """
    if role not in Membership.APART:
        raise ValueError(f"{role} is not one of the three powers")
    # The row of the agency is the lock: the same command run twice at once appoints one person.
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    holders = Membership.objects.current().filter(role=role).select_related("user__agency", "unit")
    never_enrolled = holders.filter(
        user__username=username, unit=agency, user__password__startswith=UNUSABLE_PASSWORD_PREFIX
    )
    if held := never_enrolled.filter(user__is_active=True).first():
        return User.objects.get(pk=held.user_id)  # the first link and code were lost
    replaced = holders.filter(user__username=replaces).first() if replaces else None
    if replaces and replaced is None:
        raise Invalid.field("replaces", "choice", _("%(name)s does not have this authority.") % {"name": replaces})
    person = create_person(actor=SYSTEM_ACTOR, agency=agency, username=username, **details)
    Membership.objects.create(user=person, unit=agency, role=role)
    data = {"unit": agency.code, "paper": paper}
    _record(person, "grant_role", SYSTEM_ACTOR, fields=["roles"], after=role, data=data)
    if replaced is not None:
        _end(replaced)
        _record(replaced.user, "end_role", SYSTEM_ACTOR, fields=["roles"], before=role, data=data)
    return person


@atomic
def edit_person(person: User, *, actor: Actor, **details: str) -> None:
    if not access.may_edit(actor, person):
        raise _forbidden()
    person = _locked(person)
    changed = {name: value for name, value in _editable(details).items() if getattr(person, name) != value}
    if changed:
        User.objects.filter(pk=person.pk).update(**changed)
        _record(person, "edit_account", actor, fields=changed)


@atomic
def switch_person(person: User, *, actor: Actor, active: bool, reason: str) -> None:
    """Disables or enables an account. A disabled person is signed out at the next request.

    Enabling an account that holds rights needs a second person, unless it undoes what was done less than 72 hours ago.
    """
    if not access.may_switch(actor, person):
        raise _forbidden()
    if _locked(person).is_active == active:
        raise _refused("state", _("The account is already enabled.") if active else _("The account is disabled."))
    if active and not actor.is_system and access.enabling_needs_second(person):
        raise _no_second()
    if not (active or actor.is_system):
        _refuse_last_of_power(person, *Membership.APART)
    User.objects.filter(pk=person.pk).update(is_active=active)
    before, after = ("disabled", "active") if active else ("active", "disabled")
    verb = "enable_account" if active else "disable_account"
    _record(person, verb, actor, fields=["is_active"], before=before, after=after, reason=reason)


@atomic
def set_first_password(person: User, password: str) -> None:
    """Sets the first password, by the owner, with the two secrets of `agencies.confirmations.enrolling`."""
    _set_password(person, password)
    _record(person, "enrol", actor_for(person), fields=["password"])


@atomic
def set_new_password(person: User, password: str) -> None:
    """Sets a password after a reset. Sessions end, because they are bound to the old password.

    Letters that name persons stay closed until the person's identity is confirmed (`User.reset_at`).
    """
    _set_password(person, password)
    User.objects.filter(pk=person.pk).update(reset_at=times.now())
    _record(person, "reset_password", actor_for(person), fields=["password"])


@atomic
def confirm_identity(person: User, *, actor: Actor) -> None:
    """Records that the head of a superior agency met the person after a password reset."""
    User.objects.filter(pk=person.pk).update(identity_confirmed_at=times.now())
    _record(person, "confirm_identity", actor, fields=["identity_confirmed_at"])


def choose_language(person: User, language: str) -> None:
    """Sets the language of the person's pages and mails. Until then the language of each browser applies.

    It is not recorded in the journal, because it changes no content.
    """
    User.objects.filter(pk=person.pk).update(language=language)


@atomic
def change_password(person: User, password: str) -> None:
    """Sets a new password, by the owner, who has just proved the present one."""
    _set_password(person, password)
    _record(person, "change_password", actor_for(person), fields=["password"])


# Rights --------------------------------------------------------------------------------------------------------------
# No person changes rights alone: an actor who is a person acts here only with the second person who confirmed
# (`agencies.confirmations.rights`). With `dry_run` everything is checked but the second person, and nothing changed.
@atomic
def grant_role(
    person: User, *, actor: Actor, role: str, unit: Agency, until: date | None = None, dry_run: bool = False
) -> Membership | None:
    """Grants a role from today. Raises Forbidden, Invalid, and TransitionRefused for two separate powers."""
    second = _permit(role in access.grantable_roles(actor, person), actor, dry_run)
    person = _locked(person)
    _refuse_past(until)
    held = list(person.memberships.not_ended())
    _refuse_unit(person, role, unit, held)
    has_office = person.offices.not_ended().exists()
    _refuse_second_power(role, {one.role for one in held}, has_office=has_office)
    if dry_run:
        return None
    membership = Membership.objects.create(user=person, unit=unit, role=role, until=until)
    data = {"unit": unit.code, "until": day_text(until)}
    _record(person, "grant_role", actor, fields=["roles"], after=role, data=data | _named(second))
    return membership


@atomic
def change_role(
    person: User, *, actor: Actor, held: int, unit: Agency, until: date | None = None, dry_run: bool = False
) -> Membership | None:
    """Moves a role to another unit, which ends it in the first one, or changes its last day."""
    before = _not_ended(person.memberships, held)
    second = _permit(before.role in access.grantable_roles(actor, person), actor, dry_run)
    person = _locked(person)
    _refuse_past(until)
    _refuse_same((before.unit_id, before.until), (unit.pk, until))
    others = [one for one in person.memberships.not_ended() if one.pk != before.pk]
    _refuse_unit(person, before.role, unit, others)
    if dry_run:
        return None
    data = {
        "unit": unit.code,
        "was_unit": before.unit.code,
        "until": day_text(until),
        "was_until": day_text(before.until),
    }
    after: Membership = before
    if unit.pk != before.unit_id:
        _end(before)
        after = Membership.objects.create(user=person, unit=unit, role=before.role, until=until)
    else:
        before.until = until
        before.save(update_fields=["until"])
    _record(
        person, "change_role", actor, fields=["roles"], before=after.role, after=after.role, data=data | _named(second)
    )
    return after


@atomic
def end_role(person: User, *, actor: Actor, held: int, dry_run: bool = False) -> None:
    """Ends a role at once. Its row remains."""
    ended = _not_ended(person.memberships, held)
    second = _permit(ended.role in access.grantable_roles(actor, person), actor, dry_run)
    _locked(person)
    if dry_run:
        return
    _end(ended)
    data = {"unit": ended.unit.code} | _named(second)
    _record(person, "end_role", actor, fields=["roles"], before=ended.role, data=data)


@atomic
def grant_office(
    person: User, *, actor: Actor, post: str, document: str = "", until: date | None = None, dry_run: bool = False
) -> OfficeHolder | None:
    """Makes the person the agency's main responsible person, or by a document their acting substitute or a deputy.

    `post` is main | acting | deputy.
    """
    second = _permit(access.may_grant_offices(actor, person), actor, dry_run)
    Agency.objects.select_for_update().get(pk=person.agency_id)  # one responsible person per agency
    person = _locked(person)
    _refuse_past(until)
    _refuse_no_document(post, document)
    if access.holds_separate_power(person):
        raise _two_powers()
    posts = {"is_acting": post == "acting", "is_deputy": post == "deputy"}
    _refuse_second_head(person, **posts)
    if dry_run:
        return None
    holder = OfficeHolder.objects.create(
        user=person,
        agency=person.agency,
        document=document,
        until=until,
        confirmed_by_id=UUID(second.id) if second else None,
        **posts,
    )
    data = {"document": document, "until": day_text(until)} | _named(second)
    _record(person, "grant_office", actor, fields=["offices"], after=_office(holder), data=data)
    return holder


@atomic
def change_office(
    person: User, *, actor: Actor, held: int, document: str = "", until: date | None = None, dry_run: bool = False
) -> OfficeHolder | None:
    """Changes the last day of an office, by the document that extends or shortens it."""
    second = _permit(access.may_grant_offices(actor, person), actor, dry_run)
    person = _locked(person)
    changed: OfficeHolder = _not_ended(person.offices, held)
    _refuse_past(until)
    _refuse_no_document(changed.post, document)
    _refuse_same(changed.until, until)
    if dry_run:
        return None
    data = {"document": document, "until": day_text(until), "was_until": day_text(changed.until)} | _named(second)
    changed.until, changed.document = until, document or changed.document
    changed.confirmed_by_id = UUID(second.id) if second else None
    changed.save(update_fields=["until", "document", "confirmed_by"])
    office = _office(changed)
    _record(person, "change_office", actor, fields=["offices"], before=office, after=office, data=data)
    return changed


@atomic
def end_office(person: User, *, actor: Actor, held: int, dry_run: bool = False) -> None:
    second = _permit(access.may_grant_offices(actor, person), actor, dry_run)
    _locked(person)
    ended = _not_ended(person.offices, held)
    if dry_run:
        return
    _end(ended)
    _record(person, "end_office", actor, fields=["offices"], before=_office(ended), data=_named(second))


@atomic
def enable_account(person: User, *, actor: Actor, dry_run: bool = False) -> None:
    """Enables an account with the rights that it holds."""
    second = _permit(access.may_switch(actor, person), actor, dry_run)
    if _locked(person).is_active:
        raise _refused("state", _("The account is already enabled."))
    if dry_run:
        return
    User.objects.filter(pk=person.pk).update(is_active=True)
    data = _named(second)
    _record(person, "enable_account", actor, fields=["is_active"], before="disabled", after="active", data=data)


CHANGES: Mapping[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (grant_role, change_role, end_role, grant_office, change_office, end_office, enable_account)
}


@atomic
def record_sign_in(person: User) -> None:
    _record_sign_in_event("sign_in", actor_for(person), person.pk)


@atomic
def record_failed_sign_in(username: str, reached: Sequence[str] = (), *, address: str = "") -> None:
    """Records a failed attempt. `reached` are the kinds of counts (`throttle`) whose limit it reached, which starts a
    delay.

    The address is stored only then, to find out where the guesses come from.
    """
    person = User.objects.filter(username=username).first()
    verb = "sign_in_locked" if reached else "sign_in_failed"
    data = {"counts": list(reached), "address": address} if reached else None
    _record_sign_in_event(verb, ANONYMOUS, person.pk if person else NO_ACCOUNT, data)
    if reached:
        log.warning("attempts are delayed from now on, by %s", ", ".join(reached))


@atomic
def record_wrong_keys(address: str) -> None:
    """Records that the wrong machine keys from one address have reached the limit, which starts a delay."""
    _record_sign_in_event("wrong_keys", ANONYMOUS, NO_ACCOUNT, {"counts": ["key"], "address": address})
    log.warning("attempts are delayed from now on, by key")


@atomic
def end_delays(person: User, *, actor: Actor) -> None:
    """Ends all delays at the account, so that the person can sign in at once."""
    if not access.may_switch(actor, person):
        raise _forbidden()
    if throttle.delayed_until(person.username) is None:
        raise _refused("state", _("No sign-in delay applies to this account."))
    throttle.clear_delays(person.username)
    _record(person, "end_delays", actor)


def _record_sign_in_event(verb: str, actor: Actor, person_id: UUID, data: dict[str, Any] | None = None) -> None:
    record_event(
        SYSTEM, actor=actor, action=Action(verb, "user", person_id, data=data), audience=Audience(Event.Visibility.OWN)
    )


def _record(
    person: User,
    verb: str,
    actor: Actor,
    *,
    fields: Iterable[str] = (),
    before: str = "",
    after: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    record_event(
        agency_stream(person.agency),
        actor=actor,
        action=Action(
            verb, "user", person.pk, from_state=before, to_state=after, fields=fields, data=data, reason=reason
        ),
        audience=Audience(Event.Visibility.OWN),
    )


def _locked(person: User) -> User:
    """Locks the person, so that two administrators at once cannot grant two powers. On SQLite the transaction locks."""
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)


def _set_password(person: User, password: str) -> None:
    person.set_password(password)
    person.save(update_fields=["password"])


def _permit(permitted: bool, actor: Actor, dry_run: bool) -> Actor | None:
    """Returns the second person who confirmed what the actor does, None for the system and for a dry run.

    Raises Forbidden, and TransitionRefused for a person who acts alone.
    """
    if not permitted:
        raise _forbidden()
    second = second_person(actor)
    if not (second or dry_run or actor.is_system):
        raise _no_second()
    return second


def _no_second() -> TransitionRefused:
    return _refused("second_person", _("Rights change only after a second person has confirmed it."))


def _named(second: Actor | None) -> dict[str, str]:
    return {"second": second.id, "second_name": second.name} if second else {}


def _not_ended(rows: Any, pk: int) -> Any:
    """The right of this person. Raises TransitionRefused if it has ended, or is another person's."""
    found = rows.not_ended().filter(pk=pk).first()
    if found is None:
        raise _refused("state", _("This has already ended."))
    return found


def _end(held: Membership | OfficeHolder) -> None:
    held.ended_at = times.now()
    held.until = max(held.since, times.today() - timedelta(days=1))  # a period has at least one day
    held.save(update_fields=["ended_at", "until"])


def _refuse_unit(person: User, role: str, unit: Agency, held: Iterable[Membership]) -> None:
    if unit.agency_id != person.agency_id:
        raise Invalid.field("unit", "choice", _("A role can be granted only in a unit of the person's own agency."))
    if any(one.role == role and one.unit_id == unit.pk for one in held):
        raise Invalid.field("role", "held", _("The person already has this role."))


def _refuse_no_document(post: str, document: str) -> None:
    if post != "main" and not document.strip():
        raise Invalid.field("document", "required", _("Enter the document that makes the appointment."))


def _refuse_same(before: Any, after: Any) -> None:
    if before == after:
        raise Invalid.field("until", "same", _("Nothing is changed."))


def _refuse_past(until: date | None) -> None:
    if until is not None and until < times.today():
        raise Invalid.field("until", "past", _("The last day is in the past."))


def _refuse_second_power(role: str, held: set[str], *, has_office: bool) -> None:
    others = held - {role}
    if (role in Membership.APART and (others or has_office)) or others & Membership.APART:
        raise _two_powers()


def _refuse_last_of_power(person: User, *roles: str) -> None:
    """Raises TransitionRefused if no other person could exercise the power. The three powers control each other."""
    powers = Membership.objects.current().filter(role__in=Membership.APART.intersection(roles), user__is_active=True)
    # Locked, so that two at once cannot each leave the power to the other.
    holders = list(powers.select_for_update(of=("self",)).order_by("pk"))
    own = {held.role for held in holders if held.user_id == person.pk}
    if own - {held.role for held in holders if held.user_id != person.pk}:
        detail = _("No person could then exercise this authority. Grant it to a second person first.")
        raise _refused("last", detail)


def _refuse_second_head(person: User, *, is_acting: bool, is_deputy: bool) -> None:
    """Raises TransitionRefused if the office is held.

    An agency has one main responsible person, at most one acting one, and any number of deputies. A person has one
    office.
    """
    of_agency = OfficeHolder.objects.not_ended().filter(agency_id=person.agency_id)
    holders = of_agency.filter(user=person)
    if not is_deputy:
        holders |= of_agency.filter(is_acting=is_acting, is_deputy=False)
    holder = holders.select_related("user").first()
    if holder is not None:
        raise _refused("office", _("%(name)s holds this office. End that first.") % {"name": holder.user.name})


def _two_powers() -> TransitionRefused:
    detail = _(
        "The roles of auditor, system administrator and security administrator are separate: a "
        "person with one of them may hold no other role."
    )
    return _refused("apart", detail)


def _refused(code: str, detail: str) -> TransitionRefused:
    return TransitionRefused.because(code, detail)


def _forbidden() -> Forbidden:
    return Forbidden(_("Another role or agency is responsible for this action."))


def _office(held: OfficeHolder) -> str:
    return "deputy" if held.is_deputy else "acting_head" if held.is_acting else "head"


def _editable(details: dict[str, str]) -> dict[str, str]:
    return {name: details[name] for name in EDITABLE if name in details}
