"""Divides the suite between the two runs of a commit (HALF=1 and HALF=2 in `.ci/run`).

Every file of tests is in one of the two runs, at the next commit in the other one, except the files below: what they
test is done differently by SQLite and PostgreSQL, or by the file and Redis as queues, so they are in both.
"""

from collections.abc import Iterable
from zlib import crc32

import pytest

BOTH = {
    # Triggers, grants, constraints and how a database is made.
    "tests/agencies/journal/": "triggers and grants protect the journal",
    "tests/cases/custody/": "triggers protect the ledger of goods",
    "tests/cases/proceedings/test_measures.py": "a constraint",
    "tests/cases/watchlists/test_listings.py": "a constraint",
    "tests/coordination/automation/escalation/test_climb.py": "a constraint",
    "tests/coordination/insight/test_audit.py": "takes the triggers away to forge a chain",
    "tests/coordination/tooling/test_migrating.py": "compares the statements that create tables",
    "tests/coordination/tooling/test_invariants.py": "finds in SQL what constraints cannot forbid",
    "tests/test_databases.py": "databases are copied in different ways",
    "tests/test_kept_stories.py": "repeated rows need the ids of sequences on PostgreSQL",
    # Two at once: locks, conflicts and repeated jobs.
    "tests/agencies/kernel/test_locks.py": "locks",
    "tests/agencies/runs/": "jobs take rows one by one under locks",
    "tests/coordination/api/test_idempotency.py": "two requests with one key",
    "tests/coordination/api/test_intake_races.py": "two reports of one lead",
    "tests/coordination/automation/playbooks/test_at_once.py": "two people start one playbook",
    "tests/coordination/messaging/notifications/test_drain.py": "two workers take the same deliveries",
    "tests/coordination/test_jobs_twice.py": "jobs that run twice",
    "tests/coordination/test_races.py": "two people at once",
    # Rows derived or found by SQL: projections, sums, full text, order, statements of lists.
    "tests/agencies/kernel/test_counting.py": "limited counts",
    "tests/agencies/kernel/test_filtering.py": "conditions and order of lists",
    "tests/agencies/kernel/test_statistics.py": "statistics of the planner",
    "tests/agencies/kernel/test_work.py": "work items are a projection",
    "tests/cases/casefile/test_cases.py": "statements and paging of the largest list",
    "tests/cases/clocks/test_running_clocks.py": "statements, facets and counts of the list of deadlines",
    "tests/cases/clocks/test_sweep.py": "the sweep is one statement for each kind of duty",
    "tests/coordination/api/test_filters.py": "filters of every list",
    "tests/coordination/api/test_fuzz.py": "requests generated from the schema, 250 for each database",
    "tests/coordination/api/test_lists_and_details.py": "statements of every list",
    "tests/coordination/insight/metrics/": "sums and upserts of the ledger",
    "tests/coordination/insight/read_log/": "a table on PostgreSQL, a file on SQLite",
    "tests/coordination/insight/search/": "full text",
    "tests/coordination/lists/": "statements of bulk actions and exports",
    "tests/coordination/tooling/scale/": "seeding, plans and the benchmark",
    "tests/coordination/workspace/test_queues.py": "order and counts of work items",
    # Services: connections, queues, caches and what happens without them.
    "tests/agencies/kernel/test_health.py": "services that do not answer",
    "tests/agencies/kernel/test_outages.py": "services that do not answer",
    "tests/coordination/config/": "settings, connections, queue files and Redis",
    "tests/coordination/tooling/operation/": "queues and heartbeats",
    "tests/coordination/tooling/test_serve.py": "starts the product with its services",
}
# Tests with these markers run only where the service is, so they are left to their own run.
OF_A_SERVICE = ("postgres", "redis", "browser")


def file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def in_both_runs(item: pytest.Item) -> bool:
    if any(item.get_closest_marker(name) for name in OF_A_SERVICE):
        return True
    database = item.get_closest_marker("django_db")
    commits = database is not None and database.kwargs.get("transaction")  # races and threads
    return bool(commits) or item.nodeid.startswith(tuple(BOTH))


def of_the_other_run(items: Iterable[pytest.Item], half: int, turn: int) -> set[pytest.Item]:
    """Those of these tests that the other run has; the turn is that of the commit."""
    return {item for item in items if not in_both_runs(item) and run_of(file_of(item), turn) != half}


def run_of(file: str, turn: int) -> int:
    """A file has its number from its name alone, so that a new file moves no other."""
    return (crc32(file.encode()) + turn) % 2 + 1
