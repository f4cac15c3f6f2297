"""The benchmark itself: when it refuses to run, and how it reports results."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from dev.management.commands.bench import table

pytestmark = pytest.mark.both_databases  # seeding, plans and the benchmark


def run(cases, median):
    figure = {"name": "case list", "median": median, "p95": median * 2, "rate": 20.0, "queries": 11, "size": 60_000}
    memory = {"before": 100 * 2**20, "after": 127 * 2**20}
    return {"cases": cases, "memory": memory, "figures": [figure]}


def test_the_table_sets_sizes_side_by_side_with_their_ratio_and_shows_by_how_much_an_aim_was_missed():
    shown = table({"at": "2026-11-24", "machine": {"cores": 2}, "runs": [run(1000, 40.0), run(500_000, 50.0)]})
    assert "| case list | 40.0 (80.0), 20/s, 11 q, 60,000 B | 50.0 (100.0), 20/s, 11 q, 60,000 B | 1.25 |" in shown
    assert "| memory lifted, MB | 27 | 27 | |" in shown
    shown = table({"at": "2026-11-24", "machine": {"cores": 2}, "runs": [run(1000, 160.0), run(500_000, 200.0)]})
    assert "| 1.25 | ≤ 150 ms: missed by 50; ≤ 300 ms at the 95th percentile: missed by 100 |" in shown


def test_the_pages_for_which_a_table_is_read_whole_are_named():
    small, large = run(1000, 40.0), run(100_000, 50.0)
    large["figures"][0]["whole"] = ["casefile_case"]
    shown = table({"at": "2026-11-24", "machine": {"cores": 2}, "runs": [small, large]})
    assert "| tables read whole | – | case list: casefile_case | | none, at 100,000 |" in shown
    large["figures"][0]["whole"] = []
    assert "| tables read whole | – | none |" in table({"at": "", "machine": {}, "runs": [small, large]})


@pytest.mark.django_db
def test_sqlite_is_not_measured():
    if connection.vendor == "postgresql":
        pytest.skip("this is PostgreSQL")
    with pytest.raises(CommandError, match="PostgreSQL"):
        call_command("bench")


@pytest.mark.django_db
def test_only_an_empty_database_is_filled(cast, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("bench_size", cases=1)
