"""Rows of work items are written once for a transaction, before it commits, and not at all if it does not."""

from pathlib import Path

import pytest
from django.db import transaction

from agencies.kernel import work
from agencies.kernel.work import atomic, touch

pytestmark = pytest.mark.both_databases  # work items are a projection

ROOT = Path(__file__).parents[3]


@pytest.fixture
def written(db, monkeypatch):
    """The touched objects passed to the writer, one entry per transaction."""
    calls = []
    monkeypatch.setattr(work, "_writers", [calls.append])
    return calls


def test_objects_touched_in_nested_transactions_are_written_once(written):
    with atomic():
        touch("task", 1)
        with atomic():
            touch("task", 2)
            touch("lead", 3)
        assert written == []
    assert written == [{"task": {1, 2}, "lead": {3}}]


def test_a_rolled_back_transaction_writes_nothing_and_leaves_nothing(written):
    @atomic
    def fail_after_touching():
        touch("task", 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_touching()
    with atomic():
        touch("task", 2)
    assert written == [{"task": {2}}]


def test_touching_outside_such_a_transaction_raises(db):
    with transaction.atomic(), pytest.raises(RuntimeError, match="transaction"):
        touch("task", 1)
    touch("calendar", 1)  # has no rows


def test_if_the_rows_cannot_be_written_the_transaction_is_rolled_back(db, monkeypatch, cast):
    def fail(changes):
        raise ZeroDivisionError

    monkeypatch.setattr(work, "_writers", [fail])
    person = cast.user("customs.officer")

    @atomic
    def rename():
        type(person).objects.filter(pk=person.pk).update(name_en="Another name")
        touch("task", 1)

    with pytest.raises(ZeroDivisionError):
        rename()
    assert cast.user("customs.officer").name_en == person.name_en


def test_the_product_writes_in_such_transactions_only():
    found = [
        str(path.relative_to(ROOT))
        for package in ("agencies", "cases", "coordination")
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts and "transaction.atomic(" in path.read_text(encoding="utf-8")
    ]
    assert found == ["agencies/kernel/work.py"]
