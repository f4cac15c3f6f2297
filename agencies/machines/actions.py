"""Issues and revokes the keys of machines. Each is an event in the stream of the agency, without the secret."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from agencies.organisations.actions import agency_stream
from agencies.organisations.models import Agency

from .access import may_revoke_keys
from .models import ApiClient, ApiKey

PREFIX_BYTES = 6  # twelve hexadecimal digits; they find the row and prove nothing
SECRET_BYTES = 32
LONGEST_SOURCE = 60  # the same limit as in a report
FORM = re.compile(r"[A-Za-z0-9_.-]{1,200}")  # any other text is refused without a query


@dataclass(frozen=True)
class IssuedKey:
    """A new key as the machine sends it. `text` is available only here; the row holds its digest."""

    key: ApiKey
    text: str


def create_key(
    name: str,
    agency: Agency,
    scopes: Iterable[str],
    *,
    actor: Actor,
    expires_at: datetime | None = None,
    sources: Iterable[str] = (),
) -> IssuedKey:
    """Issues another key for the system `name` of `agency`. Older keys stay valid until revoked or expired.

    `sources` are added to the source systems it reports for; a new system reports for its own name by default. Raises
    Invalid.
    """
    scope_names = sorted(set(scopes))
    _refuse_bad_scopes(scope_names)
    if not agency.is_agency:
        raise Invalid.field("agency", "unit", _("A system belongs to an agency, not to a unit."))
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    with atomic():
        client, is_new = ApiClient.objects.select_for_update().get_or_create(agency=agency, name=name)
        _add_sources(client, set(sources) or ({name} if is_new else set()))
        key = ApiKey.objects.create(
            client=client,
            prefix=prefix,
            secret_hash=hash_of(secret),
            scopes=" ".join(scope_names),
            expires_at=expires_at,
        )
        _record(client, "create_key", actor, key)
    return IssuedKey(key, f"{prefix}.{secret}")


def revoke_key(key: ApiKey, *, actor: Actor) -> None:
    """Revokes a key. Raises Forbidden, or TransitionRefused if it is revoked already."""
    if not may_revoke_keys(actor):
        raise Forbidden(_("Keys are revoked by the security administrator."))
    with atomic():
        if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=times.now()):
            raise TransitionRefused.because("state", _("This key is already revoked."))
        key.refresh_from_db()
        _record(key.client, "revoke_key", actor, key)


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


def _refuse_bad_scopes(scopes: list[str]) -> None:
    unknown = sorted(set(scopes) - set(ApiKey.Scope.values))
    if unknown or not scopes:
        detail = _("Known scopes are %(names)s.") % {"names": ", ".join(ApiKey.Scope.values)}
        raise Invalid.field("scope", "choice", detail)


def _add_sources(client: ApiClient, sources: set[str]) -> None:
    """Adds source systems.

    Two systems of an agency may report for the same source; each then revises and reads the other's reports. A source
    of another agency, and the code of an agency, which names the lead transfers of that agency, are refused.
    """
    if any(not source.strip() or len(source) > LONGEST_SOURCE for source in sources):
        detail = _("Name the source systems with --source; a name has at most %(most)s characters.")
        raise Invalid.field("source", "length", detail % {"most": LONGEST_SOURCE})
    new = sources - set(client.sources)
    if taken := sorted(source for source in new if _is_taken(client, source)):
        detail = _("“%(source)s” is the source of another agency, or the code of an agency. Choose another name.")
        raise Invalid.field("source", "taken", detail % {"source": taken[0]})
    if new:
        client.sources = sorted({*client.sources, *sources})
        client.save(update_fields=["sources"])


def _is_taken(client: ApiClient, source: str) -> bool:
    others = ApiClient.objects.exclude(agency_id=client.agency_id).reporting_for(source)
    return bool(others) or Agency.objects.filter(code__iexact=source).exists()


def _record(client: ApiClient, verb: str, actor: Actor, key: ApiKey) -> None:
    record_event(
        agency_stream(client.agency),
        actor=actor,
        action=Action(
            verb,
            "machine",
            client.pk,
            data={"name": client.name, "prefix": key.prefix, "scopes": key.scopes, "sources": client.sources},
        ),
        audience=Audience(Event.Visibility.OWN),
    )
