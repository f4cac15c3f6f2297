"""What has a code is entered by any spelling of its names; what is unknown is refused with the nearest names."""

import pytest
from django import forms
from django.utils import translation

from agencies.kernel.named_fields import NamedField, Offer, translated_offers
from cases.casefile.identifiers import SCHEME_LABELS
from cases.controls.forms import CountryField

DISTRICTS = [
    Offer("5300", "深圳海关", ("深圳海关", "Shenzhen Customs")),
    Offer("2200", "上海海关", ("上海海关", "Shanghai Customs")),
    Offer("5100", "广州海关", ("广州海关", "Guangzhou Customs")),
    Offer("0100", "北京海关", ("北京海关", "Beijing Customs")),
]


@pytest.mark.parametrize(
    "typed",
    ["5300", " 深圳海关 ", "Shenzhen Customs", "SHENZHEN  customs", "shenzhenhaiguan", "shenzhen haiguan", "szhg"],
)
def test_an_officer_names_a_district_by_any_of_its_spellings(typed):
    assert NamedField(DISTRICTS).clean(typed) == "5300"


@pytest.mark.parametrize("typed", ["深圳", "深圳海官", "shenzhen"])
def test_an_unknown_name_is_refused_with_the_three_nearest(typed):
    with pytest.raises(forms.ValidationError) as refused:
        NamedField(DISTRICTS).clean(typed)
    words = refused.value.messages[0]
    assert typed in words
    assert words.split("The nearest: ")[1].startswith("深圳海关")
    assert words.count("海关") == 3


def test_a_spelling_of_two_things_is_refused():
    with pytest.raises(forms.ValidationError, match="上海海关"):
        NamedField([*DISTRICTS, Offer("2299", "商河海关")]).clean("shhg")


def test_an_open_vocabulary_keeps_own_words_and_does_not_read_them_as_initials():
    field = NamedField(DISTRICTS, own_words=True)
    assert field.clean("边境检查站") == "边境检查站"
    assert field.clean("szhg") == "szhg"
    assert field.clean("深圳海关") == "5300"


def test_the_field_shows_the_name_of_a_code_and_does_not_limit_it_to_the_length_of_the_code():
    field = NamedField(DISTRICTS, max_length=4)
    assert field.prepare_value("5300") == "深圳海关"
    assert field.prepare_value("another") == "another"
    assert "maxlength" not in field.widget_attrs(forms.TextInput())


def test_a_route_is_shown_by_names_and_stored_by_codes():
    field = NamedField([*DISTRICTS, Offer("9", "东区、西区")], own_words=True, several=True)
    assert field.prepare_value("5300 2200 9") == "深圳海关 → 上海海关 → 9"
    assert field.prepare_value("5300 and more") == "5300 and more"
    assert field.clean("深圳海关→Shanghai Customs、北京 → ") == "5300 → 2200 → 北京"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "typed", ["统一社会信用代码", "Unified social credit code", "uscc", "tongyishehuixinyongdaima"]
)
def test_a_scheme_is_named_in_both_languages_whatever_the_page_speaks(language, typed):
    with translation.override(language):
        field = NamedField(translated_offers(SCHEME_LABELS), own_words=True, max_length=20)
        assert field.clean(typed) == "USCC"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("越南", "VNM"),
        ("vn", "VNM"),
        ("yuenan", "VNM"),
        ("Viet Nam", "VNM"),
        ("UAE", "ARE"),
        ("阿联酋", "ARE"),
        ("", ""),
    ],
)
def test_a_country_is_entered_by_name_alias_pinyin_or_code(typed, code):
    assert CountryField(required=False).clean(typed) == code
