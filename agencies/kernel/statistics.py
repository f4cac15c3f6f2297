"""Statistics of the query planner. Without them a query of milliseconds may take seconds."""

from django.db import connection

# PostgreSQL stores -1 for a table that was never analysed, as after a restore.
NEVER_ANALYSED = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.reltuples < 0 AND n.nspname = current_schema()
"""


def analyse(*, tidy: bool = False) -> None:
    """Rebuilds the statistics of all tables: some seconds for a million rows, without blocking other work.

    `tidy` also marks which pages hold only visible rows, as the server does by itself in time; queries that an index
    alone can answer need it. Not within a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)" if tidy and not connection.in_atomic_block else "ANALYZE")


def analyse_if_never_done() -> bool:
    """Analyses a new or restored database. Returns whether it was necessary."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(NEVER_ANALYSED)
        (unknown,) = cursor.fetchone()
    if unknown:
        analyse()
    return bool(unknown)
