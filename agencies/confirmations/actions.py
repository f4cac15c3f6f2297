"""Asking for a confirmation, giving it, and what then takes effect."""

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.journal.actions import SYSTEM as SYSTEM_STREAM
from agencies.journal.actions import StreamKey, record_event
from agencies.journal.models import Event
from agencies.journal.transitions import Applied, apply_transition
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused, UnmetCondition
from agencies.organisations.actions import agency_stream
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
    kind: str, *, actor: Actor, agency: Agency, person: User | None = None, confirmed_in: Agency | None = None,
    reason: str = "", paper: str = "", barred: Collection[UUID] = (), **columns: Any,
) -> Confirmation:  # fmt: skip
    """Writes the request down and tells the agency whose people may confirm it; `barred` are persons who may not.

    Raises TransitionRefused where no second person exists, or where the same is asked for already. Who may ask is the
    caller's rule: each kind has its own.
    """
    if actor.kind != "user" and not actor.is_system:
        raise Forbidden(_("Only a person may request a confirmation."))
    fields = UUID(actor.id) if actor.kind == "user" else None
    without = [one for one in (fields, person.pk if person else None) if one is not None]
    place = find_confirming_agency(kind, confirmed_in or agency, [*without, *barred])
    now = times.now()
    with transaction.atomic():
        made = Confirmation(
            kind=kind,
            agency=agency,
            confirmer_agency=place,
            requester_id=fields,
            person=person,
            reason=reason,
            paper=paper,
            state_since=now,
            expires_at=now + LIFETIMES.get(K(kind), DEFAULT_LIFETIME),
            **columns,
        )
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError as twice:
            raise TransitionRefused(
                [UnmetCondition("open", _("A confirmation of this has already been requested."))]
            ) from twice
        record_event(
            *streams_of(made), actor=actor, verb="request", object_kind="confirmation", object_id=made.pk,
            to_state=made.state, reason=reason, visibility=Event.Visibility.OWN, notify=[place.pk],
            data={"kind": kind, "paper": paper, "person": str(person.pk) if person else ""},
        )  # fmt: skip
        return made


def streams_of(confirmation: Confirmation) -> list[StreamKey]:
    """The chain of the agency that it is about, and the system's."""
    return [agency_stream(confirmation.agency), SYSTEM_STREAM]


def transition_confirmation(
    confirmation: Confirmation, verb: str, *, actor: Actor, **given: Any
) -> Applied[Confirmation]:
    asker = confirmation.requester.agency_id if confirmation.requester else None
    others = {asker, confirmation.confirmer_agency_id} - {None, actor.agency_id}
    return apply_transition(
        confirmation, verb, workflow=CONFIRMATION, actor=actor, streams=streams_of(confirmation),
        object_kind="confirmation", notify=[one for one in others if one is not None],
        event_data={"kind": confirmation.kind}, **given,
    )  # fmt: skip


def confirm(confirmation: Confirmation, *, actor: Actor, carry_out: CarryOut, **given: Any) -> Applied[Confirmation]:
    """The second person confirms. What can take effect at once does so in the same transaction, or nothing does.

    `carry_out(confirmation, second person)` records a step of an absent agency; it belongs to the wiring, which knows
    every noun.
    """
    with transaction.atomic():
        moved = transition_confirmation(
            confirmation, "confirm", actor=actor, changes={"confirmer_id": UUID(actor.id)}, **given
        )
        found = moved.thing
        if found.kind == K.PROXY_STEP:
            carry_out(found, actor)
            complete(found)
        elif found.kind == K.IDENTITY and found.person is not None:
            confirm_identity(found.person, actor=actor)
            complete(found)
        elif found.kind in SIGN_IN:
            apply_sign_in_declaration(found)
        return moved


def complete(confirmation: Confirmation, *, actor: Actor = SYSTEM) -> Applied[Confirmation]:
    return transition_confirmation(confirmation, "complete", actor=actor)


# Whether an agency signs in -----------------------------------------------------------------------------------------
def declare_sign_in(
    agency: Agency, *, actor: Actor, signs_in: bool, paper: str, starts_on: date, reason: str = ""
) -> Confirmation:
    """Asks to declare that an agency signs in, or no longer does, from a day on, by a numbered paper.

    It takes effect once a second person has confirmed it, never before that and never backwards. Raises Forbidden,
    Invalid (no paper, a day in the past), TransitionRefused (it is so already; nobody could confirm).
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
    """Whether the day has come. What was recorded before this moment stays closed to others, whatever the day says."""
    if confirmation.starts_on is None or confirmation.starts_on > times.today():
        return False
    with transaction.atomic():
        began = timezone.make_aware(datetime.combine(confirmation.starts_on, time.min))
        since = max(times.now(), began)
        absent = {} if confirmation.kind == K.JOIN else {"absent_since": since}
        Agency.objects.filter(pk=confirmation.agency_id).update(signs_in=confirmation.kind == K.JOIN, **absent)
        complete(confirmation)
    return True


# A chief's step of an absent agency ----------------------------------------------------------------------------------
def request_proxy_step(
    thing: Any, verb: str, *, actor: Actor, agency: Agency, object_kind: str, answers: dict[str, Any], paper: str,
    barred: Collection[UUID] = (),
) -> Confirmation:  # fmt: skip
    """A chief asks that a step of another agency be recorded from its paper; a second person of the chief's own agency
    confirms, or where each of them is `barred` one of the nearest agency above."""
    if actor.agency_id is None:
        raise Forbidden(_("Only a person may request a confirmation."))
    own = Agency.objects.get(pk=actor.agency_id)
    return request_confirmation(
        K.PROXY_STEP, actor=actor, agency=own, object_kind=object_kind, object_id=thing.pk, verb=verb, answers=answers,
        paper=paper, barred=barred, reason=_("For %(agency)s") % {"agency": agency.name},
    )  # fmt: skip


# What nobody answered ------------------------------------------------------------------------------------------------
def sweep_due() -> int:
    """Ends what has expired, and lets take effect what was confirmed for a day that has come. Returns how many."""
    expired = list(Confirmation.objects.overdue())
    for one in expired:
        transition_confirmation(one, "expire", actor=SYSTEM)
    return len(expired) + sum(
        map(apply_sign_in_declaration, Confirmation.objects.filter(state=S.CONFIRMED, kind__in=SIGN_IN))
    )
