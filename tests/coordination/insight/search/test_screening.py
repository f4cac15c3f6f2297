"""Readers of a lead or case see watch-list entries that name its parties, with the reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coordination.insight.search.actions import index_changed
from coordination.insight.search.screening import screen_case, screen_lead
from tests import stories

pytestmark = pytest.mark.both_databases  # full text finds similar names

ENTRY = "control,{code},{zh},{en},{aliases},{numbers},JPN,示例公告,2025-02-24,2025-02-24,{until}"


def entry(cast, code="T-1", zh="华锐重工株式会社", en="Huarui Heavy", aliases="", numbers="", until=""):
    made = stories.listing(cast, ENTRY.format(code=code, zh=zh, en=en, aliases=aliases, numbers=numbers, until=until))
    index_changed()
    return made


def firm(name, *numbers):
    shown = [{"scheme": scheme, "value": value} for scheme, value in numbers]
    return {"role": "consignee", "kind": "company", "name": name, "identifiers": shown}


def lead_of(cast, *parties, **given):
    return stories.lead(cast, parties=list(parties), shipments=[], **given)


def hits(found):
    return [
        (one.listing.code, [pair.ours for pair in one.names], [value for _s, value in one.numbers]) for one in found
    ]


@pytest.mark.slow
def test_a_consignee_on_the_control_list_is_shown_with_the_lead_and_with_its_case(cast):
    listed = entry(cast)
    lead = lead_of(cast, firm("华锐重工株式会社"), firm("别家公司"))
    case = stories.case(cast, parties=[firm("华锐重工株式会社")], shipments=[])
    officer = cast["customs.officer"]
    assert hits(screen_lead(lead, officer)) == hits(screen_case(case, officer)) == [("T-1", ["华锐重工株式会社"], [])]
    browser = cast.browser("customs.officer")
    for page in (f"/leads/{lead.pk}/", f"/cases/{case.pk}/"):
        assert f'href="/listings/{listed.pk}/"' in browser.get(page).text


@pytest.mark.parametrize(
    "name",
    [
        "华锐重工",
        "华瑞重工株式会社",
        "HUARUI HEAVY",
        "Huarui Heavi",
        "Old Name KK",
        "Нuаrui Неаvу",
        "Ｈｕａｒｕｉ Ｈｅａｖｙ",
    ],
)
def test_a_name_that_is_nearly_the_same_or_another_of_its_names_is_shown(cast, name):
    entry(cast, aliases="Old Name KK")
    assert hits(screen_lead(lead_of(cast, firm(name)), cast["customs.officer"])) == [("T-1", [name], [])]


def test_a_ship_is_matched_by_number_under_any_name(cast):
    entry(cast, numbers="IMO:9074729")
    lead = lead_of(cast, firm("无关的名字", ("IMO", "907-4729")))
    assert hits(screen_lead(lead, cast["customs.officer"])) == [("T-1", [], ["907-4729"])]


def test_equal_numbers_come_before_similar_names(cast):
    entry(cast, code="T-1")
    entry(cast, code="T-2", zh="另一家", en="Other", numbers="IMO:9074729")
    lead = lead_of(cast, firm("华锐重工株式会社", ("IMO", "9074729")))
    assert [one.listing.code for one in screen_lead(lead, cast["customs.officer"])] == ["T-2", "T-1"]


def test_similar_names_do_not_crowd_out_equal_numbers(cast):
    entry(cast, code="T-0", zh="另一家", en="Other", numbers="IMO:9074729")
    for n in range(1, 4):
        entry(cast, code=f"T-{n}")
    lead = lead_of(cast, firm("华锐重工株式会社", ("IMO", "9074729")))
    assert screen_lead(lead, cast["customs.officer"])[0].listing.code == "T-0"


def test_the_last_of_many_parties_is_screened_too(cast):
    entry(cast)
    lead = lead_of(cast, *(firm(f"无关公司{n}") for n in range(30)), firm("华锐重工株式会社"))
    assert hits(screen_lead(lead, cast["customs.officer"])) == [("T-1", ["华锐重工株式会社"], [])]


def test_an_ended_entry_matches_no_party(cast):
    yesterday = timezone.localdate() - timedelta(days=1)
    entry(cast, until=yesterday.isoformat())
    assert screen_lead(lead_of(cast, firm("华锐重工株式会社")), cast["customs.officer"]) == []


def test_firms_that_share_only_a_place_or_a_form_are_not_shown(cast):
    entry(cast, zh="东京华锐重工株式会社")
    found = screen_lead(lead_of(cast, firm("东京株式会社"), firm("重工")), cast["customs.officer"])
    assert found == []


def test_a_lead_without_parties_asks_nothing(cast, django_assert_num_queries):
    lead = lead_of(cast)
    with django_assert_num_queries(1):
        assert screen_lead(lead, cast["customs.officer"]) == []


def test_the_api_gives_the_same(cast):
    listed = entry(cast, numbers="IMO:9074729")
    case = stories.case(cast, parties=[firm("华锐重工株式会社", ("IMO", "9074729"))], shipments=[])
    browser = cast.browser("customs.officer")
    data = browser.get(f"/api/v1/cases/{case.pk}/screening/").json()["listings"]
    assert data == browser.get(f"/api/v1/leads/{case.leads.get().pk}/screening/").json()["listings"]
    assert [(one["listing"]["code"], one["numbers"]) for one in data] == [
        ("T-1", [{"scheme": "IMO", "value": "9074729"}])
    ]
    assert data[0]["names"][0]["likeness"] == "same"
    assert data[0]["links"]["page"] == f"/listings/{listed.pk}/"


@pytest.mark.parametrize(("who", "status"), [("commerce.officer", 404), ("auditor", 403), ("centre.coordinator", 200)])
def test_permissions_of_screening_a_case(cast, who, status):
    case = stories.case(cast)
    assert cast.browser(who).get(f"/api/v1/cases/{case.pk}/screening/").status_code == status


def test_a_status_reader_learns_nothing_of_the_parties(cast):
    entry(cast)
    case = stories.shared_case(cast, profile="status", parties=[firm("华锐重工株式会社")], shipments=[])
    browser = cast.browser("commerce.officer")
    assert browser.get(f"/api/v1/cases/{case.pk}/screening/").status_code == 404
    assert "华锐重工" not in browser.get(f"/cases/{case.pk}/").text
