"""A country is entered by code or name, in either language, in any case."""

import pytest
from django import forms

from cases.controls.countries import country_code, read_route
from cases.controls.forms import CountryField, RouteField

pytestmark = pytest.mark.both_databases  # the law on goods is asked with lists of parties from the database


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("VNM", "VNM"),
        ("vn", "VNM"),
        (" 越南 ", "VNM"),
        ("Viet Nam", "VNM"),
        ("vietnam", "VNM"),
        ("cote d’ivoire", "CIV"),
        ("Hong Kong, China", "HKG"),
        ("香港", "HKG"),
        ("刚果(金)", "COD"),
        ("ＵＳＡ", "USA"),
        ("Atlantis", ""),
        ("", ""),
    ],
)
def test_a_country_by_any_of_its_names(typed, code):
    assert country_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "stops"),
    [
        ("中国 越南", ["CHN", "VNM"]),
        ("CHN → VNM, USA", ["CHN", "VNM", "USA"]),
        ("chn-vnm-usa", ["CHN", "VNM", "USA"]),
        ("中国、新西兰；美国", ["CHN", "NZL", "USA"]),
        ("New Zealand United Arab Emirates", ["NZL", "ARE"]),
        ("Guinea-Bissau - Guinea", ["GNB", "GIN"]),
        ("Hong Kong, China", ["HKG", "CHN"]),
        ("China and Vietnam", ["CHN", "and", "VNM"]),
        ("China per ship", ["CHN", "per", "ship"]),
        ("中国越南", ["中国越南"]),
        (" ,→ ", []),
    ],
)
def test_the_stops_of_a_route(typed, stops):
    """A word that names no country is returned unchanged for the error message."""
    assert read_route(typed) == stops


def test_the_fields_return_codes_and_name_unknown_words():
    assert CountryField().clean("越南") == "VNM"
    assert RouteField().clean("中国 越南") == ["CHN", "VNM"]
    with pytest.raises(forms.ValidationError, match="Atlantis"):
        CountryField().clean("Atlantis")
    with pytest.raises(forms.ValidationError, match="Atlantis"):
        RouteField().clean("China, Atlantis")
