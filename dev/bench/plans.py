"""Finds growing tables that PostgreSQL scans completely for a page."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

GROWS = {
    *("casefile_case", "casefile_party", "casefile_identifier", "clocks_clock", "intake_lead", "journal_event"),
    *(
        "journal_stream",
        "proceedings_proceeding",
        "referrals_referral",
        "search_entry",
        "sharing_share",
        "tasks_task",
    ),
    "work_workitem",
}
MANY = 50_000  # rows read in sequence count as a full scan; a scan that stops early does not
Statement = tuple[str, Any]


def statements_of(ask: Callable[[], object], *, writes: bool = False) -> list[Statement]:
    """Statements with parameters that `ask` sends to the database: its questions, and with `writes` all others too."""
    rows: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        rows.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    return [(sql, params) for sql, params in rows if writes or sql.lstrip("( ").startswith(("SELECT", "WITH"))]


def read_whole(statement: Statement) -> set[str]:
    """Tables of which many rows are read in sequence; without parts of the plan that are not run."""
    nodes = _nodes(_plan("ANALYZE, TIMING OFF", statement))
    return {node["Relation Name"] for node in nodes if _is_scan(node) and _rows_read(node) >= MANY}


def must_be_read_whole(statement: Statement) -> set[str]:
    """Tables that the planner scans even when sequential scans are discouraged; within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = _plan("COSTS OFF", statement)
        cursor.execute("SET LOCAL enable_seqscan = on")
    return {node["Relation Name"] for node in _nodes(plan) if _is_scan(node)}


def _plan(how: str, statement: Statement) -> Any:
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({how}, FORMAT JSON) {sql}", params)
        values = cursor.fetchone()[0]
    return (json.loads(values) if isinstance(values, str) else values)[0]["Plan"]


def _nodes(plan: Any) -> Iterator[Any]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _is_scan(node: Any) -> bool:
    return node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWS


def _rows_read(node: Any) -> int:
    once = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return int(once * node["Actual Loops"])
