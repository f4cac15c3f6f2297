"""Issuing and revoking the keys of machines. Every key is one event in the stream of its agency; no secret is told."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.journal.actions import record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused, UnmetCondition
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency

from .access import may_revoke_keys
from .models import ApiClient, ApiKey

PREFIX_BYTES = 6  # twelve hexadecimal digits: finds the row, proves nothing
SECRET_BYTES = 32
LONGEST_SOURCE = 60  # as in a report
FORM = re.compile(r"[A-Za-z0-9_.-]{1,200}")  # anything else need not trouble the database


@dataclass(frozen=True)
class Issued:
    """A key as its machine sends it. `text` exists only here and now; the row holds its digest."""

    key: ApiKey
    text: str


def create_key(
    name: str, agency: Agency, scopes: Iterable[str], *, actor: Actor, expires_at: datetime | None = None,
    sources: Iterable[str] = (),
) -> Issued:  # fmt: skip
    """One more key for the system `name` of `agency`. An old one keeps working until it is revoked or expires.

    `sources` are added to the source systems for which it reports; a new system reports for its own name unless told.
    Raises Invalid, naming the field.
    """
    wanted = sorted(set(scopes))
    _refuse_bad_scopes(wanted)
    if not agency.is_agency:
        raise Invalid.field("agency", "unit", _("A system belongs to an agency, not to a unit."))
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        client, is_new = ApiClient.objects.select_for_update().get_or_create(agency=agency, name=name)
        _bind(client, set(sources) or ({name} if is_new else set()))
        key = ApiKey.objects.create(
            client=client,
            prefix=prefix,
            secret_hash=hash_of(secret),
            scopes=" ".join(wanted),
            expires_at=expires_at,
        )
        _tell(client, "create_key", actor, key)
    return Issued(key, f"{prefix}.{secret}")


def revoke_key(key: ApiKey, *, actor: Actor) -> None:
    """From now on this key opens nothing. Raises Forbidden, or TransitionRefused if it is revoked already."""
    if not may_revoke_keys(actor):
        raise Forbidden(_("Keys are revoked by the security administrator."))
    with transaction.atomic():
        if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=times.now()):
            raise TransitionRefused([UnmetCondition("state", _("This key is already revoked."))])
        key.refresh_from_db()
        _tell(key.client, "revoke_key", actor, key)


def hash_of(secret: str) -> str:
    """A plain digest will do: the secret is 256 random bits, so there is nothing to guess slowly."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_key(text: str) -> ApiKey | None:
    """The live key this text opens, with its client and agency (one query); None for every other text."""
    if not FORM.fullmatch(text):
        return None
    prefix, _dot, secret = text.partition(".")
    key = ApiKey.objects.select_related("client__agency").filter(prefix=prefix).first()
    if key is None or not hmac.compare_digest(key.secret_hash, hash_of(secret)):
        return None
    return key if key.is_live() else None


def _refuse_bad_scopes(scopes: list[str]) -> None:
    unknown = sorted(set(scopes) - set(ApiKey.Scope.values))
    if unknown or not scopes:
        detail = _("Known scopes are %(names)s.") % {"names": ", ".join(ApiKey.Scope.values)}
        raise Invalid.field("scope", "choice", detail)


def _bind(client: ApiClient, sources: set[str]) -> None:
    """Two systems may report for one source: then each revises and reads what the other sent."""
    if any(not source.strip() or len(source) > LONGEST_SOURCE for source in sources):
        detail = _("Name the source systems with --source; a name has at most %(most)s characters.")
        raise Invalid.field("source", "length", detail % {"most": LONGEST_SOURCE})
    if sources - set(client.sources):
        client.sources = sorted({*client.sources, *sources})
        client.save(update_fields=["sources"])


def _tell(client: ApiClient, verb: str, actor: Actor, key: ApiKey) -> None:
    record_event(
        agency_stream(client.agency),
        actor=actor,
        verb=verb,
        object_kind="machine",
        object_id=client.pk,
        data={"name": client.name, "prefix": key.prefix, "scopes": key.scopes, "sources": client.sources},
        visibility=Event.Visibility.OWN,
    )
