"""Rights of the application's role on PostgreSQL, where another role owns the tables (MIGRATE_DATABASE_URL).

The role may not change or delete events, involvements and ledgers, change notes, or alter triggers. An attacker who
controls the application therefore cannot rewrite earlier records.
"""

from django.db import connection

from .models import EventNote
from .triggers import APPEND_ONLY


def grant_to(role: str) -> None:
    """Grants the rights on all tables. Run it as the owner after each migration, because new tables have no rights yet.

    Raises DatabaseError if the role does not exist.
    """
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
    """Whether this connection's role could disable the triggers, as their owner or as a superuser."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, c.relowner, 'MEMBER') FROM pg_class c WHERE c.oid = to_regclass(%s)",
            [APPEND_ONLY[0]],
        )
        found = cursor.fetchone()
    return bool(found and found[0])
