"""Triggers that keep the state and the severity of a case in its shares, for all statements alike.

On SQLite, a later change of one of the two tables drops its triggers, and is refused while the other's exist. A
migration that makes one therefore begins with `drop` and ends with `install`; a test checks that the triggers exist.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

# Name → event, table, statement.
TRIGGERS = {
    "share_of_case": (
        "INSERT",
        "sharing_share",
        "UPDATE sharing_share SET (state, severity) ="
        " (SELECT state, severity FROM casefile_case WHERE id = NEW.case_id) WHERE id = NEW.id",
    ),
    "shares_of_case": (
        "UPDATE OF state, severity",
        "casefile_case",
        "UPDATE sharing_share SET state = NEW.state, severity = NEW.severity WHERE case_id = NEW.id",
    ),
}


def install(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for name, (event, table, write) in TRIGGERS.items():
            begun = f"AFTER {event} ON {table}"
            if connection.vendor == "postgresql":
                body = f"$$ BEGIN {write}; RETURN NULL; END $$"
                cursor.execute(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {body}")
                cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {begun} FOR EACH ROW EXECUTE FUNCTION {name}()")
            else:
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {begun} BEGIN {write}; END")


def drop(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for name, (_event, table, _write) in TRIGGERS.items():
            of_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{of_table}")
