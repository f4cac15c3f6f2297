"""On the busiest pages, an index can serve every query of a growing table: none needs a full scan."""

from datetime import UTC, datetime
from functools import partial

import pytest

from dev.bench.plans import must_be_read_whole, statements_of
from dev.bench.size import pages
from dev.scale.seeding import seed

# Both databases: seeding, plans and the benchmark.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db, pytest.mark.both_databases]
# An agency that passed a transfer on keeps access: a condition on another table beside five columns, which no single
# index serves. Such counts stop at a thousand rows; docs/performance.md shows the cost.
OF_REFERRALS = {"referrals_referral"}


def test_the_hottest_pages_read_no_whole_table(cast):
    for name in ("customs.officer", "customs.head", "centre.supervisor"):
        cast.user(name)
    seed(100, seed=3, now=datetime(2026, 11, 24, 9, tzinfo=UTC), figures=False)
    read = {}
    for page, (who, path) in pages().items():
        asked = statements_of(partial(cast.browser(who).get, path))
        read[page] = sorted({table for one in asked for table in must_be_read_whole(one) - OF_REFERRALS})
    assert {page: tables for page, tables in read.items() if tables} == {}
    assert len(read) >= 10
