"""Anybody who is signed in reads the rules of a day, the versions, and the tables as files."""

from typing import Any

import pytest

from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key
from agencies.organisations.models import Agency
from cases.controls.models import RulebookVersion
from cases.controls.tables import TABLES
from tests.workbooks import read_back

pytestmark = pytest.mark.both_databases  # the law on goods is asked with lists of parties from the database

RULES = "/api/v1/controls/rules/"


def test_the_rules_of_a_day_are_listed_with_their_suspension(cast: Any) -> None:
    page = cast.browser("customs.officer").get("/controls/rules/?on=2026-11-10").content.decode()
    assert "A2025_57" in page
    assert "not applied at present" in page
    assert "A2023_23" not in page
    assert "/rule-changes/suspension/" not in page
    assert (
        "/rule-changes/suspension/?rule=A2025_57" in cast.browser("sysadmin").get("/controls/rules/").content.decode()
    )


def test_the_api_lists_the_rules_of_a_version_and_names_an_unknown_one(cast: Any) -> None:
    browser, newest = cast.browser("customs.officer"), RulebookVersion.objects.count()
    assert browser.get(RULES, {"version": newest, "on": "2026-11-10"}).json()["version"] == newest
    for wrong, code in ((99_999, "choice"), ("soon", "invalid")):
        refused = browser.get(RULES, {"version": wrong})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/version")
        assert refused.json()["errors"][0]["code"] == code


def test_each_version_can_be_asked_again_and_an_unknown_one_is_not_found(cast: Any) -> None:
    page = cast.browser("customs.officer").get("/controls/versions/").content.decode()
    assert f'href="/controls/?version={RulebookVersion.objects.count()}"' in page
    assert cast.browser("customs.officer").get("/controls/?version=99999").status_code == 404


def test_each_table_is_a_file_in_the_format_of_the_import(cast: Any) -> None:
    browser = cast.browser("sysadmin")
    for name, table in TABLES.items():
        answer = browser.get(f"/controls/rows/?table={name}")
        assert answer.content.decode("utf-8-sig").splitlines()[0] == ",".join(table.header)
        heads, *rows = read_back(browser.get(f"/controls/rows/?table={name}&form=xlsx").content)
        assert list(heads) == list(table.header)
        assert all(isinstance(cell, str | None) for row in rows for cell in row), "codes are texts"
    assert browser.get("/controls/rows/?table=users").status_code == 404


def test_a_system_lists_the_rules_of_a_day(cast: Any, client: Any) -> None:
    key = create_key("PORT", Agency.objects.get(code="GACC"), ["controls:check"], actor=SYSTEM).text
    headers = {"Authorization": f"Bearer {key}"}
    answer = client.get(f"{RULES}?on=2026-11-10", headers=headers).json()
    found = {row["code"]: row for row in answer["results"]}
    assert (found["A2025_57"]["state"], found["A2025_57"]["suspended_until"]) == ("suspended", "2026-11-10")
    assert found["A2024_46-1"]["destinations"] == ["USA"]
    assert client.get(f"{RULES}?on=x", headers=headers).status_code == 400
    assert client.get(f"{RULES}?version=99999", headers=headers).status_code == 400
    assert client.get(RULES).status_code == 401


def test_a_verdict_is_repeated_with_a_version(cast: Any) -> None:
    number = RulebookVersion.objects.count()
    asked = {"description": "氧化钬", "on": "2026-11-11"}
    browser = cast.browser("customs.officer")
    for question in ({**asked, "version": number}, {"checks": [asked], "version": number}):
        answer = browser.post("/api/v1/controls/check/", question, content_type="application/json").json()
        assert answer.get("results", [answer])[0]["version"] == number
    wrong = browser.post("/api/v1/controls/check/", {**asked, "version": 99999}, content_type="application/json")
    assert wrong.status_code == 400
