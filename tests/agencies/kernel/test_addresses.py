"""Addresses are those of the routes, for every id."""

from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, reverse

from agencies.kernel.addresses import address


def test_an_address_is_that_of_its_route():
    for pk in (uuid4(), uuid4()):
        assert address("case", pk) == reverse("case", args=[pk])
        assert address("verb", "cases", pk, "close") == reverse("verb", args=["cases", pk, "close"])
    assert address("cases") == reverse("cases")


def test_an_unknown_route_is_refused():
    with pytest.raises(NoReverseMatch):
        address("nowhere", uuid4())
