"""Setting a password by two halves: a link that the requester passes on, and a code that the second person tells.

Neither of the two can sign in with what they were shown, and nobody but the person sets the password.
"""

import hashlib
import secrets
from urllib.parse import urlencode

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.journal.actions import notify_person, record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import ANONYMOUS, Actor
from agencies.kernel.actor import SYSTEM as SYSTEM_ACTOR
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused, UnmetCondition
from agencies.people import access as people_access
from agencies.people import throttle
from agencies.people.actions import record_failed_sign_in, set_first_password, set_new_password
from agencies.people.models import Membership, OfficeHolder, User
from agencies.people.sight import actor_for

from .actions import LIFETIMES, complete, request_confirmation, streams_of, transition_confirmation
from .models import Confirmation, Enrolment

K, S = Confirmation.Kind, Confirmation.State
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for another when read out
GROUPS, OF = 3, 4  # 59 bits, five attempts


def start(person: User, *, actor: Actor, reason: str = "") -> tuple[Confirmation, str]:
    """Asks for a second person to confirm, and makes the link's secret, which is shown once and kept as a digest.

    The password that the person has stays valid until they complete it. Raises Forbidden, TransitionRefused.
    """
    require_reset_permission(person, actor)
    if not person.is_active:
        raise TransitionRefused([UnmetCondition("state", _("The account is disabled. Enable it first."))])
    kind = K.RESET if person.has_usable_password() else K.ENROL
    with transaction.atomic():
        asked = request_confirmation(kind, actor=actor, agency=person.agency, person=person, reason=reason)
        link = secrets.token_urlsafe(32)
        Enrolment.objects.create(confirmation=asked, link=_digest(link))
        return asked, link


def require_reset_permission(person: User, actor: Actor) -> None:
    """Raises Forbidden for those who start no password of this account; asked before any input is read."""
    if not (people_access.may_reset_password(actor, person) or (actor.is_system and not person.has_usable_password())):
        raise Forbidden(_("Another role or agency is responsible for this action."))


def draw_code(confirmation: Confirmation, *, actor: Actor) -> str:
    """The code, once, for the person who confirmed. A second time there is none: the request is made anew."""
    if actor.kind != "user" or str(confirmation.confirmer_id) != actor.id:
        raise Forbidden(_("Only the person who confirmed may retrieve the code."))
    return _code_of(confirmation, actor)


def start_on_server(person: User, *, paper: str) -> tuple[str, str]:
    """The last resort (`manage.py appoint`): link and code at once, by a numbered paper, for the server's operator.

    For accounts only that were never signed in with.
    """
    if not paper.strip():
        raise Invalid.field("paper", "required", _("Enter the number of the paper in which the agency states this."))
    if person.has_usable_password():
        raise TransitionRefused(
            [UnmetCondition("state", _("This account has a password: reset it inside the system."))]
        )
    with transaction.atomic():
        for before in Confirmation.objects.open().filter(person=person, kind=K.ENROL):
            transition_confirmation(before, "expire", actor=SYSTEM_ACTOR)
        now = times.now()
        asked = Confirmation.objects.create(
            kind=K.ENROL, state=S.CONFIRMED, agency=person.agency, confirmer_agency=person.agency, person=person,
            paper=paper, state_since=now, expires_at=now + LIFETIMES[K.ENROL],
        )  # fmt: skip
        record_event(
            *streams_of(asked), actor=SYSTEM_ACTOR, verb="request", object_kind="confirmation", object_id=asked.pk,
            to_state=asked.state, visibility=Event.Visibility.OWN, data={"kind": asked.kind, "paper": paper},
        )  # fmt: skip
        link = secrets.token_urlsafe(32)
        Enrolment.objects.create(confirmation=asked, link=_digest(link))
        return link, _code_of(asked, SYSTEM_ACTOR)


