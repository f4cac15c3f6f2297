"""Weights, sums and days in the spellings of people; the API takes plain numbers and ISO days alone."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms

from agencies.kernel.action_fields import ActionForm, OptionalField
from agencies.kernel.actor import Actor
from agencies.kernel.named_fields import Offer
from agencies.kernel.spelled_fields import DayField, QuantityField

ACTOR = Actor(kind="user", id="1")


@pytest.mark.parametrize(
    ("unit", "typed", "number"),
    [
        ("kg", "3900", "3900"),
        ("kg", "3.9吨", "3900"),
        ("kg", "3.9 t", "3900"),
        ("kg", "3900 kg", "3900"),
        ("kg", "3,900千克", "3900"),
        ("kg", "３，９００ 公斤", "3900"),
        ("kg", "3 900 KG", "3900"),
        ("kg", "2万吨", "20000000"),
        ("kg", "250克", "0.25"),
        ("CNY", "20万元", "200000"),
        ("CNY", "1.2亿", "120000000"),
        ("CNY", "200,000 CNY", "200000"),
        ("CNY", "￥200,000.50", "200000.50"),
        ("CNY", "人民币20万元", "200000"),
        ("CNY", "1.5 million yuan", "1500000"),
    ],
)
def test_a_quantity_is_read_in_its_unit(unit, typed, number):
    assert QuantityField(unit=unit).clean(typed) == Decimal(number)


@pytest.mark.parametrize(
    ("unit", "typed", "example"),
    [
        ("kg", "3,9", "3.9 t"),
        ("kg", "much", "3.9 t"),
        ("kg", "20万元", "3.9 t"),
        ("kg", "¥ 5 kg", "3.9 t"),
        ("CNY", "20万美元", "20万元"),
        ("CNY", "1e9", "20万元"),
        ("CNY", "1.00000000000000000000000000000001", "20万元"),
    ],
)
def test_another_input_is_refused_with_an_example(unit, typed, example):
    with pytest.raises(forms.ValidationError, match=example):
        QuantityField(unit=unit).clean(typed)


@pytest.mark.parametrize(("unit", "typed"), [("kg", "-1"), ("kg", "0.01克"), ("CNY", "999999亿亿"), ("CNY", "9" * 19)])
def test_a_quantity_out_of_bounds_is_refused(unit, typed):
    with pytest.raises(forms.ValidationError):
        QuantityField(unit=unit).clean(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "2026-11-03",
            "2026/11/3",
            "2026.11.3",
            "2026年11月3日",
            "2026 年 11 月 3 日",
            "２０２６年１１月３日",
            "20261103",
        ),
        *("3 Nov 2026", "3 November 2026", "Nov 3, 2026", "november 3, 2026"),
    ],
)
def test_a_day_is_read_in_its_usual_spellings(typed):
    assert DayField().clean(typed) == date(2026, 11, 3)


@pytest.mark.parametrize("typed", ["11-3", "11/3", "11月3日"])
def test_a_day_without_a_year_is_of_this_year(typed, monkeypatch):
    monkeypatch.setattr("agencies.kernel.times.today", lambda: date(2027, 1, 5))
    assert DayField().clean(typed) == date(2027, 11, 3)


@pytest.mark.parametrize("typed", ["soon", "2026-02-31", "2026113", "31-12", "26-11-03"])
def test_another_day_is_refused_with_examples(typed):
    with pytest.raises(forms.ValidationError, match="2026年11月3日"):
        DayField().clean(typed)


FIELDS = (
    OptionalField("role", "Role", suggests=lambda thing, actor: [Offer("exporter", "出口经营者")]),
    OptionalField("value", "Value", kind="decimal", unit="CNY"),
    OptionalField("currency", "Currency"),
    OptionalField("on", "On", kind="date"),
)


def filled(strict=False, **data):
    form = ActionForm(FIELDS, thing=SimpleNamespace(), actor=ACTOR, data=data, strict=strict)
    form.is_valid()
    return form


def test_the_form_of_a_person_takes_spellings_and_that_of_the_api_codes_and_numbers_alone():
    data = {"role": "出口经营者", "value": "20万元", "on": "3 Nov 2026"}
    typed = filled(**data).given()
    assert typed == {"role": "exporter", "value": Decimal(200000), "currency": "CNY", "on": date(2026, 11, 3)}
    sent = filled(strict=True, **data)
    assert set(sent.errors) == {"value", "on"}
    assert sent.cleaned_data["role"] == "出口经营者"


def test_a_value_in_yuan_beside_another_currency_is_refused():
    assert set(filled(value="20万元", currency="USD").errors) == {"currency"}
    assert filled(value="20万", currency="USD").given() == {"value": Decimal(200000), "currency": "USD"}
