"""Setting a password with two secrets: the requester passes on a link, the second person passes on a code.

Neither of them can sign in with what they were shown. Only the owner of the account sets the password.
"""

import hashlib
import secrets
from urllib.parse import urlencode

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, notify_person, record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import ANONYMOUS, Actor
from agencies.kernel.actor import SYSTEM as SYSTEM_ACTOR
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from agencies.people import access as people_access
from agencies.people import throttle
from agencies.people.actions import record_failed_sign_in, set_first_password, set_new_password
from agencies.people.models import Membership, OfficeHolder, User
from agencies.people.sight import actor_for

from .actions import LIFETIMES, complete, request_confirmation, streams_of, transition_confirmation
from .models import Confirmation, Enrolment

K, S = Confirmation.Kind, Confirmation.State
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without letters and digits that sound or look alike
GROUPS, OF = 3, 4  # 12 characters, 59 bits; five attempts are allowed


def start(person: User, *, actor: Actor, reason: str = "") -> tuple[Confirmation, str]:
    """Requests a confirmation and creates the secret of the link. The secret is returned once and stored as a digest.

    The present password stays valid until the owner sets the new one. Raises Forbidden and TransitionRefused.
    """
    require_reset_permission(person, actor)
    if not person.is_active:
        raise TransitionRefused.because("state", _("The account is disabled. Enable it first."))
    kind = K.RESET if person.has_usable_password() else K.ENROL
    with atomic():
        confirmation = request_confirmation(kind, actor=actor, agency=person.agency, person=person, reason=reason)
        link = secrets.token_urlsafe(32)
        Enrolment.objects.create(confirmation=confirmation, link=_digest(link))
        return confirmation, link


def require_reset_permission(person: User, actor: Actor) -> None:
    """Raises Forbidden if the actor may not reset this account's password. Callers check it before they read input."""
    if not (people_access.may_reset_password(actor, person) or (actor.is_system and not person.has_usable_password())):
        raise Forbidden(_("Another role or agency is responsible for this action."))


def draw_code(confirmation: Confirmation, *, actor: Actor) -> str:
    """Returns the code, once, to the person who confirmed. A lost code requires a new request."""
    if actor.kind != "user" or str(confirmation.confirmer_id) != actor.id:
        raise Forbidden(_("Only the person who confirmed may retrieve the code."))
    return _code_of(confirmation, actor)


def start_on_server(person: User, *, paper: str) -> tuple[str, str]:
    """Returns link and code at once to the operator of the server, based on a numbered paper (`manage.py appoint`).

    It is the last resort, and only for accounts that have never had a password.
    """
    if not paper.strip():
        raise Invalid.field("paper", "required", _("Enter the number of the paper in which the agency states this."))
    if person.has_usable_password():
        raise TransitionRefused.because("state", _("This account has a password: reset it inside the system."))
    with atomic():
        for earlier in Confirmation.objects.open().filter(person=person, kind=K.ENROL):
            transition_confirmation(earlier, "expire", actor=SYSTEM_ACTOR)
        now = times.now()
        confirmation = Confirmation.objects.create(
            kind=K.ENROL,
            state=S.CONFIRMED,
            agency=person.agency,
            confirmer_agency=person.agency,
            person=person,
            paper=paper,
            state_since=now,
            expires_at=now + LIFETIMES[K.ENROL],
        )
        event = record_event(
            *streams_of(confirmation),
            actor=SYSTEM_ACTOR,
            action=Action(
                "request",
                "confirmation",
                confirmation.pk,
                to_state=confirmation.state,
                data={"kind": confirmation.kind, "paper": paper},
            ),
            audience=Audience(Event.Visibility.OWN),
        )
        for held in Membership.objects.current().filter(role__in=Membership.APART).select_related("user"):
            notify_person(event, held.user_id, agency_id=held.user.agency_id, because="informed")
        link = secrets.token_urlsafe(32)
        Enrolment.objects.create(confirmation=confirmation, link=_digest(link))
        return link, _code_of(confirmation, SYSTEM_ACTOR)


def _code_of(confirmation: Confirmation, actor: Actor) -> str:
    code = "-".join("".join(secrets.choice(LETTERS) for _letter in range(OF)) for _group in range(GROUPS))
    with atomic():
        unused = Enrolment.objects.filter(confirmation=confirmation.pk, code="", confirmation__state=S.CONFIRMED)
        if confirmation.has_expired or unused.update(code=make_password(code)) != 1:
            raise TransitionRefused.because(
                "code", _("There is no code to retrieve: it was already shown, or is not confirmed yet.")
            )
        record_event(
            *streams_of(confirmation),
            actor=actor,
            action=Action(
                "draw_code", "confirmation", confirmation.pk, from_state=confirmation.state, to_state=confirmation.state
            ),
            audience=Audience(Event.Visibility.OWN),
        )
    return code


