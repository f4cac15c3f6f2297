"""Whose request it is, behind the proxies this system trusts."""

import os
from collections.abc import Callable
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse

# The same variable and the same default as gunicorn, which decides by it whether a request came over TLS.
TRUSTED = frozenset(one.strip() for one in os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1").split(","))


class ClientAddressMiddleware:
    """Puts the sender's own address in the place of the proxy's, so that five wrong passwords shut one desk out and
    not everybody behind the proxy. First of all, for whatever asks REMOTE_ADDR later."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = client_address(request.META.get("REMOTE_ADDR", ""), told, TRUSTED)
        return self.get_response(request)


def client_address(peer: str, forwarded: str, trusted: frozenset[str]) -> str:
    """The nearest address that no trusted proxy has: what stands further left in `forwarded`, anybody may have written.

    `peer` is "" on a socket file, which only this machine reaches. Whatever is not an address ends the search.
    """
    address = peer
    for hop in reversed([one.strip() for one in forwarded.split(",") if one.strip()]):
        if address and "*" not in trusted and address not in trusted:
            break
        if not _is_address(hop):
            break
        address = hop
        if "*" in trusted:  # every peer may forward, but nobody vouches for what stood there before it
            break
    return address


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
