"""The versions of the control law: a release adds one, and rows that people imported stay."""

from collections.abc import Iterator
from datetime import date

import pytest

from cases.controls import store
from cases.controls.models import RulebookVersion
from cases.controls.rulebook import shipped
from cases.controls.verdicts import Facts, controls

pytestmark = pytest.mark.django_db
HOLMIUM, DAY = Facts(description="氧化钬"), date(2026, 11, 11)
PROLONGED = {
    "rule": "A2025_57",
    "instrument": "A2025_70",
    "suspended_from": "2025-11-07",
    "suspended_until": "2027-11-10",
    "resumed_by": "",
    "confidence": "S",
}


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """The rulebook of this process outlives a test; the rows of the test do not."""
    yield
    store._InUse.book = shipped()


def test_the_same_rows_make_no_new_version() -> None:
    before = RulebookVersion.objects.count()
    assert store.load_rulebook() == len(shipped().rules)
    assert RulebookVersion.objects.count() == before >= 1


def test_an_imported_row_replaces_the_one_of_the_release_and_outlives_the_next() -> None:
    store.publish_tables({"control_suspensions": [PROLONGED]}, digest="of an earlier release", grounds="prolonged")
    store.load_rulebook()
    store.forget()
    book = store.current()
    assert book.version == RulebookVersion.objects.count()
    assert controls(HOLMIUM, DAY, book).verdict == "suspended"
    assert controls(HOLMIUM, DAY, store.read_version(1)).verdict == "licence"


def test_rows_that_cannot_be_read_make_no_version() -> None:
    before = RulebookVersion.objects.count()
    wrong = {**PROLONGED, "suspended_until": "next year"}
    with pytest.raises(ValueError, match="next year"):
        store.publish_tables({"control_suspensions": [wrong]}, digest="", grounds="")
    assert RulebookVersion.objects.count() == before
