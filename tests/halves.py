"""Divides the suite between the two runs of a commit (HALF=1 and HALF=2 in `.ci/run`).

Every file of tests is in one of the two runs, at the next commit in the other one, except the files and tests below:
what they test is done differently by SQLite and PostgreSQL, or by the file and Redis as queues, so they are in both.
"""

from collections.abc import Iterable, Mapping, Sized
from zlib import crc32

import pytest

BOTH = {
    # Triggers, grants, constraints and how a database is made.
    "tests/agencies/journal/test_checkpoints.py": "takes the triggers away to forge a chain",
    "tests/agencies/journal/test_erase_note.py": "the only statement that the triggers of the journal let pass",
    "tests/agencies/journal/test_grants.py": "grants protect the journal",
    "tests/agencies/journal/test_tampering.py": "triggers protect the journal",
    "tests/cases/controls/": "the law on goods is asked with lists of parties from the database",
    "tests/cases/custody/test_lot.py::test_the_ledger_is_append_only": "triggers",
    "tests/cases/custody/test_split.py::test_the_database_refuses_a_lot_that_does_not_add_up": "a constraint",
    "tests/cases/proceedings/test_after_judgment.py": "holds of courts and police are rows with constraints",
    "tests/cases/proceedings/test_due_process.py": "a constraint refuses a procedural step without its paper",
    "tests/cases/proceedings/test_measures.py::test_the_database_refuses_two_exclusive_measures": "a constraint",
    "tests/cases/watchlists/test_listings.py::test_no_two_versions_of_an_entry_are_in_force": "a constraint",
    "tests/coordination/automation/escalation/test_climb.py::test_a_threshold_is_hours_or_a_share_and_never_both": (
        "a constraint"
    ),
    "tests/coordination/insight/audit/test_journal_pages.py::test_a_whole_chain_holds": "takes the triggers away",
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
    "tests/cases/casefile/test_cases.py::test_a_facet_counts_the_rows_it_would_leave": "counts of facets",
    "tests/cases/casefile/test_cases.py::test_pages_have_no_gaps": "order and pages",
    "tests/cases/casefile/test_cases.py::test_the_list_sorts_by_the_nearest_deadline": "empty values in the order",
    "tests/cases/clocks/test_running_clocks.py::test_every_chip_leads_to_as_many_rows_as_it_counts": "limited counts",
    "tests/cases/clocks/test_running_clocks.py::test_every_choice_of_every_facet_leads_to_as_many_rows_as_it_counts": (
        "counts of facets"
    ),
    "tests/cases/clocks/test_running_clocks.py::test_every_column_sorts": "order and pages",
    "tests/cases/clocks/test_running_clocks.py::test_promptly_sorts_after_dated_deadlines": "empty values in the order",
    "tests/cases/clocks/test_sweep.py": "the sweep is one statement for each kind of duty",
    "tests/cases/sharing/test_state_of_case.py": "triggers, and counts by them",
    "tests/coordination/api/test_filters.py": "filters of every list",
    "tests/coordination/api/test_fuzz.py": "requests generated from the schema, 250 for each database",
    "tests/coordination/insight/lateness/test_filters.py": "triggers, and sums in SQL of its own",
    "tests/coordination/insight/lateness/test_summing.py": "triggers, and sums in SQL of its own",
    "tests/coordination/insight/metrics/test_asking.py": "sums of the ledger",
    "tests/coordination/insight/metrics/test_ledger.py": "upserts of the ledger",
    "tests/coordination/insight/metrics/test_late.py": "one number from sums, rows and lists",
    "tests/coordination/insight/metrics/test_reconciliation.py": "sums and upserts of the ledger",
    "tests/coordination/insight/read_log/test_read_log.py": "a table on PostgreSQL, a file on SQLite",
    "tests/coordination/insight/search/test_find.py": "full text",
    "tests/coordination/insight/search/test_index.py": "statements that write the index",
    "tests/coordination/insight/search/test_page.py": "order and marks of what full text finds",
    "tests/coordination/insight/search/test_screening.py": "full text finds similar names",
    "tests/coordination/insight/search/test_sight.py::test_words_of_any_frequency_find_the_same": "own statements",
    "tests/coordination/insight/search/test_similar_matters.py": "full text finds similar names",
    "tests/coordination/lists/test_bulk.py::test_all_that_fit_are_written_down_by_one_statement": "many rows at once",
    "tests/coordination/lists/test_export.py::test_a_large_file_made_in_parts_equals_a_small_one": "order over parts",
    "tests/coordination/tooling/scale/": "seeding, plans and the benchmark",
    "tests/coordination/workspace/test_queues.py::test_all_counts_cost_two_queries_at_most": "one statement of many",
    "tests/coordination/workspace/test_queues.py::test_each_queue_counts_exactly_its_rows": "counts of work items",
    "tests/coordination/workspace/test_queues.py::test_a_queue_costs_the_same_for_many": "order and pages",
    "tests/coordination/workspace/test_queues.py::test_compiling_a_cached_query_reads_nothing_from_the_database": (
        "statements kept compiled"
    ),
    # Services: connections, queues, caches and what happens without them.
    "tests/agencies/kernel/test_health.py": "services that do not answer",
    "tests/agencies/kernel/test_outages.py": "services that do not answer",
    "tests/coordination/config/test_database_limits.py": "time limits of the server",
    "tests/coordination/config/test_private_files.py": "the files of SQLite are private",
    "tests/coordination/config/test_production.py": "what a start requires of each database",
    "tests/coordination/config/test_queue_files.py": "the queue without Redis",
    "tests/coordination/config/test_settings.py": "which database and queue the environment chooses",
    "tests/coordination/config/test_starting.py": "waits for the database",
    "tests/coordination/config/test_worker.py": "a worker at each kind of queue",
    "tests/coordination/tooling/operation/test_health.py": "queues and heartbeats",
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


def shares_of(rows: Mapping[str, Sized], of: int) -> list[list[str]]:
    """The names of these rows of the great matrices in shares of about as many tests.

    A row with many tests leaves its share less room for the others. They are dealt by name and in proportion to the
    room, so that the rows of each matrix are in all shares.
    """
    shares: list[list[str]] = [[] for _ in range(of)]
    stages = sorted((name for name in rows if len(rows[name]) > 1), key=lambda name: (-len(rows[name]), name))
    filled = [0] * of
    for name in stages:
        place = filled.index(min(filled))
        shares[place].append(name)
        filled[place] += len(rows[name])
    room = [max(1, sum(map(len, rows.values())) / of - tests) for tests in filled]
    dealt = [0] * of
    for name in sorted(set(rows) - set(stages)):
        place = min(range(of), key=lambda share: (dealt[share] + 1) / room[share])
        shares[place].append(name)
        dealt[place] += 1
    return shares
