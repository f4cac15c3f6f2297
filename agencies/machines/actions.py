"""Issues, limits and revokes the keys of machines. Each is an event in the stream of the agency, without the secret."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, notify_person, record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import SYSTEM, Actor, Role
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency
from agencies.people.models import Membership

from .access import may_manage_keys, may_revoke_keys
from .limits import KeyLimits, check_limits, end_of, latest_last_day, read_networks
from .models import ApiClient, ApiKey, KeyUse

PREFIX_BYTES = 6  # twelve hexadecimal digits; they find the row and prove nothing
SECRET_BYTES = 32
FORM = re.compile(r"[A-Za-z0-9_.-]{1,200}")  # any other text is refused without a query
NOTICES = (7, 30)  # days before the expiry of a key


@dataclass(frozen=True)
class IssuedKey:
    """A new key as the machine sends it. `text` is available only here; the row holds its digest."""

    key: ApiKey
    text: str = field(repr=False)


def create_key(
    name: str,
    agency: Agency,
    scopes: Iterable[str],
    *,
    actor: Actor,
    expires_at: datetime | None = None,
    sources: Iterable[str] = (),
    networks: Iterable[str] = (),
    is_test: bool = False,
) -> IssuedKey:
    """Issues another key for the system `name` of `agency`, by default for a year. The older one stays valid.

    `sources` are added to the source systems it reports for; a new system reports for its own name by default. Only the
    command does this: a person gets a key by a confirmed request (`agencies.confirmations.keys`). Raises Forbidden,
    Invalid, and TransitionRefused if the system has two keys.
    """
    if not actor.is_system:
        raise Forbidden(_("A person gets a key once a second person has confirmed the request."))
    with atomic():
        client, limits = new_limits(
            name, agency, scopes, expires_at=expires_at, sources=sources, networks=networks, is_test=is_test
        )
        return issue_key(client, limits, actor=actor)


def new_limits(
    name: str,
    agency: Agency,
    scopes: Iterable[str],
    *,
    expires_at: datetime | None = None,
    sources: Iterable[str] = (),
    networks: Iterable[str] = (),
    is_test: bool = False,
) -> tuple[ApiClient, KeyLimits]:
    """Returns the system, which may be a new one that is not saved, and the limits of its next key.

    Raises what `create_key` raises.
    """
    if not agency.is_agency:
        raise Invalid.field("agency", "unit", _("A system belongs to an agency, not to a unit."))
    known = ApiClient.objects.select_for_update().filter(agency=agency, name=name).first()
    added = {source.strip() for source in sources} or ({name} if known is None else set())
    limits = KeyLimits(
        frozenset(scopes),
        frozenset(added.union(known.sources if known else ())),
        read_networks(networks),
        expires_at or end_of(latest_last_day()),
        is_test,
    )
    check_limits(limits, agency, known)
    if known and known.keys.live().count() >= ApiKey.MOST_LIVE:
        detail = _("The system “%(name)s” has two valid keys. Revoke the one that is no longer used first.")
        raise TransitionRefused.because("keys", detail % {"name": name})
    return known or ApiClient(agency=agency, name=name), limits


def issue_key(client: ApiClient, limits: KeyLimits, *, actor: Actor) -> IssuedKey:
    """Makes the key of a system that `new_limits` returned in the same transaction."""
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    client.sources = sorted(limits.sources)
    client.save()
    key = ApiKey.objects.create(
        client=client,
        prefix=prefix,
        secret_hash=hash_of(secret),
        scopes=" ".join(sorted(limits.scopes)),
        networks=list(limits.networks),
        expires_at=limits.expires_at,
        is_test=limits.is_test,
    )
    _record(key, "create_key", actor)
    return IssuedKey(key, f"{prefix}.{secret}")


def limit_key(key: ApiKey, limits: KeyLimits, *, actor: Actor, reason: str) -> None:
    """Limits a key further, at once. Raises Forbidden for wider limits, which need a second person."""
    if not may_manage_keys(actor, key.client.agency_id):
        raise Forbidden(_("Keys are limited by the administrator of their agency."))
    with atomic():
        locked = lock_key(key.prefix)
        if not limits.is_within(KeyLimits.of(locked)):
            raise Forbidden(_("A second person confirms wider limits."))
        set_limits(locked, limits, actor=actor, reason=reason)


def set_limits(key: ApiKey, limits: KeyLimits, *, actor: Actor, reason: str) -> None:
    """Changes the limits of a key; the sources are those of its system. A wider change was confirmed before.

    Raises Invalid, and TransitionRefused for a key that is no longer valid.
    """
    check_limits(limits, key.client.agency, key.client)
    if not key.is_live():
        raise TransitionRefused.because("state", _("This key is revoked or expired."))
    key.scopes, key.networks = " ".join(sorted(limits.scopes)), list(limits.networks)
    key.expires_at, key.notified_days = limits.expires_at, None
    key.save(update_fields=["scopes", "networks", "expires_at", "notified_days"])
    key.client.sources = sorted(limits.sources)
    key.client.save(update_fields=["sources"])
    _record(key, "limit_key", actor, reason)


def revoke_key(key: ApiKey, *, actor: Actor, reason: str) -> None:
    """Revokes a key at once. Raises Forbidden, Invalid without a reason, and TransitionRefused if it is revoked."""
    if not may_revoke_keys(actor, key.client.agency_id):
        raise Forbidden(_("Keys are revoked by the administrator of their agency or of security."))
    if not reason.strip():
        raise Invalid.field("reason", "required", _("Enter why the key is revoked."))
    with atomic():
        if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=times.now()):
            raise TransitionRefused.because("state", _("This key is already revoked."))
        key.refresh_from_db()
        _record(key, "revoke_key", actor, reason.strip())


def hash_of(secret: str) -> str:
    """Returns a plain digest. A slow hash is unnecessary, because the secret has 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_key(text: str) -> ApiKey | None:
    """Returns the valid key of this text with its client and agency in one query, None for any other text."""
    if not FORM.fullmatch(text):
        return None
    prefix, _dot, secret = text.partition(".")
    key = ApiKey.objects.select_related("client__agency").filter(prefix=prefix).first()
    if key is None or not hmac.compare_digest(key.secret_hash, hash_of(secret)):
        return None
    return key if key.is_live() else None


