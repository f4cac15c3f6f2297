"""Database timeouts by kind of process; the only place for these numbers.

A slow web request should fail early. A job has more time, a command such as a migration has no limit. Exports and other
long work run in the worker.
"""

from dataclasses import dataclass
from typing import Any

POSTGRES = "agencies.kernel.postgres"
# No JIT: a page runs many small queries, and compiling one costs more than running it. Random access by index costs
# little more than sequential access on SSDs; with the default for hard disks PostgreSQL would scan whole tables to find
# a thousand rows.
PLANS = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
# A forgotten open transaction must not block others forever.
IDLE = "-c idle_in_transaction_session_timeout=60s"
# A dead connection is noticed within ten seconds, idle or not (milliseconds, seconds).
LINE = {"tcp_user_timeout": 10_000, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}


@dataclass(frozen=True)
class DatabaseLimits:
    """Seconds; `statement` 0 is no limit. `write` is how long SQLite waits for its single writer."""

    statement: int
    lock: int
    write: int

    @property
    def options(self) -> str:
        """PostgreSQL connection options."""
        return f"-c statement_timeout={self.statement}s -c lock_timeout={self.lock}s {IDLE} {PLANS}"

    @property
    def answer_within(self) -> float | None:
        """Slightly more than the server needs to end a statement itself."""
        return self.statement + 2 if self.statement else None


COMMAND = DatabaseLimits(statement=0, lock=10, write=20)
WEB = DatabaseLimits(statement=5, lock=2, write=5)
WORKER = DatabaseLimits(statement=60, lock=10, write=20)


OWNERS_COMMANDS = {"migrate", "prepare", "load_reference", "grant_application_role"}


def is_owners_command(argv: list[str]) -> bool:
    """Whether this command changes tables or reference data and therefore uses the role that owns them."""
    return len(argv) > 1 and argv[0].endswith("manage.py") and argv[1] in OWNERS_COMMANDS


def is_sqlite(database: dict[str, Any]) -> bool:
    """Of an entry of DATABASES, as DATABASE_URL names it or as `configured`."""
    return str(database["ENGINE"]).endswith(".sqlite3")


def configured(database: dict[str, Any], limits: DatabaseLimits) -> dict[str, Any]:
    """The entry of DATABASES with these limits; options in DATABASE_URL are kept."""
    given = database.get("OPTIONS", {})
    if is_sqlite(database):
        return {**database, "OPTIONS": {**given, "timeout": limits.write}}
    line = {"connect_timeout": 2, **LINE, **given}
    return {
        **database,
        "ENGINE": POSTGRES,
        "ANSWER_WITHIN": limits.answer_within,
        "OPTIONS": {**line, "options": limits.options},
    }


def limit(limits: DatabaseLimits) -> None:
    """Applies to every connection this process opens from now on."""
    from django.conf import settings  # which are made from this module

    settings.DATABASES["default"].update(configured(settings.DATABASES["default"], limits))
