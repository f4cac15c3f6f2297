"""Database triggers that make tables append-only, on both engines. By default the journal's; ledgers pass their table.

On SQLite, a later change of such a table silently drops its triggers. Every migration that touches one therefore ends
with `install`; a test checks that the triggers exist.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "journal_event"
INVOLVEMENT = "journal_involvement"
# All append-only tables, for granting rights and for verification.
APPEND_ONLY = (TABLE, INVOLVEMENT, "custody_custodyevent")


def install(connection: BaseDatabaseWrapper, table: str = TABLE) -> None:
    _run(connection, _postgresql(table) if connection.vendor == "postgresql" else _sqlite(table))


def drop(connection: BaseDatabaseWrapper, table: str = TABLE) -> None:
    """Drops the triggers. Only for the teardown of transactional tests, whose flush must delete."""
    _run(connection, _postgresql_drop(table) if connection.vendor == "postgresql" else _sqlite_drop(table))


def find_faults(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    """Returns what is wrong with the triggers of a table: missing, changed or disabled."""
    return (
        _postgresql_faults(connection, table)
        if connection.vendor == "postgresql"
        else _sqlite_faults(connection, table)
    )


def _sqlite_faults(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    expected = {one.split()[5]: one.replace("IF NOT EXISTS ", "") for one in _sqlite(table)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        found = dict(cursor.fetchall())
    gone = [f"the trigger {name} is gone" for name in expected if name not in found]
    return gone + [
        f"the trigger {name} was changed" for name in expected if found.get(name, expected[name]) != expected[name]
    ]


def _postgresql_faults(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, t.tgenabled, p.proname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal",
            [table],
        )
        found = {name: rest for name, *rest in cursor.fetchall()}
    wrong = []
    for name in (f"{table}_no_change", f"{table}_no_truncate"):
        if name not in found:
            wrong.append(f"the trigger {name} is gone")
            continue
        enabled, function, source = found[name]
        if enabled not in ("O", "A"):
            wrong.append(f"the trigger {name} is switched off")
        if function != "journal_append_only" or "RAISE EXCEPTION '% is append-only'" not in source:
            wrong.append(f"the trigger {name} was changed")
    return wrong


def _sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{event.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for event in ("UPDATE", "DELETE")
    ]


def _sqlite_drop(table: str) -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {table}_no_{event}" for event in ("update", "delete")]


def _postgresql(table: str) -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION journal_append_only()",
        # Row triggers do not fire on TRUNCATE.
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()",
    ]


def _postgresql_drop(table: str) -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {table}_no_{what} ON {table}" for what in ("change", "truncate")]


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