def address_of(link: str) -> str:
    return f"{reverse('enrol')}?{urlencode({'link': link})}"


def waiting_for(link: str) -> Confirmation | None:
    """Returns the request of a link while it can be completed. Every other link gets the same answer, None."""
    found = Enrolment.objects.filter(link=_digest(link), attempts__lt=Enrolment.MOST_ATTEMPTS)
    enrolment = found.select_related("confirmation__person__agency", "confirmation__agency").first()
    if enrolment is None or enrolment.confirmation.state in Confirmation.ENDED or enrolment.confirmation.has_expired:
        return None
    return enrolment.confirmation


def finish(link: str, *, code: str, password: str, address: str) -> User:
    """Sets the password chosen by the owner of the account. Returns the account.

    Raises Invalid for a wrong code or a weak password, TransitionRefused for an invalid link, and TooMany while
    attempts are delayed. The delay belongs to the account and the address, so a new link grants no new attempts. The
    attempt is counted before the code is compared, so parallel attempts gain nothing.
    """
    confirmation = waiting_for(link)
    if confirmation is None or confirmation.person is None:
        raise TransitionRefused.because("link", _("This link is not valid: it was used, or has expired."))
    person = confirmation.person
    try:
        validate_password(password, person)
    except ValidationError as weak:
        raise Invalid.field("password", "weak", " ".join(weak.messages)) from weak
    attempt = throttle.begin(throttle.counts_of_code(person.username, address))
    if not _takes_attempt(confirmation, code):
        if attempt.reached:
            record_failed_sign_in(person.username, attempt.reached, address=address)
        raise Invalid.field("code", "wrong", _("This code is wrong, or the second person has not confirmed yet."))
    attempt.succeed()
    actor = actor_for(person)
    with atomic():
        applied = complete(confirmation, actor=actor)
        if confirmation.kind == K.ENROL:
            set_first_password(person, password)
        else:
            set_new_password(person, password)
            _notify_reset(applied.event, person)
            _ask_identity(person, actor)
    return person


def _takes_attempt(confirmation: Confirmation, code: str) -> bool:
    """Counts the attempt and returns whether the code is right.

    The count commits on its own, because the refusal that follows must not roll it back.
    """
    with atomic():
        remaining = Enrolment.objects.filter(confirmation=confirmation.pk, attempts__lt=Enrolment.MOST_ATTEMPTS)
        counted = remaining.update(attempts=F("attempts") + 1)
        stored = Enrolment.objects.get(confirmation=confirmation.pk).code
    # Always compare, so that the response time reveals nothing.
    right = check_password(code.strip().lower(), stored or make_password(None))
    if counted and not right:
        with atomic():
            record_event(
                *streams_of(confirmation),
                actor=ANONYMOUS,
                action=Action(
                    "fail", "confirmation", confirmation.pk, from_state=confirmation.state, to_state=confirmation.state
                ),
                audience=Audience(Event.Visibility.OWN),
            )
    return bool(counted) and right


def _notify_reset(event: Event, person: User) -> None:
    """Notifies the owner of the account and the leads and office holder of their agency."""
    leads = Membership.objects.current().filter(role="lead", user__agency=person.agency_id, user__is_active=True)
    heads = OfficeHolder.objects.current().filter(agency=person.agency_id, user__is_active=True)
    receivers = {person.pk, *leads.values_list("user", flat=True), *heads.values_list("user", flat=True)}
    for one in sorted(receivers):
        notify_person(event, one, agency_id=person.agency_id, because="in_hand" if one == person.pk else "leads")


def _ask_identity(person: User, actor: Actor) -> None:
    """Requests that the head of a superior agency confirms in person who holds the account after a reset.

    It is requested after every reset, so it reveals nothing about the person. If no person can confirm, no request is
    made and the access that depends on it stays closed.
    """
    try:
        with atomic():
            request_confirmation(K.IDENTITY, actor=actor, agency=person.agency, person=person)
    except TransitionRefused:
        record_event(
            *streams_of(Confirmation(agency=person.agency)),
            actor=SYSTEM_ACTOR,
            action=Action("nobody_confirms", "user", person.pk),
            audience=Audience(Event.Visibility.OWN),
        )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
