"""Reference lists: both languages in one row, the codes that the API accepts, and 304 while a list is the same."""

from typing import Any

import pytest

from cases.controls.models import District, Technique
from coordination.api.reference import LISTS
from tests import stories

pytestmark = pytest.mark.django_db
INDEX = "/api/v1/reference/"


def test_a_system_reads_every_list_of_the_index_in_both_languages(machine: Any) -> None:
    system = machine("GACC", "reference:read")
    listed = system.get(INDEX).json()["results"]
    assert [one["name"] for one in listed] == list(LISTS)
    for one in listed:
        answer = system.get(one["url"])
        rows = answer.json()["results"]
        assert rows, one["name"]
        assert len({row["code"] for row in rows}) == len(rows), one["name"]
        assert all(row["code"] and row["name_zh"] and row["name_en"] for row in rows), one["name"]


def test_a_list_is_the_same_in_either_language_and_answered_with_304(machine: Any) -> None:
    system = machine("GACC", "reference:read")
    first = system.get(f"{INDEX}districts/")
    assert {row["code"] for row in first.json()["results"]} == set(District.objects.values_list("code", flat=True))
    again = {"headers": {"if-none-match": first["ETag"], "accept-language": "zh-hans"}}
    same = system.client.get(f"{INDEX}districts/", **again)
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    District.objects.filter(code=District.objects.first().code).update(name_en="Renamed")
    changed = system.client.get(f"{INDEX}districts/", **again)
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert "Renamed" in changed.text


def test_codes_of_the_lists_are_accepted_in_a_report(machine: Any) -> None:
    system = machine("GACC", "reference:read", "leads:write")

    def code(name: str) -> str:
        return system.get(f"{INDEX}{name}/").json()["results"][-1]["code"]

    shipment = {"customs_district": code("districts"), "route": [code("countries")]}
    party = {"role": code("party-roles"), "kind": code("party-kinds"), "name": "x"}
    more = {"severity": code("severities"), "techniques": [code("techniques")], "report_type": code("report-types")}
    assert system.post(stories.content(shipments=[shipment], parties=[party], **more)).status_code == 201
    assert Technique.objects.filter(code=more["techniques"][0]).exists()


def test_units_name_their_agency_and_goods_their_mineral(machine: Any) -> None:
    system = machine("GACC", "reference:read")
    agencies = {row["code"]: row for row in system.get(f"{INDEX}agencies/").json()["results"]}
    assert agencies["GACC_RISK"]["agency"] == "GACC"
    minerals = {row["code"] for row in system.get(f"{INDEX}minerals/").json()["results"]}
    assert {row["mineral"] for row in system.get(f"{INDEX}goods/").json()["results"]} <= minerals


def test_people_read_them_too_and_an_unknown_list_and_a_stranger_get_nothing(cast: Any, client: Any) -> None:
    for who in ("customs.officer", "customs.admin", "auditor"):
        assert cast.browser(who).get(f"{INDEX}countries/").status_code == 200
    assert cast.browser("customs.officer").get(f"{INDEX}users/").status_code == 404
    assert client.get(INDEX).status_code == 401
