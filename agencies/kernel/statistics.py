"""The planner's statistics, without which its plans are guesses: a question of milliseconds then takes seconds."""

from django.db import connection

# PostgreSQL says -1 of a table that was never analysed. A restored or freshly loaded database is full of them.
NEVER_ANALYSED = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.reltuples < 0 AND n.nspname = current_schema()
"""


def analyse() -> None:
    """Makes the statistics of all tables anew; some seconds for a million rows, beside everything else."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def analyse_if_never_done() -> bool:
    """For a database that was just made or restored. Returns whether there was anything to do."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(NEVER_ANALYSED)
        (unknown,) = cursor.fetchone()
    if unknown:
        analyse()
    return bool(unknown)
