"""Files of the control law: what is wrong is named by row and column; what a file does not contain stays."""

from typing import Any

import pytest
from django.utils import translation

from agencies.kernel.errors import Invalid
from agencies.kernel.tables import csv_file
from cases.controls.reading import read_rows
from cases.controls.rulebook import build, shipped_tables
from cases.controls.store import overlaid
from cases.controls.tables import TABLES, changed_rows, differences

pytestmark = pytest.mark.both_databases  # the law on goods is asked with lists of parties from the database

HELD = overlaid(shipped_tables(), {})
GOOD = {
    "control_rules": {
        **{
            "code": "X1",
            "family": "dual_use",
            "materials": "gallium",
            "instrument": "A2026_1",
            "in_force_from": "2027-01-01",
        },
        **{"consequence": "licence", "confidence": "S"},
    },
    "control_suspensions": {
        **{"rule": "A2025_57", "instrument": "A2025_70", "suspended_from": "2026-11-11"},
        **{"suspended_until": "2027-11-10", "resumed_by": "", "confidence": "S"},
    },
    "control_parameters": {
        **{"item_id": "CI001", "option": "1", "name": "purity_percent", "operator": ">=", "value": "99.9", "unit": "%"},
        **{"label_zh": "纯度", "label_en": "Purity"},
    },
    "control_names": {"item_id": "CI001", "language": "en", "kind": "name", "name": "gallium chunk"},
    "control_groups": {
        **{"code": "G1", "name_zh": "示例组", "name_en": "Invented group", "instrument": "ECL", "members": "JPN;越南"},
    },
    "control_military_terms": {"language": "en", "term": "invented corps"},
}


def text_of(name: str, *rows: dict[str, str]) -> str:
    header = list(dict.fromkeys(column for row in rows for column in row))
    return csv_file([header, *([row.get(column, "") for column in header] for row in rows)]).decode("utf-8-sig")


def read(name: str, **changes: str) -> list[dict[str, str]]:
    return read_rows(text_of(name, {**GOOD[name], **changes}), TABLES[name], HELD)


def wrong(name: str, *rows: dict[str, str]) -> list[tuple[str, str]]:
    with translation.override("en"), pytest.raises(Invalid) as no:
        read_rows(text_of(name, *rows), TABLES[name], HELD)
    assert all(error.detail.startswith("Line ") for error in no.value.errors)
    return [(error.pointer, error.code) for error in no.value.errors]


def test_each_table_of_the_product_reads_as_it_is_written() -> None:
    for name, table in TABLES.items():
        cells = [table.header, *([row[column] for column in table.header] for row in HELD[name])]
        if HELD[name]:
            rows = read_rows(csv_file(cells).decode("utf-8-sig"), table, HELD)
            assert changed_rows(rows, table, HELD) == [], name


