"""Anybody who is signed in, and a system with the scope, may ask what the control law says."""

import json
from typing import Any

import pytest

from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency

pytestmark = pytest.mark.both_databases  # the law on goods is asked with lists of parties from the database

API, PAGE = "/api/v1/controls/check/", "/controls/"
GALLIUM = {"description": "金属镓", "destination": "USA", "end_use": "civil"}


def ask(cast: Any, body: dict[str, Any], who: str = "customs.officer") -> Any:
    return cast.browser(who).post(API, json.dumps(body), content_type="application/json")


def test_the_answer_names_verdict_rules_and_citation_of_the_day(cast: Any) -> None:
    known = {"end_user": "Example Trading Co", "end_user_country": "USA", "military": "no"}
    data = ask(cast, {**GALLIUM, **known, "end_use": "unknown", "on": "2026-11-07"}).json()
    assert data["verdict"] == "licence"
    assert data["could_become"] == [{"verdict": "barred", "missing": ["end_use"]}]
    families = {one["family"]: one["verdict"] for one in data["families"]}
    assert (families["dual_use"], families["prohibition"]) == ("licence", "cannot_tell")
    assert families["licence_catalogue"] == "outside_scope"
    assert data["verify"] is True
    rules = {rule["code"]: rule for rule in data["rules"]}
    assert rules["A2024_46-2"]["status"] == "suspended"
    assert rules["A2024_46-2"]["until"] == "2026-11-27"
    assert rules["LIST"]["citation"] == "MOFCOM+MIIT+GACC+SCA Ann. 2024 No.51"


def test_questions_are_answered_in_order_with_figures_as_text_or_numbers_and_only_the_day_is_needed(cast: Any) -> None:
    days = {
        "2024-12-02": "licence",
        "2024-12-03": "not_licensed",
        "2026-11-27": "licence",
        "2026-11-28": "not_licensed",
    }
    answer = ask(cast, {"checks": [{**GALLIUM, "on": day} for day in days]}).json()
    assert [one["verdict"] for one in answer["results"]] == list(days.values())
    organic = {"description": "三甲基锑", "on": "2026-01-01"}
    for figure, verdict in (("99.9999", "licence"), (99.98, "not_controlled"), (100, "licence")):
        assert ask(cast, {**organic, "parameters": {"purity_percent": figure}}).json()["verdict"] == verdict
    assert ask(cast, {"on": "2026-01-01"}).json()["verdict"] == "cannot_tell"
    empty: dict[str, Any] = {
        "description": None,
        "hs_code": "",
        "parameters": {},
        "destination": "",
        "end_use": None,
        "end_user": "",
    }
    assert ask(cast, {**empty, "on": "2026-01-01"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/on"),
        ({"on": "tomorrow"}, "/on"),
        ({"on": "2026-01-01", "destination": "XXX"}, "/destination"),
        ({"on": "2026-01-01", "end_use": "perhaps"}, "/end_use"),
        ({"on": "2026-01-01", "parameters": {"purity_percent": "much"}}, "/parameters"),
        ({"on": "2026-01-01", "parameters": {"purity_percent": True}}, "/parameters"),
        ({"on": "2026-01-01", "parameters": [1]}, "/parameters"),
        ({"on": "2026-01-01", "colour": "red"}, "/colour"),
        ({"on": "2026-01-01", "mode": "by camel"}, "/mode"),
        ({"on": "2026-01-01", "military": True}, "/military"),
        ({"on": "2026-01-01", "intermediate": ["VNM", "XXX"]}, "/intermediate/1"),
        ({"on": "2026-01-01", "owner_share": "101"}, "/owner_share"),
        ({"on": "2026-01-01", "end_user_country": "Atlantis"}, "/end_user_country"),
        ({"checks": []}, "/checks"),
        ({"checks": [{"on": "2026-01-01"}, {}]}, "/checks/1/on"),
        ({"checks": [{"on": "2026-01-01"}] * 1001}, "/checks"),
    ],
)
def test_what_is_wrong_is_named(cast: Any, body: dict[str, Any], pointer: str) -> None:
    answer = ask(cast, body)
    assert answer.status_code == 400
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}


