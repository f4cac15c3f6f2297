"""The versions of the control law: a release adds one, and rows that people imported stay."""

from datetime import date

import pytest

from cases.controls import store
from cases.controls.models import RulebookVersion
from cases.controls.rulebook import build, shipped
from cases.controls.terms import CheckFacts
from cases.controls.verdicts import controls

# Both databases: the law on goods is asked with lists of parties from the database.
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HOLMIUM, DAY = CheckFacts(description="氧化钬"), date(2026, 11, 11)
PROLONGED = {
    "rule": "A2025_57",
    "instrument": "A2025_70",
    "suspended_from": "2025-11-07",
    "suspended_until": "2027-11-10",
    "resumed_by": "",
    "confidence": "S",
}


def test_the_same_rows_or_rows_that_cannot_be_read_make_no_new_version() -> None:
    before = RulebookVersion.objects.count()
    assert store.load_rulebook() == len(shipped().rules)
    assert RulebookVersion.objects.count() == before >= 1
    wrong = {**PROLONGED, "suspended_until": "next year"}
    with pytest.raises(ValueError, match="next year"):
        store.publish_tables({"control_suspensions": [wrong]}, digest="", grounds="")
    assert RulebookVersion.objects.count() == before


def test_an_imported_row_replaces_the_one_of_the_release_and_outlives_the_next() -> None:
    store.publish_tables({"control_suspensions": [PROLONGED]}, digest="of an earlier release", grounds="prolonged")
    store.load_rulebook()
    store.forget()
    book = store.current()
    assert book.version == RulebookVersion.objects.count()
    assert controls(HOLMIUM, DAY, book).verdict == "suspended"
    assert controls(HOLMIUM, DAY, store.read_version(1)).verdict == "licence"


def test_a_version_without_families_users_and_ways_is_read_as_it_was() -> None:
    """Versions of earlier releases stay, with fewer columns."""
    tables = store.shipped_tables()
    later = ("family", "article", "users", "modes", "origin", "content", "owned_share")
    codes = ("LIST", "A2024_46-1", "A2024_46-2", "DUR14")
    rules = [{name: row[name] for name in row if name not in later} for row in tables["control_rules"]]
    old = {
        **tables,
        "control_rules": [{**row, "end_use": row["end_use"].split(";")[0]} for row in rules if row["code"] in codes],
        "control_items": [{k: v for k, v in row.items() if k != "nature"} for row in tables["control_items"]],
        "control_military_terms": [{"language": "en", "term": "us army"}],
    }
    book = build(old, version=1)
    asked = CheckFacts(description="金属镓", destination="USA", end_user="US Army")
    assert controls(asked, date(2025, 3, 1), book).verdict == "barred"
    assert controls(CheckFacts(description="shirts", notice="yes"), date(2025, 3, 1), book).verdict == "licence"
    RulebookVersion.objects.create(number=99, tables=old, shipped_digest="")
    assert {row["family"] for row in store.tables_of(99)["control_rules"]} == {""}


def test_a_suspension_that_names_an_instrument_suspends_all_its_rules() -> None:
    whole = {**PROLONGED, "rule": "A2025_61", "suspended_from": "2026-11-11"}
    store.publish_tables({"control_suspensions": [whole]}, digest="", grounds="prolonged")
    store.forget()
    facts = CheckFacts(description="氧化镝", origin="CHN", mode="reexport", destination="USA")
    families = {one.family: one.verdict for one in controls(facts, DAY, store.current()).families}
    assert families["foreign_made"] == "suspended"
