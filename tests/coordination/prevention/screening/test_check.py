"""A name is checked against the entries that the asker sees, on a page and over the API; nothing is recorded."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key
from agencies.organisations.models import Agency
from coordination.prevention.screening.checking import check
from tests import stories

pytestmark = pytest.mark.both_databases

PAGE, API = "/screening/check/", "/api/v1/screening/check/"
OFFICER, PARTNER = "customs.officer", "commerce.officer"


def codes(found):
    return [one.listing.code for one in found]


def ask(caller, **question):
    return caller.post(API, question, content_type="application/json")


def test_the_surest_entry_comes_first_with_its_reason(cast):
    stories.entry(cast, code="A-1", name_zh="华锐重工泰国", name_en="", aliases="", identifiers="")
    stories.entry(cast, code="A-2")
    found = check(cast[OFFICER], name="Hua Rui Zhong Gong")
    assert codes(found) == ["A-2"]
    assert (found[0].grade, found[0].reasons[0]["way"]) == ("probable", "reading")
    assert codes(check(cast[OFFICER], name="华锐重工泰国")) == ["A-1", "A-2"]
    assert codes(check(cast[OFFICER], numbers=["IMO 907-4729", "9074729"])) == ["A-2"]
    assert check(cast[OFFICER], name="无关贸易有限公司") == []


def test_an_address_alone_is_a_possibility(cast):
    stories.entry(cast, code="A-1", addresses="东京都港区示例一丁目二番三号")
    [found] = check(cast[OFFICER], address="東京都港區 示例一丁目二番三号")
    assert (found.grade, found.reasons[0]["way"]) == ("possible", "address")


def test_only_entries_that_the_asker_sees_answer(cast):
    stories.own_entry(cast)
    assert codes(check(cast[OFFICER], name="华锐重工")) == ["O-1"]
    assert codes(check(cast["centre.coordinator"], name="华锐重工")) == ["O-1"]
    assert check(cast[PARTNER], name="华锐重工") == []
    assert "O-1" not in cast.browser(PARTNER).post(PAGE, {"name": "华锐重工"}).text


def test_an_ended_or_suspended_entry_does_not_answer(cast):
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    stories.entry(cast, code="A-1", effective_to=yesterday)
    stories.entry(cast, code="A-2", suspended_from=yesterday)
    stories.entry(cast, code="A-3", suspended_from="2025-03-01", suspended_until=yesterday)
    assert codes(check(cast[OFFICER], name="华锐重工株式会社")) == ["A-3"]


def test_the_page_answers_keeps_the_question_and_records_nothing(cast):
    stories.entry(cast, code="A-1")
    before = Event.objects.count()
    browser = cast.browser(OFFICER)
    assert "Check a name" in browser.get(PAGE).text
    text = browser.post(PAGE, {"name": "Huarui Heavy Industry", "numbers": "", "address": ""}).text
    for words in ("A-1", "Probable", "same words, spelt or ordered differently", 'value="Huarui Heavy Industry"'):
        assert words in text
    assert "No entry that you see" in browser.post(PAGE, {"name": "无关贸易"}).text
    assert Event.objects.count() == before


def test_the_page_names_what_is_missing(cast):
    browser = cast.browser(OFFICER, "zh-hans")
    answer = browser.post(PAGE, {"name": "", "numbers": " ; ", "address": ""})
    assert answer.status_code == 400
    assert answer.context["form"].errors["name"]
    answer = browser.post(PAGE, {"numbers": ";".join(map(str, range(21)))})
    assert answer.context["form"].errors["numbers"]


@pytest.mark.parametrize(("who", "status"), [("auditor", 403), ("sysadmin", 403), ("centre.supervisor", 200)])
def test_people_who_read_no_cases_check_no_names(cast, who, status):
    assert cast.browser(who).get(PAGE).status_code == status
    assert ask(cast.browser(who), name="华锐重工").status_code == status


def test_the_api_answers_people_and_machines_with_the_scope(cast, client):
    stories.entry(cast, code="A-1")
    stories.own_entry(cast)
    [first, second] = ask(cast.browser(OFFICER), name="华锐重工株式会社").json()["results"]
    assert {first["listing"]["code"], second["listing"]["code"]} == {"A-1", "O-1"}
    assert (first["grade"], first["reasons"][0]["way"]) == ("exact", "name")
    for agency, scope, status, seen in (
        ("GACC", "screening:check", 200, {"A-1", "O-1"}),
        ("MOFCOM_SCB", "screening:check", 200, {"A-1"}),
        ("GACC", "leads:read", 403, set()),
    ):
        key = create_key(f"{agency} {scope}", Agency.objects.get(code=agency), [scope], actor=SYSTEM).text
        answer = client.post(
            API,
            {"name": "华锐重工株式会社"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code == status, (agency, scope)
        found = answer.json().get("results", [])
        assert {one["listing"]["code"] for one in found} == seen


@pytest.mark.parametrize(
    ("question", "pointer"),
    [
        ({}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": 5}, "/name"),
        ({"name": "x" * 301}, "/name"),
        ({"numbers": ["1"] * 21}, "/numbers"),
        ({"nom": "x"}, "/nom"),
    ],
)
def test_the_api_names_a_bad_field(cast, question, pointer):
    answer = ask(cast.browser(OFFICER), **question)
    assert answer.status_code == 400
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
