"""For the hottest pages an index can serve every question about a table that grows: none must read all of it."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection

from coordination.bench.size import pages
from coordination.scale.seeding import seed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
GROWS = {
    *("casefile_case", "casefile_party", "casefile_identifier", "clocks_clock", "intake_lead", "journal_event"),
    *("journal_stream", "proceedings_proceeding", "referrals_referral", "sharing_share", "tasks_task"),
}
# Aggregates over all that its reader may see.
READ_WHOLE = {"supervision"}
# Who passed a transfer on keeps the sight of it: that is a question of another table beside five columns, which no one
# index answers. Such counts stop at a thousand rows; docs/performance.md tells what it costs.
OF_REFERRALS = {"referrals_referral"}


def test_the_hottest_pages_read_no_whole_table(cast):
    for name in ("customs.officer", "centre.supervisor"):
        cast.user(name)
    seed(100, seed=3, now=datetime(2026, 11, 24, 9, tzinfo=UTC))
    read = {}
    for page, (who, path) in pages().items():
        if page not in READ_WHOLE:
            asked = statements_of(cast.browser(who), path)
            read[page] = sorted({table for sql, given in asked for table in read_whole(sql, given) - OF_REFERRALS})
    assert {page: tables for page, tables in read.items() if tables} == {}
    assert len(read) >= 10


def statements_of(browser, path):
    told = []

    def note(execute, sql, params, many, context):
        told.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert browser.get(path).status_code == 200
    return [(sql, params) for sql, params in told if sql.lstrip("( ").startswith("SELECT")]


def read_whole(sql, params):
    """The tables that the planner still reads whole when it is told to do anything else that it can."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + sql, params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("SET LOCAL enable_seqscan = on")
    return GROWS & set(re.findall(r"Seq Scan on (\w+)", plan))
