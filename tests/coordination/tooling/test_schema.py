"""The schema of the database is compared with that of this version, by `prepare`, `check --deploy` and `/readyz`."""

import pytest
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test import Client

from agencies.journal import triggers
from coordination.config import production
from coordination.tooling import schema
from coordination.tooling.management.commands import prepare
from coordination.tooling.operation import health

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]  # each has its own listing


def change(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def changed() -> None:
    change("DROP INDEX case_closed")


def test_the_file_lists_what_the_migrations_make():
    listed = schema.schema_file().read_text(encoding="utf-8").splitlines()
    assert schema.listing() == listed, "run python -m dev write_schema on this engine"
    assert schema.differences() == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("ALTER TABLE casefile_case ADD COLUMN later integer", ["unexpected: casefile_case"]),
        ("ALTER TABLE casefile_case DROP COLUMN title", ["missing: casefile_case"]),
        ("DROP INDEX case_closed", ["missing: casefile_case CREATE INDEX"]),
        ("CREATE UNIQUE INDEX added ON casefile_case (state)", ["unexpected: casefile_case CREATE UNIQUE INDEX"]),
        ("DROP TABLE django_session", ["missing: django_session"]),
    ],
)
def test_a_changed_column_or_index_is_named(statement, found):
    change(statement)
    named = schema.differences()
    assert named
    assert all(any(line.startswith(one) for line in named) for one in found)


def test_another_condition_of_an_index_is_a_difference(changed):
    change("CREATE INDEX case_closed ON casefile_case (state_since) WHERE state = 'OPEN'")
    [line] = schema.differences()
    assert line.startswith("missing: casefile_case CREATE INDEX")
    assert "CLOSED" in line


def test_a_missing_trigger_is_named():
    triggers.drop(connection)
    assert {line.partition(" CREATE")[0] for line in schema.differences()} == {"missing: journal_event"}


@pytest.mark.postgres
def test_a_trigger_that_is_switched_off_is_named():
    change("ALTER TABLE journal_event DISABLE TRIGGER journal_event_no_change")
    assert [line.partition(" ")[0] for line in schema.differences()] == ["missing:", "unexpected:"]


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE of_other_software (id integer)", "CREATE INDEX added ON casefile_case (state, id)"],
)
def test_tables_of_other_software_and_further_indexes_are_left_alone(statement):
    change(statement)
    assert schema.differences() == []


def test_prepare_refuses_with_the_name_and_the_remedy(changed, monkeypatch, settings):
    monkeypatch.setattr(prepare, "call_command", lambda *args, **options: None)
    with pytest.raises(CommandError) as refused:
        prepare.Command().prepare()
    message = str(refused.value)
    assert str(settings.DATABASES["default"]["NAME"]) in message
    assert "\n- missing: casefile_case CREATE INDEX" in message
    assert all(name in message for name in ("docs/upgrading.md", "DATA_DIR", "DATABASE_URL"))


def test_the_check_names_it(changed):
    found = {message.id: message.msg for message in production.check_safe_to_start()}
    assert "missing: casefile_case" in found["coordination.E002"]


def test_a_database_without_difference_passes_the_check():
    assert [message for message in production.check_safe_to_start() if message.id == "coordination.E002"] == []


def test_readyz_waits_for_the_schema_and_then_compares_no_more(monkeypatch, caplog):
    monkeypatch.setattr(health, "_schema_is_right", False)
    with transaction.atomic():
        change("DROP INDEX case_closed")
        answer = Client().get("/readyz")
        assert (answer.status_code, answer.content) == (503, b"not ready\nschema differs\n")
        assert "missing: casefile_case" in caplog.text
        transaction.set_rollback(True)
    assert Client().get("/readyz").status_code == 200

    monkeypatch.setattr(schema, "listing", None)
    assert Client().get("/readyz").status_code == 200