def notify_expiry() -> int:
    """Notifies the administrators of an agency 30 and 7 days before one of its keys ends. Returns how many notices.

    A key gets each notice once; one that is made for less gets the later one.
    """
    notices = 0
    for days in NOTICES:
        ending = ApiKey.objects.live().filter(expires_at__lte=times.now() + timedelta(days=days))
        for key in ending.exclude(notified_days__lte=days).select_related("client__agency"):
            with atomic():
                due = ApiKey.objects.filter(pk=key.pk).exclude(notified_days__lte=days)
                if not due.update(notified_days=days):
                    continue
                event = _record(key, "key_ends", SYSTEM)
                held = Membership.objects.current().filter(role=Role.AGENCY_ADMIN, user__agency=key.client.agency)
                for person in held.filter(user__is_active=True).values_list("user", flat=True).distinct():
                    notify_person(event, person, agency_id=key.client.agency_id, because="informed")
                notices += 1
    return notices


def forget_uses() -> int:
    """Deletes the log of calls that is older than seven days. Returns the number of rows."""
    return KeyUse.objects.filter(hour__lt=times.now() - KeyUse.KEPT).delete()[0]


def lock_key(prefix: str) -> ApiKey:
    """Returns the key, locked until the end of the transaction."""
    return ApiKey.objects.select_for_update(of=("self",)).select_related("client__agency").get(prefix=prefix)


def _record(key: ApiKey, verb: str, actor: Actor, reason: str = "") -> Event:
    client = key.client
    ApiClient.objects.filter(pk=client.pk).update(version=F("version") + 1)
    last = key.expires_at.isoformat() if key.expires_at else ""
    data = {"name": client.name, "prefix": key.prefix, "scopes": key.scopes, "sources": key.sources}
    return record_event(
        agency_stream(client.agency),
        actor=actor,
        action=Action(
            verb,
            "machine",
            client.pk,
            data={**data, "networks": key.networks, "expires_at": last},
            reason=reason,
        ),
        audience=Audience(Event.Visibility.OWN),
    )
