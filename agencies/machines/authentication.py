"""Authentication by `Authorization: Bearer KEY`. The actor has the kind "machine"."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden
from agencies.people import throttle
from agencies.people.actions import record_wrong_keys

from .actions import find_key
from .models import ApiClient, ApiKey
from .uses import count_call

SCHEME = "bearer"


class BearerAuthentication(BaseAuthentication):
    """Wrong, expired and revoked keys get the same answer, so that guessing reveals nothing.

    Only who has the key learns that it may not be used from a network: its system was moved, or the key was stolen.
    """

    def authenticate(self, request: Any) -> tuple[AnonymousUser, ApiKey] | None:
        scheme, _space, text = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != SCHEME:
            return None
        key = find_key(text.strip())
        if key is None:
            _count_failure(request)
            raise AuthenticationFailed(_("This key is wrong, expired or revoked."))
        if not key.allows_address(request.META.get("REMOTE_ADDR", "")):
            count_call(key, request, 403)
            detail = _(
                "This key may not be used from the network of %(address)s. Its administrator can add the network."
            )
            raise Forbidden(detail % {"address": throttle.address_of(request)})
        request.actor = actor_for(key)
        return AnonymousUser(), key

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


def _count_failure(request: HttpRequest) -> None:
    """Counts a wrong key by its address. Raises TooMany.

    A valid key is always accepted: 256 bits cannot be guessed, and other systems may share the address.
    """
    attempt = throttle.begin(throttle.counts_of_key(request))
    if attempt.reached:
        record_wrong_keys(throttle.address_of(request))
    attempt.refuse_if_delayed()


def actor_for(key: ApiKey) -> Actor:
    return actor_of_system(key.client, key.scopes.split(), key.sources)


def actor_of_system(client: ApiClient, scopes: Iterable[str], sources: Iterable[str] | None = None) -> Actor:
    """The system as a reader with these scopes, also where none of its keys asks, and with its sources or these."""
    agency = client.agency
    return Actor(
        kind="machine",
        id=str(client.pk),
        name=client.name,
        agency_id=agency.pk,
        agency_code=agency.code,
        agency_name=agency.name_zh,
        line=agency.line,
        scopes=frozenset(scopes),
        sources=frozenset(client.sources if sources is None else sources),
    )