def _code_of(confirmation: Confirmation, actor: Actor) -> str:
    code = "-".join("".join(secrets.choice(LETTERS) for _letter in range(OF)) for _group in range(GROUPS))
    with transaction.atomic():
        fresh = Enrolment.objects.filter(confirmation=confirmation.pk, code="", confirmation__state=S.CONFIRMED)
        if confirmation.has_expired or fresh.update(code=make_password(code)) != 1:
            raise TransitionRefused(
                [
                    UnmetCondition(
                        "code", _("There is no code to retrieve: it was already shown, or is not confirmed yet.")
                    )
                ]
            )
        record_event(
            *streams_of(confirmation), actor=actor, verb="draw_code", object_kind="confirmation",
            object_id=confirmation.pk, from_state=confirmation.state, to_state=confirmation.state,
            visibility=Event.Visibility.OWN,
        )  # fmt: skip
    return code


def address_of(link: str) -> str:
    return f"{reverse('enrol')}?{urlencode({'link': link})}"


def waiting_for(link: str) -> Confirmation | None:
    """The request that a link belongs to, while it can still be completed. One answer for every other link."""
    found = Enrolment.objects.filter(link=_digest(link), attempts__lt=Enrolment.MOST_ATTEMPTS)
    held = found.select_related("confirmation__person__agency", "confirmation__agency").first()
    if held is None or held.confirmation.state in Confirmation.ENDED or held.confirmation.has_expired:
        return None
    return held.confirmation


def finish(link: str, *, code: str, password: str, address: str) -> User:
    """The person sets their own password, with both halves.

    Raises Invalid for a wrong code or a password that the rules refuse, TransitionRefused for a link that leads
    nowhere, and
    TooMany while attempts at this account or from this address are delayed: a new link begins with no new attempts.
    An attempt counts before the code is compared, so that many at once have no more of them.
    """
    confirmation = waiting_for(link)
    if confirmation is None or confirmation.person is None:
        raise TransitionRefused([UnmetCondition("link", _("This link is not valid: it was used, or has expired."))])
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
    with transaction.atomic():
        moved = complete(confirmation, actor=actor)
        if confirmation.kind == K.ENROL:
            set_first_password(person, password)
        else:
            set_new_password(person, password)
            _tell(moved.event, person)
            _ask_identity(person, actor)
    return person


def _takes_attempt(confirmation: Confirmation, code: str) -> bool:
    """Committed by itself: the refusal that follows must not give the attempt back."""
    with transaction.atomic():
        left = Enrolment.objects.filter(confirmation=confirmation.pk, attempts__lt=Enrolment.MOST_ATTEMPTS)
        counted = left.update(attempts=F("attempts") + 1)
        kept = Enrolment.objects.get(confirmation=confirmation.pk).code
    # Compared whatever is kept, so that the time tells nothing.
    right = check_password(code.strip().lower(), kept or make_password(None))
    if counted and not right:
        with transaction.atomic():
            record_event(
                *streams_of(confirmation), actor=ANONYMOUS, verb="fail", object_kind="confirmation",
                object_id=confirmation.pk, from_state=confirmation.state, to_state=confirmation.state,
                visibility=Event.Visibility.OWN,
            )  # fmt: skip
    return bool(counted) and right


def _tell(event: Event, person: User) -> None:
    """Notice to the person and to the chiefs of their agency."""
    leads = Membership.objects.current().filter(role="lead", user__agency=person.agency_id, user__is_active=True)
    heads = OfficeHolder.objects.current().filter(agency=person.agency_id, user__is_active=True)
    told = {person.pk, *leads.values_list("user", flat=True), *heads.values_list("user", flat=True)}
    for one in sorted(told):
        notify_person(event, one, agency_id=person.agency_id, because="in_hand" if one == person.pk else "leads")


def _ask_identity(person: User, actor: Actor) -> None:
    """The head of an agency above is asked after every reset to confirm in person whose hands the account is in.

    Asked of everybody, so that it tells nothing of what a person has been named in. Where nobody above could confirm,
    nothing is asked, and what hangs on it stays closed.
    """
    try:
        with transaction.atomic():
            request_confirmation(K.IDENTITY, actor=actor, agency=person.agency, person=person)
    except TransitionRefused:
        record_event(
            *streams_of(Confirmation(agency=person.agency)), actor=SYSTEM_ACTOR, verb="nobody_confirms",
            object_kind="user", object_id=person.pk, visibility=Event.Visibility.OWN,
        )  # fmt: skip


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
