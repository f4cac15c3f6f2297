"""Limits of keys: which are narrower than others, and from which networks a key may be used."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agencies.kernel.errors import Invalid
from agencies.machines.limits import KeyLimits, read_networks
from agencies.machines.models import ApiKey

NOW = timezone.now()
BASE: dict[str, Any] = {
    "scopes": frozenset({"leads:write", "leads:read"}),
    "sources": frozenset({"A", "B"}),
    "networks": ("10.0.0.0/8", "2001:db8::/32"),
    "expires_at": NOW + timedelta(days=30),
}


@pytest.mark.parametrize(
    ("changed", "is_narrower"),
    [
        ({}, True),
        ({"scopes": frozenset({"leads:read"})}, True),
        ({"scopes": frozenset({"leads:read", "stops:pull"})}, False),
        ({"sources": frozenset({"A"})}, True),
        ({"sources": frozenset({"A", "C"})}, False),
        ({"networks": ("10.1.0.0/16", "10.2.0.0/16")}, True),
        ({"networks": ("2001:db8:1::/48",)}, True),
        ({"networks": ("10.1.0.0/16", "192.0.2.0/24")}, False),
        ({"networks": ("0.0.0.0/0",)}, False),
        ({"networks": ()}, False),  # any network
        ({"expires_at": NOW + timedelta(days=29)}, True),
        ({"expires_at": NOW + timedelta(days=31)}, False),
        ({"expires_at": None}, False),
    ],
)
def test_limits_are_narrower_if_they_allow_nothing_more(changed: dict[str, Any], is_narrower: bool) -> None:
    assert KeyLimits(**{**BASE, **changed}).is_within(KeyLimits(**BASE)) is is_narrower


def test_anything_is_narrower_than_no_networks_and_no_end() -> None:
    assert KeyLimits(**BASE).is_within(KeyLimits(**{**BASE, "networks": (), "expires_at": None}))


def test_limits_come_back_from_a_request_as_they_went_in() -> None:
    ends = KeyLimits(**{**BASE, "expires_at": None, "is_test": True})
    assert KeyLimits.from_answers(ends.as_answers) == ends


@pytest.mark.parametrize(
    ("networks", "address", "is_allowed"),
    [
        ([], "203.0.113.9", True),
        (["10.0.0.0/8"], "10.255.0.1", True),
        (["10.0.0.0/8"], "11.0.0.1", False),
        (["10.0.0.0/8", "192.0.2.7/32"], "192.0.2.7", True),
        (["10.0.0.0/8"], "::ffff:10.0.0.1", True),
        (["10.0.0.0/8"], "2001:db8::1", False),
        (["2001:db8::/48"], "2001:db8:0:ffff::1", True),
        (["2001:db8::7/128"], "2001:db8::8", False),
        (["::/0"], "10.0.0.1", False),
        (["10.0.0.0/8"], "", False),
        (["10.0.0.0/8"], "unknown", False),
    ],
)
def test_a_key_is_used_from_its_networks_only(networks: list[str], address: str, is_allowed: bool) -> None:
    assert ApiKey(networks=networks).allows_address(address) is is_allowed


def test_networks_are_kept_in_one_notation_and_once() -> None:
    read = read_networks(["192.0.2.7", "192.0.2.7/32", "2001:0db8::/32"])
    assert read == ("192.0.2.7/32", "2001:db8::/32")
    for wrong in ("10.0.0.1/8", "10.0.0.0/33", "example.org", "x" * 500):
        with pytest.raises(Invalid) as refused:
            read_networks([wrong])
        assert refused.value.errors[0].pointer == "/networks"
