"""Choosing among many things: what each is found by, and what the plain page holds without the script."""

import re

import pytest
from django import forms
from django.urls import reverse

from agencies.kernel.pinyin import spellings
from coordination.site.choosing import MANY, by_typing, found_by
from tests import stories


def test_a_name_is_found_by_pinyin_and_by_initials():
    assert {"haiguan", "hg"} <= set(spellings("海关"))
    assert {"chongqing", "zhongqing"} <= set(spellings("重庆"))  # both sounds of a character


def test_a_country_is_found_by_its_names_in_both_languages_and_its_codes(db):
    words = found_by([("VNM", "VNM Vietnam")])["VNM"].split()
    assert {"越南", "Vietnam", "VNM", "VN", "yuenan", "yn"} <= set(words)


def test_an_agency_is_found_by_its_names_in_both_languages_and_by_pinyin(cast):
    words = found_by([("MOFCOM_SCB", "any label")])["MOFCOM_SCB"]
    assert "商务部" in words
    assert "shangwubu" in words
    assert "Security" in words


@pytest.mark.parametrize("widget", [forms.Select, forms.CheckboxSelectMultiple])
def test_few_choices_stay_as_they_are(widget):
    few = widget(choices=[(str(n), f"choice {n}") for n in range(MANY)])
    assert by_typing(few) is few


@pytest.mark.parametrize("widget", [forms.Select, forms.CheckboxSelectMultiple])
def test_of_many_choices_each_keeps_its_value_and_carries_its_words(db, widget):
    many = widget(choices=[("Group", [(str(n), f"海关 {n}") for n in range(MANY + 1)])])
    html = by_typing(many).render("agency", ["3"])
    assert html.count("data-find=") == MANY + 1
    assert re.search(r'value="3"[^>]*(selected|checked)', html)


def test_without_the_script_the_form_of_a_share_is_a_plain_select(cast):
    case = stories.case(cast)
    text = cast.browser("customs.officer").get(reverse("verb", args=["cases", case.pk, "share"])).content.decode()
    select = text.split('name="agency"')[1].split("</select>")[0]
    assert "data-choose=" in select
    assert 'value="MOFCOM_SCB"' in select
    assert "shangwubu" in select
    assert f'value="{cast["customs.officer"].agency_code}"' not in select  # only what the action offers


def test_a_route_offers_countries_and_still_takes_any_text(cast):
    case = stories.case(cast)
    browser = cast.browser("customs.officer")
    address = reverse("verb", args=["cases", case.pk, "add_shipment"])
    text = browser.get(address).content.decode()
    assert "data-several" in text
    assert '<option value="VNM"' in text.split("<datalist")[1]
    sent = {"route": "China → Viet Nam → USA → ", "version": case.version}
    assert browser.post(address, sent).status_code == 302
    assert case.shipments.get(declaration_no="").route == ["CHN", "VNM", "USA"]


def test_a_control_code_offers_the_goods_of_the_list(cast):
    case = stories.case(cast)
    text = cast.browser("customs.officer").get(reverse("verb", args=["cases", case.pk, "add_item"])).content.decode()
    assert text.count("<option") > MANY
    assert 'list="id_control_code-offers"' in text


def test_a_role_and_a_route_are_shown_by_names_when_they_are_corrected(cast):
    case = stories.case(cast)
    browser = cast.browser("customs.officer")

    def address(verb):
        return reverse("verb", args=["cases", case.pk, verb])

    party = {"name": "某公司", "kind": "company", "role": "chukoujingyingzhe", "version": case.version}
    assert browser.post(address("add_party"), party).status_code == 302
    case.refresh_from_db()
    shipment = {"route": "中国 → yuenan", "declaration_no": "1", "version": case.version}
    assert browser.post(address("add_shipment"), shipment).status_code == 302
    found = case.parties.get(name="某公司"), case.shipments.get(declaration_no="1")
    assert (found[0].role, found[1].route) == ("exporter", ["CHN", "VNM"])
    assert 'value="Exporter"' in browser.get(address("change_party"), {"party": found[0].pk}).text
    assert 'value="China → Vietnam"' in browser.get(address("change_shipment"), {"shipment": found[1].pk}).text
