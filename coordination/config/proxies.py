"""The client address behind trusted proxies."""

import os
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse

from agencies.kernel.middleware import Middleware

# The same variable and default that gunicorn uses to decide whether a request came over TLS.
TRUSTED = frozenset(one.strip() for one in os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1").split(","))


class ClientAddressMiddleware(Middleware):
    """Replaces the proxy's address with the client's, so that five wrong passwords block one client and not everyone
    behind the proxy. First in the list, before anything reads REMOTE_ADDR."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        value = request.META.get("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = client_address(request.META.get("REMOTE_ADDR", ""), value, TRUSTED)
        return self.get_response(request)


def client_address(peer: str, forwarded: str, trusted: frozenset[str]) -> str:
    """The nearest address that is not a trusted proxy; anything further left in `forwarded` may be forged.

    `peer` is "" on a Unix socket, which only this machine reaches. An invalid address ends the search.
    """
    address = peer
    for hop in reversed([one.strip() for one in forwarded.split(",") if one.strip()]):
        if address and "*" not in trusted and address not in trusted:
            break
        if not _is_address(hop):
            break
        address = hop
        if "*" in trusted:  # every peer may forward, but earlier entries are unverified
            break
    return address


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
