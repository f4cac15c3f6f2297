"""Names of users: armed forces are found by whole words, and entries of lists by name, number or likeness."""

from collections.abc import Iterator
from datetime import date

import pytest

from cases.controls import parties
from cases.controls.destinations import answer, distinct, matter_of, verdicts_of
from cases.controls.parties import CheckedParty, ListEntry, listed, read_entries_from, read_military
from cases.controls.rulebook import shipped
from cases.controls.terms import CheckFacts
from cases.controls.verdicts import decisive

pytestmark = pytest.mark.both_databases  # the law on goods is asked with lists of parties from the database

DAY = date(2026, 3, 1)
LISTED = ListEntry(
    code="E-1",
    watch_list="control",
    names=("Invented Heavy Industries Ltd", "示例重工株式会社", "IHI Example"),
    numbers=("9074729",),
    begins=date(2026, 2, 24),
    ends=date(2026, 6, 30),
)


@pytest.fixture(autouse=True)
def no_entries() -> Iterator[None]:
    """No list of the database is asked."""
    kept = parties._Source.read
    read_entries_from(tuple)
    yield
    read_entries_from(kept)


@pytest.fixture
def entries(no_entries: None) -> None:
    """One invented entry in place of the lists of the product."""
    held = [LISTED]
    read_entries_from(lambda: held)


@pytest.mark.parametrize(
    ("name", "state", "country"),
    [
        ("US Army", "yes", "USA"),
        ("U.S. Air Force, Ramstein", "yes", "USA"),
        ("Department of War", "yes", "USA"),
        ("U.S. Department of Defense", "yes", "USA"),
        ("Ministry of Defence", "yes", ""),
        ("日本海上自卫队", "yes", "JPN"),
        ("泰国海军", "yes", "THA"),
        ("Poland Air Force", "yes", "POL"),
        ("美国国防部", "yes", "USA"),
        ("US Army Credit Union LLC", "near", "USA"),
        ("Cool Air Force Ltd", "near", ""),
        ("东海军港酒店有限公司", "near", ""),
        ("Fresh Air Force Cooling LLC", "unknown", ""),
        ("东海军民贸易公司", "unknown", ""),
        ("Old Navy LLC", "unknown", ""),
        ("Armyworm Control Co", "unknown", ""),
        ("Warfare-free Games Inc", "unknown", ""),
        ("", "unknown", ""),
    ],
)
def test_armed_forces_are_found_by_whole_words(name: str, state: str, country: str) -> None:
    found = read_military([name], shipped(), DAY)
    assert (found.state, found.country) == (state, country)


def test_a_term_counts_from_its_first_day() -> None:
    assert read_military(["Department of War"], shipped(), date(2025, 9, 4)).state == "unknown"
    assert read_military(["Department of War"], shipped(), date(2025, 9, 5)).state == "yes"


@pytest.mark.usefixtures("entries")
@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Invented Heavy Industries Ltd", False),
        ("INVENTED HEAVY INDUSTRIES, LTD.", False),
        ("示例重工株式会社", False),
        ("Invented Heavy Industries", True),
        ("Invented Heavy Industries Shipbuilding Co., Ltd.", True),
        ("示例重工（泰国）有限公司", True),
        ("Invented Heavyweight Gloves Ltd", None),
        ("Heavy Industries Ltd", True),
        ("Reinvented Heavy Industriesque", None),
        ("Harmless Trading Co", None),
    ],
)
def test_listed_names_are_found_with_word_borders_and_a_similar_one_asks(name: str, near: bool | None) -> None:
    found = listed([CheckedParty(name, "end_user")], DAY)
    assert [one.is_near for one in found] == ([] if near is None else [near])
    verdict = answer(
        CheckFacts(description="金属镓", destination="THA", end_user=name, military="no", end_use="civil"),
        DAY,
        shipped(),
    )
    families = {one.family: one.verdict for one in verdict.families}
    assert families["listed"] == {None: "does_not", True: "cannot_tell", False: "barred"}[near]
    assert verdict.verdict == ("barred" if near is False else "licence")


@pytest.mark.usefixtures("entries")
def test_an_entry_counts_on_its_days_and_by_its_number() -> None:
    party = CheckedParty("Renamed Shipping SA", "consignee", ("9074729",))
    days = {date(2026, 2, 23): 0, date(2026, 2, 24): 1, date(2026, 6, 30): 1, date(2026, 7, 1): 0}
    assert {day: len(listed([party], day)) for day in days} == days


