"""The shipped tree of agencies."""

from pathlib import Path

from agencies.kernel.reference import read_csv
from agencies.organisations import __file__ as resource

ROWS = list(read_csv(Path(resource).parent / "data" / "agencies.csv"))
BY_CODE = {row["code"]: row for row in ROWS}
UNITS = {
    *("MOFCOM_LAW", "MOFCOM_SEO", "MPS_NET", "MPS_ICD"),
    *("GACC_RISK", "GACC_PORT", "GACC_DUTY", "GACC_BIZ", "GACC_AUDIT", "GACC_FTZ", "GACC_STAT"),
}


def numbered(prefix: str) -> set[str]:
    return {code for code in BY_CODE if code.startswith(prefix) and code.removeprefix(prefix).isdigit()}


def test_every_code_is_used_once() -> None:
    assert len(ROWS) == len(BY_CODE) == 181


def test_both_parents_come_before_their_child() -> None:
    seen = {""}
    for row in ROWS:
        assert {row["parent"], row["second_parent"]} <= seen, row["code"]
        seen.add(row["code"])


def test_classes_became_real_agencies() -> None:
    districts = {code.removeprefix("CUS_") for code in numbered("CUS_")}
    assert len(districts) == 42
    assert {code.removeprefix("ASB_") for code in numbered("ASB_")} == districts
    assert len(numbered("PDOC_")) == len(numbered("PPSD_")) == 31
    assert not {"CUS_DIST", "CUS_SUB", "CUS_DIST_ASB", "PDOC", "PPSD"} & set(BY_CODE)


def test_anti_smuggling_bureaus_are_under_customs_and_police() -> None:
    bureaus = {"GACC_ASB", "ASB_GD", *numbered("ASB_")}
    assert {row["code"] for row in ROWS if row["second_parent"]} == bureaus
    assert {BY_CODE[code]["second_parent"] for code in bureaus} == {"MPS"}
    assert {BY_CODE[code]["parent"] for code in bureaus - {"GACC_ASB"}} == {"GACC_ASB"}
    assert BY_CODE["GACC_ASB"]["parent"] == "GACC"


def test_units_are_below_an_agency() -> None:
    assert {row["code"] for row in ROWS if row["is_agency"] == "0"} == UNITS
    assert all(BY_CODE[BY_CODE[code]["parent"]]["is_agency"] == "1" for code in UNITS)
    assert all(row["kind"] == ("agency" if row["is_agency"] == "1" else "unit") for row in ROWS)


def test_bureaus_of_a_ministry_sign_in_its_name() -> None:
    signing = {row["code"]: row["signs_as"] for row in ROWS if row["signs_as"]}
    assert signing == {"MOFCOM_SCB": "MOFCOM", "MPS_ECID": "MPS", "MPS_FDE": "MPS", "MPS_CID": "MPS"}


def test_investigators_start_from_the_stricter_handling_code() -> None:
    strict = {row["code"] for row in ROWS if row["default_handling"] == "H3"}
    police_and_secrets = {code for code in BY_CODE if code.startswith(("MPS", "PPSD_", "ASB_"))}
    assert strict == police_and_secrets | {"GACC_ASB", "MSS", "SPP"}
    assert {row["default_handling"] for row in ROWS} == {"H2", "H3"}


def test_every_name_exists_in_both_languages_and_is_unique() -> None:
    for language in ("name_zh", "name_en"):
        names = [row[language] for row in ROWS]
        assert all(names)
        assert len(set(names)) == len(names)