@pytest.mark.parametrize(
    ("name", "changes", "column", "code"),
    [
        ("control_rules", {"instrument": ""}, "instrument", "required"),
        ("control_rules", {"instrument": "A1999_1"}, "instrument", "unknown"),
        ("control_rules", {"destinations": "USA;Atlantis"}, "destinations", "country"),
        ("control_rules", {"in_force_until": "2026-12-31"}, "in_force_until", "order"),
        ("control_rules", {"in_force_from": "soon"}, "in_force_from", "format"),
        ("control_rules", {"in_force_from": ""}, "in_force_from", "required"),
        ("control_rules", {"materials": "unobtainium"}, "materials", "unknown"),
        ("control_rules", {"materials": ""}, "materials", "required"),
        ("control_rules", {"consequence": "perhaps"}, "consequence", "choice"),
        ("control_rules", {"instrument": "LIST"}, "in_force_from", "overlap"),
        ("control_rules", {"code": "A2025_57", "materials": "holmium", "in_force_until": "2025-11-06",
                           "in_force_from": "2025-11-01"}, "in_force_until", "order"),
        ("control_suspensions", {"instrument": ""}, "instrument", "required"),
        ("control_suspensions", {"rule": "A2099_1"}, "rule", "unknown"),
        ("control_suspensions", {"suspended_until": "2026-11-01"}, "suspended_until", "order"),
        ("control_suspensions", {"suspended_from": "2026-11-10"}, "suspended_from", "overlap"),
        ("control_suspensions", {"rule": "LIST", "suspended_from": "2024-01-01", "suspended_until": "2024-02-01"},
         "suspended_from", "outside"),
        ("control_suspensions", {"resumed_by": "A2025_70", "suspended_until": ""}, "suspended_until", "required"),
        ("control_parameters", {"operator": "~"}, "operator", "choice"),
        ("control_parameters", {"unit": "furlong"}, "unit", "choice"),
        ("control_parameters", {"value": "about 5"}, "value", "format"),
        ("control_parameters", {"item_id": "CI999"}, "item_id", "unknown"),
        ("control_names", {"kind": "nickname"}, "kind", "choice"),
        ("control_names", {"remove": "yes"}, "name", "unknown"),
        ("control_names", {"remove": "perhaps"}, "remove", "choice"),
        ("control_groups", {"members": "Atlantis"}, "members", "country"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_by_row_and_column(name: str, changes: dict[str, str], column: str, code: str) -> None:
    assert (f"/file/2/{column}", code) in wrong(name, {**GOOD[name], **changes})


def test_the_same_row_twice_and_strange_columns_are_refused() -> None:
    row = GOOD["control_rules"]
    assert wrong("control_rules", row, row) == [("/file/3/code", "taken")]
    assert wrong("control_rules", {**row, "colour": "red"}) == [("/file/1/H", "columns")]
    assert wrong("control_rules", {"code": "X1"}) == [("/file/1", "columns")]


def test_an_empty_cell_stays_empty_and_a_missing_column_stays_as_it_is() -> None:
    (limit,) = read("control_parameters", value="")
    assert limit["value"] == ""
    held = next(row for row in HELD["control_rules"] if row["code"] == "A2024_46-1")
    needed = {column.name: held[column.name] for column in TABLES["control_rules"].columns if column.needed}
    kept = {"materials": held["materials"], "destinations": held["destinations"]}
    (changed,) = read_rows(text_of("control_rules", needed | kept | {"note_en": ""}), TABLES["control_rules"], HELD)
    assert (changed["note_en"], changed["note_zh"]) == ("", held["note_zh"])


def test_countries_are_entered_by_name_and_a_group_stands_for_its_members() -> None:
    groups = read("control_groups")
    assert groups[0]["members"] == "JPN;VNM"
    tables = overlaid(HELD, {"control_groups": groups})
    text = text_of("control_rules", {**GOOD["control_rules"], "destinations": "G1;美国"})
    rows = read_rows(text, TABLES["control_rules"], tables)
    book = build(overlaid(tables, {"control_rules": rows}), version=1)
    assert next(rule for rule in book.rules if rule.code == "X1").destinations == {"JPN", "VNM", "USA"}


def test_a_difference_says_what_is_added_changed_and_ended_and_a_removed_name_no_longer_counts() -> None:
    held: Any = next(row for row in HELD["control_rules"] if row["code"] == "LIST")
    rows = [*read("control_rules"), {**held, "in_force_until": "2030-01-01"}, {**held, "code": "A2025_10"}]
    found = {one.key: one for one in differences({"control_rules": rows}, HELD)}
    assert [found[key].kind for key in ("X1", "LIST", "A2025_10")] == ["added", "ended", "changed"]
    assert [(old, new) for _label, old, new in found["LIST"].lines] == [("", "2030-01-01")]
    name = next(row for row in HELD["control_names"] if row["name"] == "镓锭")
    rows = read_rows(text_of("control_names", {**name, "remove": "yes"}), TABLES["control_names"], HELD)
    assert [one.kind for one in differences({"control_names": rows}, HELD)] == ["ended"]
    assert name not in overlaid(HELD, {"control_names": rows})["control_names"]