def test_a_system_needs_the_scope(cast: Any, client: Any) -> None:
    for scope, status in ((ApiKey.Scope.CONTROLS_CHECK, 200), (ApiKey.Scope.LEADS_READ, 403)):
        key = create_key(str(scope), Agency.objects.get(code="GACC"), [scope], actor=SYSTEM).text
        headers = {"authorization": f"Bearer {key}"}
        body = json.dumps({"on": "2026-01-01"})
        assert client.post(API, body, content_type="application/json", headers=headers).status_code == status
    assert client.post(API, "{}", content_type="application/json").status_code == 401


def test_an_administrator_may_ask_too(cast: Any) -> None:
    assert ask(cast, {"on": "2026-01-01"}, "sysadmin").status_code == 200
    assert "Control law" in cast.browser("sysadmin").get("/").content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Not licensed in principle", "MOFCOM Ann. 2024 No.46, item 2", "The published suspension has ended")),
        ("zh-hans", ("原则上不予许可", "商务部公告2024年第46号第二款", "公布的暂停期限已届满")),
    ],
)
def test_the_page_answers_in_both_languages(cast: Any, language: str, words: tuple[str, ...]) -> None:
    query = {**GALLIUM, "destination": "美国", "on": "2026-11-28"}
    text = cast.browser("customs.officer", language).get(PAGE, query).content.decode()
    assert [word for word in words if word not in text] == []


def test_the_page_asks_for_the_parameters_of_the_goods_and_names_a_wrong_field(cast: Any) -> None:
    browser, query = cast.browser("customs.officer"), {"description": "氧化锑", "on": "2026-01-01"}
    assert "Purity (%)" in browser.get(PAGE, query).content.decode()
    answer = browser.get(PAGE, {**query, "p_purity_percent": "99.995"}).content.decode()
    assert "Licence needed" in answer
    text = cast.browser("customs.officer").get(PAGE, {"on": "2026-01-01", "destination": "Atlantis"}).content.decode()
    assert "“Atlantis” is not in the list. The nearest: " in text
    assert "No question yet" in cast.browser("customs.officer").get(PAGE).content.decode()


def test_page_and_api_answer_the_same_on_every_part_of_the_question(cast: Any) -> None:
    question = {
        **{"description": "氧化镝", "nature": "goods", "origin": "CHN", "mode": "reexport", "consignee": "Example Co"},
        **{"consignee_country": "SGP", "destination": "DEU", "end_user": "Example Forces", "end_user_country": "DEU"},
        **{"military": "yes", "owner": "Example Holding", "owner_share": "60", "end_use": "civil", "notice": "no"},
        "on": "2025-10-20",
    }
    data = ask(cast, {**question, "intermediate": ["MYS"]}).json()
    assert data["verdict"] == "not_licensed"
    families = {one["family"]: one["verdict"] for one in data["families"]}
    assert (families["dual_use"], families["foreign_made"]) == ("licence", "not_licensed")
    text = cast.browser("customs.officer").get(PAGE, {**question, "intermediate": "MYS"}).content.decode()
    for words in ("Not licensed in principle", "Foreign-made items", "MOFCOM Ann. 2025 No.61, item 2"):
        assert words in text, words


def test_goods_that_no_family_covers_are_outside_and_not_cleared(cast: Any) -> None:
    data = ask(cast, {"description": "cotton shirts", "on": "2026-01-01"}).json()
    assert (data["verdict"], data["could_become"]) == ("outside_scope", [{"verdict": "licence", "missing": ["notice"]}])
    text = cast.browser("customs.officer").get(PAGE, {"description": "cotton shirts", "on": "2026-01-01"}).text
    assert "nothing is said about them" in text
    assert "Not controlled" not in text
