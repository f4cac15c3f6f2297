"""Triggers that note every change on which the items of an object depend, for all statements alike.

They contain no rule but which columns matter, and add no statement to a transaction. On SQLite, a later change of such
a table silently drops its triggers. Every migration that touches one therefore ends with `install`; a test checks that
they exist.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Watched:
    """A table, the column with the object or case whose items its rows change, and the columns on which these depend
    (none: on all, and on new and deleted rows)."""

    table: str
    key: str
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"late_of_{self.table}"

    @property
    def events(self) -> tuple[str, ...]:
        return (f"UPDATE OF {', '.join(self.columns)}",) if self.columns else ("INSERT", "UPDATE", "DELETE")


WATCHED = (
    Watched("clocks_clock", "subject_id"),
    Watched("tasks_task", "id"),
    Watched("work_workitem", "object_id"),
    Watched("casefile_case", "id", ("handling",)),
    Watched("sharing_share", "case_id"),
    Watched("intake_lead", "id", ("handling", "agency_id")),
    Watched("referrals_referral", "id", ("state", "delivered_at", "sender_id", "receiver_id")),
    Watched("proceedings_proceeding", "case_id", ("agency_id",)),
    Watched("metrics_labelled", "matter"),
)
NOTE = "INSERT INTO late_change (key, taken) VALUES ({}, false)"


def install(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for statement in _statements(connection):
            cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of triggers that do not exist."""
    names = {name for one in WATCHED for name in _names(one, connection)}
    listed = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(listed)
        return names - {name for (name,) in cursor.fetchall()}


def migrate_install(apps: Any, schema_editor: Any) -> None:
    install(schema_editor.connection)


def _names(one: Watched, connection: BaseDatabaseWrapper) -> list[str]:
    if connection.vendor == "postgresql":
        return [one.name]
    return [f"{one.name}_{event.split()[0].lower()}" for event in one.events]


def _statements(connection: BaseDatabaseWrapper) -> Iterator[str]:
    for one in WATCHED:
        if connection.vendor == "postgresql":
            note = NOTE.format(f"COALESCE(NEW.{one.key}, OLD.{one.key})")
            yield (
                f"CREATE OR REPLACE FUNCTION {one.name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {note}; RETURN NULL; END $$"
            )
            yield (
                f"CREATE OR REPLACE TRIGGER {one.name} AFTER {' OR '.join(one.events)} ON {one.table} "
                f"FOR EACH ROW EXECUTE FUNCTION {one.name}()"
            )
        else:
            for name, event in zip(_names(one, connection), one.events, strict=True):
                note = NOTE.format(f"{'OLD' if event == 'DELETE' else 'NEW'}.{one.key}")
                yield f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {event} ON {one.table} BEGIN {note}; END"
