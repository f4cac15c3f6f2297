"""Rights of the application's role on PostgreSQL, where another role owns the tables (MIGRATE_DATABASE_URL).

What it may not: change or delete events, the index of who is involved, and ledgers, change the words beside events, or
touch triggers, which only the owner of a table can. So whoever takes the application over cannot rewrite what was
recorded before.
"""

from django.db import connection

from .models import EventNote
from .triggers import APPEND_ONLY


def grant_to(role: str) -> None:
    """Run as the owner, after each migration: new tables have no rights yet. Raises DatabaseError for no such role."""
    name, quote = connection.ops.quote_name(role), connection.ops.quote_name
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE UPDATE ON {quote(EventNote._meta.db_table)} FROM {name}",
        *(f"REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON {quote(table)} FROM {name}" for table in APPEND_ONLY),
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {name}",
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def owns_journal_tables() -> bool:
    """Whether this connection's role could switch the triggers off: as their owner, or as a superuser."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, c.relowner, 'MEMBER') FROM pg_class c WHERE c.oid = to_regclass(%s)",
            [APPEND_ONLY[0]],
        )
        found = cursor.fetchone()
    return bool(found and found[0])