@pytest.mark.usefixtures("entries")
def test_a_listed_owner_asks_and_counts_from_one_half_where_the_announcement_says_so() -> None:
    known = {"destination": "DEU", "end_user": "Subsidiary GmbH", "military": "no", "end_use": "civil"}
    owned = CheckFacts(description="氧化镝", **known, owner="示例重工株式会社", owner_share=None)  # type: ignore[arg-type]
    verdict = answer(owned, DAY, shipped())
    assert verdict.verdict == "licence"
    assert {one.verdict: one.missing for one in verdict.could_become}["barred"] == ("listed_party",)
    assert "affiliate" in verdict.doubts


def test_a_report_is_asked_with_its_users_ways_and_both_names_of_the_goods() -> None:
    matter = matter_of(
        [{"route": ["CHN", "VNM"], "final_destination": "THA"}],
        [
            {"name": "Harmless Trading Co", "role": "end_user", "country": "THA"},
            {"name": "US Army", "role": "end_user"},
            {"name": "Example Forwarding Co", "role": "consignee", "country": "VNM"},
        ],
    )
    found = distinct(verdicts_of({"description": "锑锭", "declared_as": "锡锭"}, matter, date(2025, 3, 1), shipped()))
    assert [(one.reading, one.code, one.verdict.verdict) for one in found] == [
        ("described", "THA", "barred"),
        ("declared", "THA", "licence"),
    ]
    assert [one.rule.code for one in decisive(found[0].verdict)] == ["A2024_46-1"]


def test_a_name_that_says_the_same_is_told_once() -> None:
    matter = matter_of([{"route": ["CHN", "THA"]}])
    item = {"description": "锑锭", "declared_as": "antimony ingot"}
    assert len(distinct(verdicts_of(item, matter, date(2025, 3, 1), shipped()))) == 1


@pytest.mark.parametrize(
    ("shipment", "journey"),
    [
        ({"route": ["CHN", "VNM", "USA"]}, ("USA", ("VNM",), "export")),
        ({"route": ["CHN", "VNM"], "final_destination": "USA"}, ("USA", ("VNM",), "export")),
        ({"route": ["MMR", "CHN", "JPN"]}, ("JPN", ("CHN",), "transit")),
        ({"route": ["USA"]}, ("USA", (), "")),
        ({"route": ["THA", "USA"], "mode": "reexport"}, ("USA", (), "reexport")),
        ({"route": ["USA", "CHN"]}, None),
        ({"route": ["CHN"], "mode": "release"}, ("CHN", (), "release")),
        ({"route": []}, None),
    ],
)
def test_a_route_gives_destination_way_and_countries_between(shipment: dict[str, object], journey: object) -> None:
    found = [(one.destination, one.between, one.mode) for one in matter_of([shipment]).journeys]
    assert found == ([] if journey is None else [journey])


def test_the_recipient_of_technology_is_asked_about() -> None:
    item = {"description": "碲生产技术", "nature": "technology", "recipient": "Japan Ministry of Defense"}
    (found,) = verdicts_of(item, matter_of([{"route": ["CHN", "SGP"], "mode": "release"}]), DAY, shipped())
    assert found.verdict.verdict == "barred"


@pytest.mark.parametrize(
    ("party", "verdict"),
    [
        ({"name": "US Army", "role": "end_user"}, "barred"),
        ({"name": "US Army", "role": "importer"}, "barred"),
        ({"name": "US Army", "country": "USA"}, "barred"),
        ({"name": "Example Works", "role": "consignee", "military": "yes", "country": "USA"}, "barred"),
        ({"name": "Example Works", "role": "end_user", "military": "yes", "country": "THA"}, "licence"),
        ({"name": "Example Works", "role": "organiser", "country": "USA"}, "licence"),
        ({"name": "Example Works", "role": "exporter", "country": "CHN"}, "licence"),
    ],
)
def test_a_military_party_abroad_counts_in_any_part(party: dict[str, str], verdict: str) -> None:
    matter = matter_of([{"route": ["CHN", "THA"]}], [{"name": "Example Trading Co", "role": "consignee"}, party])
    (found,) = verdicts_of({"description": "锑锭"}, matter, date(2025, 3, 1), shipped())
    assert found.verdict.verdict == verdict
