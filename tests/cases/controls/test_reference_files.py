"""The reference data as shipped."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from agencies.kernel.reference import read_csv
from cases.controls import __file__ as resource
from cases.controls.matching import find
from cases.controls.rulebook import shipped, shipped_tables
from cases.intake import __file__ as intake

pytestmark = pytest.mark.both_databases  # the law on goods is asked with lists of parties from the database

DATA = Path(resource).parent / "data"
SAMPLES = Path(intake).parent / "data" / "samples"
TABLES = {
    "countries": ("alpha3", 249),
    "violation_types": ("code", 13),
    "techniques": ("code", 19),
    "control_items": ("item_id", 107),
    "instruments": ("code", 54),
    "penalties": ("code", 30),
    "documents": ("code", 57),
    "identifiers": ("code", 18),
    "provinces": ("code2", 34),
    "districts": ("code4", 42),
    "offences": ("code", 8),
    "offence_routes": ("code", 8),
    "party_roles": ("code", 38),
}
Row = dict[str, str]


def table(name: str) -> dict[str, Row]:
    return {row[TABLES[name][0]]: row for row in read_csv(DATA / f"{name}.csv")}


def samples(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("name", "key", "count"), [(name, *rest) for name, rest in TABLES.items()])
def test_every_table_has_all_its_rows_once(name: str, key: str, count: int) -> None:
    keys = [row[key] for row in read_csv(DATA / f"{name}.csv")]
    assert all(keys)
    assert len(set(keys)) == len(keys) == count


@pytest.mark.parametrize("name", TABLES)
def test_every_name_exists_in_both_languages(name: str) -> None:
    for row in read_csv(DATA / f"{name}.csv"):
        for column in row:
            if column.endswith("_zh") and column.replace("_zh", "_en") in row:
                assert bool(row[column]) == bool(row[column.replace("_zh", "_en")]), (name, column, row)


def test_countries_carry_their_official_chinese_names() -> None:
    countries = table("countries")
    assert len({row["alpha2"] for row in countries.values()}) == 249
    for code, zh, en in (
        ("TWN", "中国台湾", "Taiwan, China"),
        ("HKG", "中国香港", "Hong Kong, China"),
        ("MAC", "中国澳门", "Macao, China"),
        ("PRK", "朝鲜", "Democratic People's Republic of Korea"),
        ("KOR", "韩国", "Republic of Korea"),
        ("CHN", "中国", "China"),
    ):
        assert (countries[code]["name_zh"], countries[code]["name_en"]) == (zh, en)


def test_codes_violation_types_and_roles_of_the_published_cases_are_known() -> None:
    countries, techniques, districts = table("countries"), table("techniques"), table("districts")
    for lead in samples("intake"):
        assert set(lead["techniques"]) <= set(techniques)
        assert {party["country"] for party in lead["parties"]} <= {None, *countries}
        for shipment in lead["shipments"]:
            assert shipment["customs_district"] in {None, *districts}
            assert set(shipment["route"]) <= set(countries)
    violations, roles = table("violation_types"), table("party_roles")
    assert {"end_use_diversion", "licence_abuse", "parcels"} <= set(violations)
    for case in samples("cases"):
        assert case["violation_type"] in violations
        assert {party["role"] for party in case["parties"]} <= set(roles)
    assert {party["role"] for lead in samples("intake") for party in lead["parties"]} <= set(roles)


def test_positions_have_no_gap_districts_a_province_and_offences_a_track_and_a_route_with_its_reason() -> None:
    for name in ("violation_types", "offences"):
        positions = [int(row["position"]) for row in read_csv(DATA / f"{name}.csv")]
        assert positions == list(range(1, len(positions) + 1))
    provinces = table("provinces")
    for district in table("districts").values():
        assert district["code4"] == district["prefix"] + "00"
        assert district["province_gb2260"] in provinces
    for offence in table("offences").values():
        assert offence["track"] in {"general", "economic"}
    routes = list(read_csv(DATA / "offence_routes.csv"))
    assert {row["offence"] for row in routes} == set(table("offences"))
    for row in routes:
        assert row["desk"] in {"antismuggling", "ecid", "security", "supervision"}
        assert row["reason_zh"]
        assert row["effective_from"]


def test_rows_of_the_control_law_name_known_instruments_and_goods() -> None:
    tables, instruments = shipped_tables(), table("instruments")
    items = {row["item_id"]: row["material"] for row in tables["control_items"]}
    rules = {row["code"]: row for row in tables["control_rules"]}
    for rule in rules.values():
        assert rule["instrument"] in instruments
        assert set(rule["materials"].split(";")) <= {*items, *items.values(), "*", ""}
        assert rule["confidence"] in {"S", "K", "U"}
    for row in tables["control_suspensions"]:
        assert row["instrument"] in instruments
        assert row["rule"] in rules
        assert row["suspended_from"] <= row["suspended_until"]
    for name in ("control_names", "control_parameters"):
        assert {row["item_id"] for row in tables[name]} <= set(items)
    assert set(items) == {row["item_id"] for row in tables["control_names"]}


def test_every_day_of_control_is_covered_by_one_listing() -> None:
    book = shipped()
    for item, rules in book.rules_of.items():
        listings = sorted((one for one in rules if one.is_listing), key=lambda one: str(one.begins))
        assert listings or any(one.is_basic for one in rules), item
        for before, after in pairwise(listings):
            assert before.ends
            assert after.begins
            assert (after.begins - before.ends).days == 1, item


@pytest.mark.parametrize(
    ("description", "item_id"),
    [
        ("锑锭", "CI016"),
        ("氧化锑", "CI017"),
        ("金属镓(1瓶)", "CI001"),
        ("砷化镓", "CI005"),
        ("含镝钕铁硼磁钢(2种型号)", "CI074"),
        ("人造石墨坩埚301件", "CI027"),
        ("钐钴永磁体(钐22.6%)", "CI053"),
        ("氧化钪", "CI069"),
        ("Antimony oxides", "CI017"),
        ("Tin-bismuth solder paste, 55.3 % Bi", "CI040"),
    ],
)
def test_the_longest_name_in_a_description_finds_the_goods(description: str, item_id: str) -> None:
    found = find(shipped(), description=description, given={})
    assert item_id in [one.goods.item_id for one in found]


def test_no_name_means_two_goods_and_codes_of_control_items_are_lists_of_whole_codes() -> None:
    names = [row["name"] for row in shipped_tables()["control_names"]]
    assert len(set(names)) == len(names)
    for item in table("control_items").values():
        assert re.fullmatch(r"([0-9][A-E][0-9]{3}(\.[a-z])?(;|$))*", item["control_code"]), item["item_id"]
        assert re.fullmatch(r"((\d{6}|\d{8}|\d{10})(;|$))*", item["hs_codes"]), item["item_id"]


def test_patterns_of_identifiers_compile_and_accept_their_example() -> None:
    for row in table("identifiers").values():
        pattern = re.compile(row["format_regex"])
        example = row["test_valid"].removesuffix(" (synthetic)")
        assert not example or pattern.fullmatch(example), row["code"]
