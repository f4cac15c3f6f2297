"""Confirmations: requesting one, giving it, and applying its effect."""

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.journal.actions import SYSTEM as SYSTEM_STREAM
from agencies.journal.actions import Action, Audience, StreamKey, record_event
from agencies.journal.models import Event
from agencies.journal.transitions import Applied, Recording, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused, UnmetCondition
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.beside import Beside, beside, name_beside
from agencies.organisations.models import Agency
from agencies.people.actions import confirm_identity
from agencies.people.models import User

from .access import declarable_agencies, find_confirming_agency
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

    The caller checks who may request, because each kind has its own rule. Raises TransitionRefused if no second person
    exists or the same request is open already.
    """
    if actor.kind != "user" and not actor.is_system:
        raise Forbidden(_("Only a person may request a confirmation."))
    requester_id = UUID(actor.id) if actor.kind == "user" else None
    excluded = [person_id for person_id in (requester_id, person.pk if person else None) if person_id is not None]
    place = find_confirming_agency(kind, confirmed_in or agency, [*excluded, *barred])
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
        data = {"kind": kind, "paper": paper, "person": str(person.pk) if person else ""}
        record_event(
            *streams_of(made),
            actor=actor,
            action=Action("request", "confirmation", made.pk, to_state=made.state, data=data, reason=reason),
            audience=Audience(Event.Visibility.OWN, notify=[place.pk]),
        )
        return made


def _save_once(made: Confirmation) -> None:
    try:
        with atomic():
            made.save()
    except IntegrityError as duplicate:
        detail = _("A confirmation of this has already been requested.")
        raise TransitionRefused([UnmetCondition("open", detail)]) from duplicate


def streams_of(confirmation: Confirmation) -> list[StreamKey]:
    """Returns the streams of the agency concerned and of the system."""
    return [agency_stream(confirmation.agency), SYSTEM_STREAM]


def transition_confirmation(
    confirmation: Confirmation, verb: str, *, actor: Actor, **given: Any
) -> Applied[Confirmation]:
    requester_agency = confirmation.requester.agency_id if confirmation.requester else None
    others = {requester_agency, confirmation.confirmer_agency_id} - {None, actor.agency_id}
    return apply_transition(
        confirmation,
        verb,
        actor=actor,
        recording=Recording(CONFIRMATION, "confirmation", streams_of(confirmation)),
        audience=Audience(notify=[one for one in others if one is not None]),
        event_data={"kind": confirmation.kind},
        **given,
    )


def confirm(confirmation: Confirmation, *, actor: Actor, carry_out: CarryOut, **given: Any) -> Applied[Confirmation]:
    """Confirms as the second person, and applies the effect in the same transaction where it is due at once.

    `carry_out(confirmation, second_person)` performs the confirmed action. The caller supplies it, because it needs
    every resource.
    """
    with atomic():
        applied = transition_confirmation(
            confirmation, "confirm", actor=actor, changes={"confirmer_id": UUID(actor.id)}, **given
        )
        found = applied.thing
        if found.kind in Confirmation.STEPS:
            carry_out(found, actor)
            complete(found)
        elif found.kind == K.IDENTITY and found.person is not None:
            confirm_identity(found.person, actor=actor)
            complete(found)
        elif found.kind in SIGN_IN:
            apply_sign_in_declaration(found)
        elif found.kind == K.BESIDE:
            _refuse_changed(found)
            name_beside(found.agency, Beside(**found.answers), paper=found.paper)
            complete(found)
        return applied


def complete(confirmation: Confirmation, *, actor: Actor = SYSTEM) -> Applied[Confirmation]:
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
        raise TransitionRefused([UnmetCondition("state", _("This is already declared."))])
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
    before, wanted = beside(agency), Beside(**{name: value.strip() for name, value in named.items()})
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


def _refuse_changed(confirmation: Confirmation) -> None:
    if beside(confirmation.agency).as_answers != confirmation.before:
        detail = _("It was changed meanwhile. Check the current content.")
        raise TransitionRefused([UnmetCondition("changed", detail)])


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


# Expiry and declarations that are due ---------------------------------------------------------------------------------
def sweep_due() -> int:
    """Expires overdue requests and applies confirmed declarations whose date has come. Returns the number of both."""
    expired = list(Confirmation.objects.overdue())
    for one in expired:
        transition_confirmation(one, "expire", actor=SYSTEM)
    return len(expired) + sum(
        map(apply_sign_in_declaration, Confirmation.objects.filter(state=S.CONFIRMED, kind__in=SIGN_IN))
    )
