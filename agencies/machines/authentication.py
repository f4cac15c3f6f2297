"""Authentication by `Authorization: Bearer KEY`. The actor has the kind "machine"."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from agencies.kernel.actor import Actor
from agencies.people import throttle
from agencies.people.actions import record_wrong_keys

from .actions import find_key
from .models import ApiKey

SCHEME = "bearer"


class BearerAuthentication(BaseAuthentication):
    """Wrong, expired and revoked keys get the same answer, so that guessing reveals nothing."""

    def authenticate(self, request: Any) -> tuple[AnonymousUser, ApiKey] | None:
        scheme, _space, text = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != SCHEME:
            return None
        key = find_key(text.strip())
        if key is None:
            _count_failure(request)
            raise AuthenticationFailed(_("This key is wrong, expired or revoked."))
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
    client, agency = key.client, key.client.agency
    return Actor(
        kind="machine",
        id=str(client.pk),
        name=client.name,
        agency_id=agency.pk,
        agency_code=agency.code,
        agency_name=agency.name_zh,
        line=agency.line,
        scopes=frozenset(key.scopes.split()),
        sources=frozenset(client.sources),
    )
