"""How long the database may keep a process waiting, by kind of process: the one place for these numbers.

A web request that cannot be answered soon is better told so. A job has time; a command, such as a migration, as much as
it needs. Exports and other long work go on in the worker, whatever a request could not finish.
"""

from dataclasses import dataclass
from typing import Any

SQLITE = "django.db.backends.sqlite3"
POSTGRES = "agencies.kernel.postgres"
# No compiling of queries: a page asks many small ones, and to compile one costs more than to run it. A row by an
# index costs little more than the next one: on turning disks it was forty times as much, and PostgreSQL, told so,
# would read a whole table to find a thousand of its rows.
PLANS = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
# One forgotten open transaction must not block everybody for ever.
IDLE = "-c idle_in_transaction_session_timeout=60s"
# A line that is dead is noticed within ten seconds, whether or not anything is under way on it (milliseconds, seconds).
LINE = {"tcp_user_timeout": 10_000, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}


@dataclass(frozen=True)
class Limits:
    """Seconds; `statement` 0 is no limit. `write` is how long SQLite waits for its one writer."""

    statement: int
    lock: int
    write: int

    @property
    def options(self) -> str:
        """As PostgreSQL takes them with a connection."""
        return f"-c statement_timeout={self.statement}s -c lock_timeout={self.lock}s {IDLE} {PLANS}"

    @property
    def answer_within(self) -> float | None:
        """A little more than the server needs to end a statement by itself."""
        return self.statement + 2 if self.statement else None


COMMAND = Limits(statement=0, lock=10, write=20)
WEB = Limits(statement=5, lock=2, write=5)
WORKER = Limits(statement=60, lock=10, write=20)


OWNERS_COMMANDS = {"migrate", "prepare", "load_reference", "grant_application_role"}


def is_owners_command(argv: list[str]) -> bool:
    """Whether this process changes tables or reference data, for which it takes the role that owns them."""
    return len(argv) > 1 and argv[0].endswith("manage.py") and argv[1] in OWNERS_COMMANDS


def configured(database: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """The entry of DATABASES with these limits; what the operator set in DATABASE_URL stays."""
    given = database.get("OPTIONS", {})
    if database["ENGINE"] == SQLITE:
        return {**database, "OPTIONS": {**given, "timeout": limits.write}}
    line = {"connect_timeout": 2, **LINE, **given}
    return {
        **database,
        "ENGINE": POSTGRES,
        "ANSWER_WITHIN": limits.answer_within,
        "OPTIONS": {**line, "options": limits.options},
    }


def limit(limits: Limits) -> None:
    """For every connection that this process opens from now on."""
    from django.conf import settings  # which are made from this module

    settings.DATABASES["default"].update(configured(settings.DATABASES["default"], limits))
