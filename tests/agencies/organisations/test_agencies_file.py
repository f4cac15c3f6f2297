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


def test_codes_and_names_are_unique_and_both_parents_come_before_their_child() -> None:
    assert len(ROWS) == len(BY_CODE) == 181
    seen = {""}
    for row in ROWS:
        assert {row["parent"], row["second_parent"]} <= seen, row["code"]
        seen.add(row["code"])
    for language in ("name_zh", "name_en"):
        names = [row[language] for row in ROWS]
        assert all(names)
        assert len(set(names)) == len(names)


def test_classes_became_real_agencies_and_anti_smuggling_bureaus_are_under_customs_and_police() -> None:
    districts = {code.removeprefix("CUS_") for code in numbered("CUS_")}
    assert len(districts) == 42
    assert {code.removeprefix("ASB_") for code in numbered("ASB_")} == districts
    assert len(numbered("PDOC_")) == len(numbered("PPSD_")) == 31
    assert not {"CUS_DIST", "CUS_SUB", "CUS_DIST_ASB", "PDOC", "PPSD"} & set(BY_CODE)
    bureaus = {"GACC_ASB", "ASB_GD", *numbered("ASB_")}
    assert {row["code"] for row in ROWS if row["second_parent"]} == bureaus
    assert {BY_CODE[code]["second_parent"] for code in bureaus} == {"MPS"}
    assert {BY_CODE[code]["parent"] for code in bureaus - {"GACC_ASB"}} == {"GACC_ASB"}
    assert BY_CODE["GACC_ASB"]["parent"] == "GACC"


def test_units_are_below_an_agency_bureaus_sign_for_their_ministry_and_investigators_start_stricter() -> None:
    assert {row["code"] for row in ROWS if row["is_agency"] == "0"} == UNITS
    assert all(BY_CODE[BY_CODE[code]["parent"]]["is_agency"] == "1" for code in UNITS)
    assert all(row["kind"] == ("agency" if row["is_agency"] == "1" else "unit") for row in ROWS)
    signing = {row["code"]: row["signs_as"] for row in ROWS if row["signs_as"]}
    assert signing == {"MOFCOM_SCB": "MOFCOM", "MPS_ECID": "MPS", "MPS_FDE": "MPS", "MPS_CID": "MPS"}
    strict = {row["code"] for row in ROWS if row["default_handling"] == "H3"}
    police_and_secrets = {code for code in BY_CODE if code.startswith(("MPS", "PPSD_", "ASB_"))}
    assert strict == police_and_secrets | {"GACC_ASB", "MSS", "SPP"}
    assert {row["default_handling"] for row in ROWS} == {"H2", "H3"}
