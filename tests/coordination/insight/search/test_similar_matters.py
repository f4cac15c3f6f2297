"""A reader of a lead sees matters that name the same or similar parties, with the reason."""

import pytest
from django.urls import reverse

from cases.casefile.models import Case
from cases.sharing.actions import share_case
from coordination.insight.search.actions import index_changed
from coordination.insight.search.likeness import Likeness, likeness
from coordination.insight.search.similar_matters import similar_matters
from tests import stories

pytestmark = pytest.mark.both_databases  # full text finds similar names


def firm(name, **given):
    return {"role": "exporter", "kind": "company", "name": name, "identifiers": [], **given}


def lead_of(cast, name, **given):
    return stories.lead(cast, parties=[firm(name)], shipments=[], **given)


def case_of(cast, name, **given):
    return stories.case(cast, parties=[firm(name)], shipments=[], **given)


def names(rows):
    return {row.thing: [(pair.ours, pair.theirs, pair.same) for pair in row.names] for row in rows}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("深圳市华锐国际贸易有限公司", "深圳市华瑞国际贸易有限公司"),  # same sound
        ("深圳市华锐达国际贸易有限公司", "深圳市华铁达国际贸易有限公司"),  # one wrong character
        ("深圳市华锐国际贸易有限公司", "华锐贸易公司"),  # shorter
        ("深圳市华锐国际贸易有限公司", "Shenzhen Huarui Trading Co., Ltd."),  # in pinyin
        ("华锐贸易", "HUA RUI Trading"),
        ("Example Metals Ltd", "Exampel Metals Limited"),
    ],
)
def test_names_that_are_nearly_the_same(one, other):
    assert likeness(one, other) == likeness(other, one) == Likeness.NEAR


@pytest.mark.parametrize(
    ("one", "other"),
    [("Example Metals Ltd", "EXAMPLE  METALS LTD."), ("华锐贸易（深圳）", "华锐贸易(深圳)"), ("Ａcme", "acme")],
)
def test_names_equal_except_for_punctuation(one, other):
    assert likeness(one, other) == Likeness.SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("深圳市华锐国际贸易有限公司", "深圳市鼎源国际贸易有限公司"),  # only the form is shared
        ("华锐贸易有限公司", "华锐鼎源矿业有限公司"),  # a part of another name
        ("Example Metals Ltd", "Sample Metals Ltd"),
        ("Example Metals Ltd", ""),
        ("！", "？"),
    ],
)
def test_names_that_are_not_alike(one, other):
    assert likeness(one, other) is None
    assert likeness(other, one) is None


def test_a_case_and_a_lead_with_a_similar_name_are_shown(cast):
    case, twin = case_of(cast, "深圳市华瑞国际贸易有限公司"), lead_of(cast, "Shenzhen Huarui Trading Co., Ltd.")
    lead = lead_of(cast, "深圳市华锐国际贸易有限公司")
    index_changed()
    found = similar_matters(lead, cast["customs.officer"])
    ours = "深圳市华锐国际贸易有限公司"
    assert names(found.cases) == {case: [(ours, "深圳市华瑞国际贸易有限公司", False)]}
    assert names(found.leads)[twin] == [(ours, "Shenzhen Huarui Trading Co., Ltd.", False)]


def test_a_matter_with_equal_number_and_name_is_listed_once_with_both_reasons(cast):
    case, lead = stories.case(cast), stories.lead(cast)
    index_changed()
    row = next(row for row in similar_matters(lead, cast["customs.officer"]).cases if row.thing == case)
    assert row.numbers
    assert [pair.same for pair in row.names] == [True] * len(row.names) != []


def test_a_name_only_in_the_narrative_is_no_reason(cast):
    lead_of(cast, "鼎源矿业", narrative="与深圳市华锐国际贸易有限公司无关")
    lead = lead_of(cast, "深圳市华锐国际贸易有限公司")
    index_changed()
    assert similar_matters(lead, cast["customs.officer"]).leads == []


def test_invisible_matters_are_not_listed(cast):
    theirs = case_of(cast, "华锐贸易", by="commerce.officer", title="Theirs")
    lead_of(cast, "华锐贸易", by="commerce.officer", title="Their lead")
    lead = lead_of(cast, "华瑞贸易")
    share_case(theirs, actor=cast["commerce.officer"], agency="GACC", profile="status", reason="r")
    index_changed()
    assert Case.objects.visible_to(cast["customs.officer"]).filter(pk=theirs.pk).exists()
    found = similar_matters(lead, cast["customs.officer"])
    assert (found.cases, found.leads) == ([], [])


def test_the_lead_itself_and_its_case_are_not_listed(cast):
    case = case_of(cast, "华锐贸易")
    index_changed()
    found = similar_matters(case.leads.get(), cast["customs.officer"])
    assert (found.cases, found.leads) == ([], [])


@pytest.mark.parametrize("verb", ["", "take_up", "promote", "attach"])
def test_the_page_and_the_check_before_taking_up_give_reasons(cast, verb):
    case = case_of(cast, "华瑞贸易", title="Same people")
    lead = lead_of(cast, "华锐贸易")
    index_changed()
    url = reverse("verb", args=["leads", lead.pk, verb]) if verb else reverse("lead", args=[lead.pk])
    text = cast.browser("customs.lead").get(url).text
    assert case.number in text
    assert "Similar name" in text
    assert "华瑞贸易" in text


def test_the_api_gives_the_same(cast):
    case = case_of(cast, "华瑞贸易")
    lead = lead_of(cast, "华锐贸易")
    index_changed()
    data = cast.browser("customs.officer").get(f"/api/v1/leads/{lead.pk}/similar/").json()
    assert data["cases"] == [
        {
            "id": str(case.pk),
            "title": case.title,
            "numbers": [],
            "names": [{"name": "华锐贸易", "other": "华瑞贸易", "likeness": "near"}],
            "links": {"page": f"/cases/{case.pk}/", "self": f"/api/v1/cases/{case.pk}/"},
        }
    ]
    assert [row["id"] for row in data["leads"]] == [str(case.leads.get().pk)]


@pytest.mark.parametrize(("who", "status"), [("commerce.officer", 404), ("auditor", 403), ("centre.coordinator", 200)])
def test_permissions_of_the_api(cast, who, status):
    lead = lead_of(cast, "华锐贸易")
    assert cast.browser(who).get(f"/api/v1/leads/{lead.pk}/similar/").status_code == status
