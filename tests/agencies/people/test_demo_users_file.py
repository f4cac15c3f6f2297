"""The shipped people of the demonstration."""

from collections import Counter
from pathlib import Path

from agencies.kernel.reference import read_csv
from agencies.organisations import __file__ as agencies
from agencies.people import __file__ as resource

USERS = list(read_csv(Path(resource).parent / "data" / "demo_users.csv"))
AGENCIES = {row["code"]: row for row in read_csv(Path(agencies).parent / "data" / "agencies.csv")}
ROLES = {"officer", "lead", "agency_admin", "coordinator", "supervisor", "auditor", "sysadmin", "secadmin"}
RANKS = ("officer", "lead", "head")
STAFFED = ("customs", "commerce", "police", "antismuggling")
OTHERS = (
    *("customs.legal", "commerce.legal", "customs.admin", "commerce.admin", "police.admin", "antismuggling.admin"),
    *(
        "procurator",
        "procurator.second",
        "procurator.head",
        "procurator.admin",
        "centre.coordinator",
        "centre.supervisor",
    ),
    *("auditor", "sysadmin", "secadmin"),
    *("antismuggling.deputy", "police.deputy"),
)


def test_all_sign_ins_exist_with_unique_names_and_phones_and_each_deciding_agency_has_one_principal() -> None:
    assert sorted(row["username"] for row in USERS) == sorted(
        [*(f"{agency}.{rank}" for agency in STAFFED for rank in RANKS), *OTHERS]
    )
    for column in ("username", "name_zh", "name_en", "phone"):
        assert len({row[column] for row in USERS}) == len(USERS) == 29
    assert all(row["desk_zh"] and row["desk_en"] for row in USERS)
    principals = Counter(row["agency"] for row in USERS if row["office"] == "principal")
    assert principals == {"GACC": 1, "MOFCOM_SCB": 1, "MPS_ECID": 1, "GACC_ASB": 1, "SPP": 1}


def test_everyone_belongs_to_a_unit_of_their_agency_and_the_three_administrators_are_separate() -> None:
    for row in USERS:
        agency, unit = AGENCIES[row["agency"]], AGENCIES[row["unit"]]
        assert agency["is_agency"] == "1"
        assert unit is agency or (unit["is_agency"] == "0" and unit["parent"] == agency["code"]), row["username"]
    apart = {"auditor", "sysadmin", "secadmin"}
    for row in USERS:
        roles = set(filter(None, row["roles"].split(";")))
        assert roles <= ROLES
        assert len(roles) <= 1 or not roles & apart
        assert roles or row["office"], "an office holder acts by his office alone"
