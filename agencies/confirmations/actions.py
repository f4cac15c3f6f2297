"""Confirmations: requesting one, giving it, and applying its effect."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.duty.lookups import absences_in, deputy_of
from agencies.journal.actions import SYSTEM as SYSTEM_STREAM
from agencies.journal.actions import Action, Audience, StreamKey, notify_person, record_event
from agencies.journal.models import Event
from agencies.journal.transitions import TransitionResult, apply_transition, confirmed_by
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor, Role
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from agencies.machines.access import may_manage_keys
from agencies.machines.actions import lock_key, set_limits
from agencies.machines.limits import KeyLimits
from agencies.organisations.actions import agency_stream
from agencies.organisations.beside import AssignedBodyNames, beside, name_beside
from agencies.organisations.models import Agency
from agencies.people import actions as people_actions
from agencies.people.access import SETTLED
from agencies.people.models import Membership, OfficeHolder, User
from agencies.people.rights import as_data, is_of_office, rights_of
from agencies.people.sight import actor_for

from .access import (
    declarable_agencies,
    has_handled_cases,
    may_confirm,
    may_perform,
    rights_route,
    second_persons,
)
from .models import Confirmation
from .workflow import CONFIRMATION

K, S, SIGN_IN = Confirmation.Kind, Confirmation.State, Confirmation.SIGN_IN
LIFETIMES = {K.ENROL: timedelta(hours=24), K.RESET: timedelta(hours=24), K.IDENTITY: timedelta(days=30)}
DEFAULT_LIFETIME = timedelta(days=7)
CarryOut = Callable[[Confirmation, Actor], Any]


def request_confirmation(
    kind: str,
    *,
    actor: Actor,
    agency: Agency,
    person: User | None = None,
    confirmed_in: Agency | None = None,
    reason: str = "",
    paper: str = "",
    barred: Collection[UUID] = (),
    **columns: Any,
) -> Confirmation:
    """Creates a request and notifies the agency that may confirm it. `barred` are people who may not confirm.

    The caller checks who may request, because each kind has its own rule; for a change of rights also where it is
    confirmed. Raises TransitionRefused if no second person exists or the same request is open already.
    """
    if not (actor.is_person or actor.is_system or (actor.is_machine and kind == K.PREPARED)):
        raise Forbidden(_("Only a person may request a confirmation."))
    requester_id = UUID(actor.id) if actor.kind == "user" else None
    excluded = [person_id for person_id in (requester_id, person.pk if person else None) if person_id is not None]
    if kind == K.PREPARED:  # for the officer whom it names; while this officer is away, for deputy and leads
        present = deputy_of(columns["confirmer"])
        place, confirmers = agency, [present] if present else []
        of_agency = present != columns["confirmer"]
    else:
        place, confirmers = second_persons(kind, confirmed_in or agency, excluded, barred)
        of_agency = not confirmers
    now = times.now()
    with atomic():
        made = Confirmation(
            kind=kind,
            agency=agency,
            confirmer_agency=place,
            requester_id=requester_id,
            person=person,
            reason=reason,
            paper=paper,
            state_since=now,
            expires_at=now + LIFETIMES.get(K(kind), DEFAULT_LIFETIME),
            **columns,
        )
        _save_once(made)
        _record_requested(made, actor, confirmers, notify=[place.pk] if of_agency else [])
        return made


def _record_requested(made: Confirmation, actor: Actor, people: Iterable[User], *, notify: Collection[int]) -> None:
    """Records the request, and notifies these people and agencies."""
    verb = "prepare" if made.kind == K.PREPARED else "request"
    data = {"kind": made.kind, "paper": made.paper, "person": str(made.person_id or "")}
    event = record_event(
        *streams_of(made),
        actor=actor,
        action=Action(verb, "confirmation", made.pk, to_state=made.state, data=data, reason=made.reason),
        audience=Audience(Event.Visibility.OWN, notify=notify),
    )
    for one in people:
        notify_person(event, one.pk, agency_id=one.agency_id, because="decides")


def _save_once(made: Confirmation) -> None:
    try:
        with atomic():
            made.save()
    except IntegrityError as duplicate:
        detail = _("A confirmation of this has already been requested.")
        raise TransitionRefused.because("open", detail) from duplicate


def streams_of(confirmation: Confirmation) -> list[StreamKey]:
    """Returns the streams of the agency concerned and of the system."""
    return [agency_stream(confirmation.agency), SYSTEM_STREAM]


def transition_confirmation(
    confirmation: Confirmation, verb: str, *, actor: Actor, **given: Any
) -> TransitionResult[Confirmation]:
    requester_agency = confirmation.requester.agency_id if confirmation.requester else None
    confirming = None if confirmation.kind in Confirmation.OF_PERSONS else confirmation.confirmer_agency_id
    others = {requester_agency, confirming} - {None, actor.agency_id}
    return apply_transition(
        confirmation,
        verb,
        actor=actor,
        streams=streams_of(confirmation),
        audience=Audience(notify=[one for one in others if one is not None]),
        event_data={"kind": confirmation.kind},
        **given,
    )


def confirm(
    confirmation: Confirmation, *, actor: Actor, carry_out: CarryOut, verb: str = "confirm", **given: Any
) -> TransitionResult[Confirmation]:
    """Confirms as the second person, or signs what a system prepared, and applies the effect in the same transaction
    where it is due at once.

    `carry_out(confirmation, second_person)` performs the confirmed action. The caller supplies it, because it needs
    every resource.
    """
    with atomic():
        applied = transition_confirmation(
            confirmation, verb, actor=actor, changes={"confirmer_id": UUID(actor.id)}, **given
        )
        found = applied.thing
        if found.kind in Confirmation.STEPS:
            carry_out(found, actor)
            complete(found)
        elif found.kind == K.IDENTITY and found.person is not None:
            people_actions.confirm_identity(found.person, actor=actor)
            complete(found)
        elif found.kind in SIGN_IN:
            apply_sign_in_declaration(found)
        elif found.kind == K.BESIDE:
            if beside(found.agency).as_answers != found.before:
                raise _changed()
            name_beside(found.agency, AssignedBodyNames(**found.answers), paper=found.paper)
            complete(found)
        elif found.kind == K.KEY:
            _follow_key(found, actor, applied.event)
        elif found.kind == K.RIGHTS:
            _apply_rights(found, actor)
        elif found.kind == K.VACANCY:
            _inform(applied.event, found)
            if takes_effect_at(found) <= times.now():
                _apply_rights(found, actor)
        return applied


def complete(confirmation: Confirmation, *, actor: Actor = SYSTEM) -> TransitionResult[Confirmation]:
    return transition_confirmation(confirmation, "complete", actor=actor)


# Whether an agency signs in -----------------------------------------------------------------------------------------
def declare_sign_in(
    agency: Agency, *, actor: Actor, signs_in: bool, paper: str, starts_on: date, reason: str = ""
) -> Confirmation:
    """Requests the declaration that an agency signs in, or no longer does, from `starts_on`, based on a numbered paper.

    It takes effect after a second person has confirmed it and never retroactively. Raises Forbidden, Invalid (no paper,
    date in the past) and TransitionRefused (already declared, or no person could confirm).
    """
    if not declarable_agencies(actor).filter(pk=agency.pk).exists():
        raise Forbidden(_("This is declared by the administrator of the agency or of the system."))
    if not paper.strip():
        raise Invalid.field("paper", "required", _("Enter the number of the paper in which the agency states this."))
    if starts_on < times.today():
        raise Invalid.field(
            "starts_on", "past", _("This cannot take effect retroactively: choose today or a later day.")
        )
    if agency.signs_in == signs_in:
        raise TransitionRefused.because("state", _("This is already declared."))
    kind = K.JOIN if signs_in else K.LEAVE
    return request_confirmation(kind, actor=actor, agency=agency, paper=paper, starts_on=starts_on, reason=reason)


def apply_sign_in_declaration(confirmation: Confirmation) -> bool:
    """Applies a confirmed declaration if its date has come. Returns whether it did.

    Records made before this moment stay closed to other agencies, for any declared date.
    """
    if confirmation.starts_on is None or confirmation.starts_on > times.today():
        return False
    with atomic():
        began = timezone.make_aware(datetime.combine(confirmation.starts_on, time.min))
        since = max(times.now(), began)
        absent = {} if confirmation.kind == K.JOIN else {"absent_since": since}
        Agency.objects.filter(pk=confirmation.agency_id).update(signs_in=confirmation.kind == K.JOIN, **absent)
        complete(confirmation)
    return True


# The bodies that the papers of an agency name -------------------------------------------------------------------------
def request_beside(agency: Agency, *, actor: Actor, paper: str, reason: str = "", **named: str) -> Confirmation:
    """Requests that the papers of an agency name these bodies. The paper shows who they are.

    Raises Forbidden, Invalid (no paper, or nothing changes) and TransitionRefused (no person could confirm).
    """
    if not declarable_agencies(actor).filter(pk=agency.pk).exists():
        raise Forbidden(_("This is declared by the administrator of the agency or of the system."))
    if not paper.strip():
        raise Invalid.field("paper", "required", _("Enter the number of the paper that shows this."))
    before, wanted = beside(agency), AssignedBodyNames(**{name: value.strip() for name, value in named.items()})
    if wanted == before:
        raise Invalid.field("", "same", _("Nothing is changed."))
    return request_confirmation(
        K.BESIDE,
        actor=actor,
        agency=agency,
        paper=paper,
        reason=reason,
        answers=wanted.as_answers,
        before=before.as_answers,
    )


def _changed() -> TransitionRefused:
    detail = _("It was changed meanwhile. Check the current content.")
    return TransitionRefused.because("changed", detail)


# Rights ---------------------------------------------------------------------------------------------------------------
def request_rights(
    person: User, operation: str, *, actor: Actor, document: str = "", reason: str = "", **given: Any
) -> Confirmation:
    """Requests a change of the person's rights: a function of `people_actions.CHANGES` with its answers.

    It has no effect before it is confirmed. Raises what the change itself would raise, Invalid (no document where no
    responsible person is left) and TransitionRefused (no person could confirm, or it is requested already).
    """
    document = document.strip()
    if operation in ("grant_office", "change_office"):
        given["document"] = document
    people_actions.CHANGES[operation](person, actor=actor, dry_run=True, **given)
    requester_id = UUID(actor.id) if actor.kind == "user" else None
    before = rights_of(person)
    kind, place = rights_route(person, requester_id, of_office=is_of_office(operation, before))
    if kind == K.VACANCY and not document:
        detail = _("No responsible person is left to confirm this. Enter the number of the paper that orders it.")
        raise Invalid.field("document", "required", detail)
    answers = {name: _as_text(value) for name, value in given.items()}
    if Confirmation.objects.open().filter(person=person, verb=operation, answers=answers).exists():
        raise TransitionRefused.because("open", _("A confirmation of this has already been requested."))
    return request_confirmation(
        kind,
        actor=actor,
        agency=person.agency,
        person=person,
        confirmed_in=place,
        reason=reason,
        paper=document,
        verb=operation,
        answers=answers,
        before={"rights": as_data(before)},
    )


def _follow_key(confirmation: Confirmation, second: Actor, event: Event) -> None:
    """Applies wider limits of a key, and notifies the requester, who takes a new key (`keys.take_key`)."""
    requester = confirmation.requester
    if requester is None or not may_manage_keys(actor_for(requester), confirmation.agency_id):
        raise _requester_may_not()
    notify_person(event, requester.pk, agency_id=requester.agency_id, because="in_hand")
    if confirmation.verb != "widen_key":
        return
    key = lock_key(confirmation.answers["key"])
    if KeyLimits.of(key).as_answers != confirmation.before:
        raise _changed()
    with confirmed_by(second):
        limits = KeyLimits.from_answers(confirmation.answers)
        set_limits(key, limits, actor=actor_for(requester), reason=confirmation.reason)
    complete(confirmation)


def takes_effect_at(confirmation: Confirmation) -> datetime:
    """Returns when a confirmed change without a responsible person takes effect: at once before the first case."""
    confirmed_at = confirmation.state_since or times.now()
    return confirmed_at + SETTLED if has_handled_cases(confirmation.agency) else confirmed_at


def _apply_rights(confirmation: Confirmation, second: Actor) -> None:
    """Changes the rights with the permissions that the requester has now, and notifies all concerned."""
    requester, person = confirmation.requester, confirmation.person
    if person is None or (requester is not None and not requester.is_active):
        raise _requester_may_not()
    if rights_of(person) != confirmation.rights_before:
        raise _changed()
    actor = actor_for(requester) if requester else SYSTEM
    try:
        with confirmed_by(second):
            people_actions.CHANGES[confirmation.verb](person, actor=actor, **_typed(confirmation))
    except Forbidden as lost:
        raise _requester_may_not() from lost
    _inform(complete(confirmation).event, confirmation)
    others = Confirmation.objects.open().filter(person=person, kind__in=Confirmation.RIGHTS_KINDS)
    # Those who read another request about this account have to read it again.
    others.update(before={"rights": as_data(rights_of(person))}, version=F("version") + 1, updated_at=times.now())


def _requester_may_not() -> TransitionRefused:
    detail = _("The person who asked may no longer record this. Another person has to ask again.")
    return TransitionRefused.because("requester", detail)


def _apply_vacancy(confirmation: Confirmation) -> bool:
    """Applies a confirmed change after its waiting time, if it could still be confirmed. Returns whether it ended."""
    if takes_effect_at(confirmation) > times.now() or confirmation.confirmer is None:
        return False
    second = actor_for(confirmation.confirmer)
    try:
        with atomic():
            if not (confirmation.confirmer.is_active and may_confirm(second, confirmation)):
                raise Forbidden(_("The person who confirmed is no longer an administrator."))
            if unmet := CONFIRMATION.unmet("confirm", second, confirmation):
                raise TransitionRefused(unmet)
            _apply_rights(confirmation, second)
    except (Forbidden, Invalid, TransitionRefused) as refusal:
        transition_confirmation(confirmation, "expire", actor=SYSTEM, reason=str(refusal))
    return True


def _inform(event: Event, confirmation: Confirmation) -> None:
    """Notifies the holder of the account, the responsible persons of the agency, deputies included, and the auditor."""
    offices = OfficeHolder.objects.responsible().filter(agency=confirmation.agency_id)
    auditors = Membership.objects.current().filter(role=Role.AUDITOR)
    people = {confirmation.person_id, *offices.values_list("user", flat=True), *auditors.values_list("user", flat=True)}
    for one in User.objects.filter(pk__in=people - {confirmation.confirmer_id}).order_by("pk"):
        notify_person(event, one.pk, agency_id=one.agency_id, because="informed")


def _as_text(value: Any) -> str:
    if isinstance(value, Agency):
        return value.code
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _typed(confirmation: Confirmation) -> dict[str, Any]:
    """The answers of the request as the action takes them."""
    given: dict[str, Any] = dict(confirmation.answers)
    if "unit" in given:
        given["unit"] = Agency.objects.get(code=given["unit"])
    if "until" in given:
        given["until"] = date.fromisoformat(given["until"]) if given["until"] else None
    if "held" in given:
        given["held"] = int(given["held"])
    return given


# A step of an absent agency that needs a lead or office holder ------------------------------------------------------
def request_proxy_step(
    thing: Any,
    verb: str,
    *,
    actor: Actor,
    agency: Agency,
    object_kind: str,
    answers: dict[str, Any],
    paper: str,
    barred: Collection[UUID] = (),
) -> Confirmation:
    """Requests that a step of another agency be recorded from its paper.

    The requester is a lead or office holder. A second person of the same agency confirms or, if all of them are
    `barred`, one of the nearest superior agency.
    """
    if actor.agency_id is None:
        raise Forbidden(_("Only a person may request a confirmation."))
    own = Agency.objects.get(pk=actor.agency_id)
    return request_confirmation(
        K.PROXY_STEP,
        actor=actor,
        agency=own,
        object_kind=object_kind,
        object_id=thing.pk,
        verb=verb,
        answers=answers,
        paper=paper,
        barred=barred,
        reason=_("For %(agency)s") % {"agency": agency.name},
    )


# A change of facts on which something rests ---------------------------------------------------------------------------
def request_change(
    thing: Any,
    verb: str,
    *,
    actor: Actor,
    kind: str,
    confirmed_in: Agency | None,
    object_kind: str,
    answers: dict[str, Any],
    before: dict[str, Any],
) -> Confirmation:
    """Requests an action that another person confirms: of `confirmed_in`, else of the actor's own agency, else of the
    nearest superior that has one.
    """
    own = Agency.objects.get(pk=actor.own_agency)
    return request_confirmation(
        kind,
        actor=actor,
        agency=own,
        confirmed_in=confirmed_in,
        object_kind=object_kind,
        object_id=thing.pk,
        verb=verb,
        answers=answers,
        before=before,
        reason=str(answers.get("reason", "")),
    )


# What a connected system prepares -------------------------------------------------------------------------------------
def request_signature(
    thing: Any, verb: str, *, actor: Actor, signer: User, object_kind: str, answers: dict[str, Any]
) -> Confirmation:
    """Keeps an act that the system `actor` prepared, until the officer `signer` of its agency signs or refuses it.

    Raises TransitionRefused if another prepared act on the object waits.
    """
    own = Agency.objects.get(pk=actor.own_agency)
    return request_confirmation(
        K.PREPARED,
        actor=actor,
        agency=own,
        client_id=actor.id,
        confirmer=signer,
        object_kind=object_kind,
        object_id=thing.pk,
        verb=verb,
        answers=answers,
        reason=str(answers.get("reason", "")),
    )


def name_signer(confirmation: Confirmation, *, actor: Actor, to: str, **given: Any) -> TransitionResult[Confirmation]:
    """Names another officer, whose act it is too, to sign what a system prepared. Raises Invalid."""
    officer = User.objects.filter(pk=to, agency=confirmation.confirmer_agency_id, is_active=True).first()
    if officer is None or not may_perform(actor_for(officer), confirmation):
        raise Invalid.field("to", "officer", _("This officer may not sign this."))
    if officer.pk in absences_in([officer.agency_id]):
        detail = _("%(name)s is away. Choose the deputy or another person.")
        raise Invalid.field("to", "away", detail % {"name": officer.name})
    with atomic():
        applied = transition_confirmation(
            confirmation, "hand_over", actor=actor, to=to, changes={"confirmer_id": officer.pk}, **given
        )
        notify_person(applied.event, officer.pk, agency_id=officer.agency_id, because="decides")
        return applied


# Expiry and declarations that are due ---------------------------------------------------------------------------------
def sweep_due() -> int:
    """Expires overdue requests and applies what is confirmed for a time that has come. Returns the number of both."""
    expired = list(Confirmation.objects.overdue())
    for one in expired:
        transition_confirmation(one, "expire", actor=SYSTEM)
    confirmed = Confirmation.objects.filter(state=S.CONFIRMED)
    declared = sum(map(apply_sign_in_declaration, confirmed.filter(kind__in=SIGN_IN)))
    return len(expired) + declared + sum(map(_apply_vacancy, confirmed.filter(kind=K.VACANCY)))
