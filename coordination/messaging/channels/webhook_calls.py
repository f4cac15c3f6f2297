"""A single outgoing call, as restricted as possible. Never inside a request, and redirects are not followed.

The name is resolved once, every address is checked, and the call goes to one of the checked addresses, which defeats
DNS rebinding. Private addresses are refused unless listed in WEBHOOK_NETWORKS.
"""

import base64
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Timer
from urllib.parse import urlsplit

from django.conf import settings

from agencies.kernel import times

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
TIMEOUT = 5  # seconds for each step
DEADLINE = 10  # for the whole call: also ends an answer that arrives byte by byte
HTTPS = 443
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # all that IANA has allocated of IPv6 for hosts (RFC 4291, 2.5.4)
# Within the global space, but not hosts of their own: protocol assignments (Teredo and ORCHID among them), 6to4 and its
# relays, documentation, AS112 and AMT relays (the special-purpose registries of IANA, RFC 6890).
SPECIAL = [
    ipaddress.ip_network(one)
    for one in (
        *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
        *("192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24"),
    )
]


class WebhookFailed(Exception):
    """The reason why a call failed, as a code of ours; `status` is that of the answer, if there was one."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Target:
    """An address, parsed and checked."""

    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """Parses the address. Raises WebhookFailed for anything but a plain https address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or HTTPS
        name = (host or "").encode("idna").decode()
    except (ValueError, UnicodeError) as wrong:
        raise WebhookFailed("not an address") from wrong
    if any(ord(char) <= 32 or ord(char) == 127 for char in url):
        raise WebhookFailed("not an address")
    if parts.scheme != "https":
        raise WebhookFailed("not https")
    if not name or parts.username is not None or parts.password is not None or parts.fragment:
        raise WebhookFailed("not an address")
    path = parts.path or "/"
    whole = f"{path}?{parts.query}" if parts.query else path
    if not whole.isascii():
        raise WebhookFailed("not an address")
    return Target(name, port, whole)


def refuse_port(target: Target, ports: Sequence[int]) -> None:
    if target.port not in ports:
        raise WebhookFailed("port not allowed")


def addresses_of(target: Target, allowed: Sequence[Network]) -> list[Address]:
    """All addresses of the host. Raises WebhookFailed if any of them is not allowed."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise WebhookFailed("name not found") from unknown
    addresses = [ipaddress.ip_address(str(one[4][0]).split("%")[0]) for one in found]
    if not addresses:
        raise WebhookFailed("name not found")
    if not all(is_open(address, allowed) for address in addresses):
        raise WebhookFailed("private address")
    return addresses


def is_open(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether the address is a host in the global unicast space, or in a network allowed by the operator.

    IPv6 addresses that embed an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo) are outside that space or
    special in it, and therefore refused.
    """
    if _within(address, allowed):
        return True
    if address.version == 6 and not _within(address, [GLOBAL_UNICAST]):
        return False
    return address.is_global and not address.is_multicast and not _within(address, SPECIAL)


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


class _Pinned(http.client.HTTPSConnection):
    """Connects to the checked address, and verifies the certificate against the name."""

    def __init__(self, target: Target, address: Address, context: ssl.SSLContext, timeout: float) -> None:
        super().__init__(target.host, target.port, context=context, timeout=timeout)
        self.address, self.tls, self.was_cut = address, context, False

    def connect(self) -> None:
        plain = socket.create_connection((str(self.address), self.port), self.timeout)
        try:
            # Explicit handshake: `cut` must know the socket first.
            self.sock = self.tls.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()
        except BaseException:
            plain.close()
            raise

    def cut(self) -> None:
        """Aborts the connection; called from another thread."""
        self.was_cut = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                self.sock.close()


def call_webhook(
    url: str,
    body: bytes,
    *,
    key: str,
    secrets: Sequence[str],
    allowed: Sequence[Network] = (),
    ports: Sequence[int] = (HTTPS,),
    ca_file: str = "",
) -> int:
    """Posts `body`, signed with each of the secrets. Returns the status; raises WebhookFailed unless it is a 2xx.

    Reads only the status line and headers of the answer, which the library limits.
    """
    target = target_of(url)
    refuse_port(target, ports)
    address = addresses_of(target, allowed)[0]
    context = ssl.create_default_context(cafile=ca_file or None)
    call = _Pinned(target, address, context, timeout=TIMEOUT)
    alarm = Timer(DEADLINE, call.cut)
    alarm.daemon = True
    alarm.start()
    try:
        call.request("POST", target.path, body, headers=headers_of(body, key=key, secrets=secrets))
        status = call.getresponse().status
        if call.was_cut:  # among the headers: http.client takes the end of the connection for their end
            raise TimeoutError
    except TimeoutError as late:
        raise WebhookFailed("timeout") from late
    except (OSError, http.client.HTTPException, ValueError) as broken:
        if call.was_cut:
            raise WebhookFailed("timeout") from broken
        raise WebhookFailed("certificate or TLS" if isinstance(broken, ssl.SSLError) else "no answer") from broken
    finally:
        alarm.cancel()
        call.close()
    if 300 <= status < 400:
        raise WebhookFailed("redirect refused", status)
    if not 200 <= status < 300:
        raise WebhookFailed(f"HTTP {status}", status)
    return status


def headers_of(body: bytes, *, key: str, secrets: Sequence[str]) -> dict[str, str]:
    """Request headers as in Standard Webhooks (standardwebhooks.com).

    The signature covers the time, which prevents replays; the key is the same for every attempt.
    """
    stamp = str(int(times.now().timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": f"coordination-webhook/{settings.VERSION}",
        "Webhook-Id": key,
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": " ".join(signature(secret, key, stamp, body) for secret in secrets),
        "Connection": "close",
    }


def signature(secret: str, key: str, stamp: str, body: bytes) -> str:
    signed = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), f"{key}.{stamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"
