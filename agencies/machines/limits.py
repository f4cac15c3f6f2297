"""What a key may do: its scopes, sources, networks and end, and whether a change makes it wider."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Self

from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.errors import Invalid
from agencies.kernel.filtering import start_of
from agencies.organisations.models import Agency

from .models import SANDBOX, ApiClient, ApiKey

LONGEST_SOURCE = 60  # the same limit as in a report
MOST_NETWORKS = 50


@dataclass(frozen=True)
class KeyLimits:
    """The limits of a key. `networks` empty: any; `expires_at` None: no end, which only old keys have."""

    scopes: frozenset[str]
    sources: frozenset[str]
    networks: tuple[str, ...] = ()
    expires_at: datetime | None = None
    is_test: bool = False

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        scopes = frozenset(key.scopes.split())
        return cls(scopes, frozenset(key.client.sources), tuple(key.networks), key.expires_at, key.is_test)

    def is_within(self, other: "KeyLimits") -> bool:
        """Whether these limits allow nothing that the others do not allow."""
        ends = other.expires_at is None or (self.expires_at is not None and self.expires_at <= other.expires_at)
        return (
            ends
            and self.scopes <= other.scopes
            and self.sources <= other.sources
            and _are_within(self.networks, other.networks)
        )

    @property
    def as_answers(self) -> dict[str, str]:
        """As a request for confirmation keeps them."""
        return {
            "scopes": " ".join(sorted(self.scopes)),
            "sources": "\n".join(sorted(self.sources)),
            "networks": " ".join(self.networks),
            "last_day": last_day_of(self.expires_at).isoformat() if self.expires_at else "",
            "is_test": "yes" if self.is_test else "",
        }

    @classmethod
    def from_answers(cls, answers: Mapping[str, str]) -> Self:
        return cls(
            frozenset(answers["scopes"].split()),
            frozenset(answers["sources"].splitlines()),
            tuple(answers["networks"].split()),
            end_of(date.fromisoformat(answers["last_day"])) if answers["last_day"] else None,
            bool(answers["is_test"]),
        )


def end_of(last_day: date) -> datetime:
    """The moment at which a key with this last day ends."""
    return start_of(last_day + timedelta(days=1))


def last_day_of(expires_at: datetime) -> date:
    return timezone.localdate(expires_at - timedelta(microseconds=1))


def latest_last_day() -> date:
    return times.today() + ApiKey.LONGEST


def check_limits(limits: KeyLimits, agency: Agency, client: ApiClient | None = None) -> None:
    """Raises Invalid for limits that no key of the agency may have. `client` is its system, if there is one yet."""
    _check_scopes(limits)
    _check_sources(limits.sources.difference(client.sources if client else ()), agency)
    if limits.expires_at is None or not times.now() < limits.expires_at <= end_of(latest_last_day()):
        detail = _("A key ends within a year. Choose a last day from today to %(last)s.")
        raise Invalid.field("last_day", "range", detail % {"last": latest_last_day().isoformat()})
    if len(limits.networks) > MOST_NETWORKS:
        raise Invalid.field("networks", "too_many", _("Enter at most %(most)s networks.") % {"most": MOST_NETWORKS})


def read_networks(texts: Iterable[str]) -> tuple[str, ...]:
    """Networks in their one notation. Raises Invalid for a text that is none."""
    return tuple(dict.fromkeys(str(_network(text)) for text in texts))


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text)
    except ValueError as wrong:
        detail = _("“%(text)s” is not a network. Enter networks such as 10.20.0.0/16, 192.0.2.7 or 2001:db8::/48.")
        raise Invalid.field("networks", "network", detail % {"text": text[:60]}) from wrong


def _are_within(networks: Iterable[str], others: Iterable[str]) -> bool:
    outer: list[Any] = [ip_network(one) for one in others]
    inner: list[Any] = [ip_network(one) for one in networks]
    if not outer:
        return True
    return bool(inner) and all(
        any(one.version == other.version and one.subnet_of(other) for other in outer) for one in inner
    )


def _check_scopes(limits: KeyLimits) -> None:
    known = ApiKey.OF_TESTS if limits.is_test else frozenset(ApiKey.Scope.values)
    if limits.scopes and limits.scopes <= known:
        return
    names = ", ".join(one for one in ApiKey.Scope.values if one in known)
    detail = _("The scopes of a test key are %(names)s.") if limits.is_test else _("Known scopes are %(names)s.")
    raise Invalid.field("scope", "choice", detail % {"names": names})


def _check_sources(sources: Iterable[str], agency: Agency) -> None:
    """Two systems of an agency may report for the same source; each then revises and reads the other's reports. A
    source of another agency, and the code of an agency, which names the lead transfers of that agency, are refused.
    """
    if any(not source.strip() or len(source) > LONGEST_SOURCE for source in sources):
        detail = _("Name the source systems; a name has at most %(most)s characters.") % {"most": LONGEST_SOURCE}
        raise Invalid.field("source", "length", detail)
    if taken := sorted(source for source in sources if _is_taken(agency, source)):
        detail = _("“%(source)s” is the source of another agency, or the code of an agency. Choose another name.")
        raise Invalid.field("source", "taken", detail % {"source": taken[0]})


def _is_taken(agency: Agency, source: str) -> bool:
    others = ApiClient.objects.exclude(agency_id=agency.pk).reporting_for(source)
    return bool(others) or source.casefold() == SANDBOX or Agency.objects.filter(code__iexact=source).exists()
