"""A restored database gets its statistics before the first page is opened."""

import pytest
from django.db import connection

from agencies.kernel.statistics import analyse_if_never_done

# Both databases: statistics of the planner.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db, pytest.mark.both_databases]


def rows_known(table: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s AND relkind = 'r'", [table])
        return float(cursor.fetchone()[0])


def test_a_table_that_was_never_analysed_is_analysed_once():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE just_restored AS SELECT generate_series(1, 500) AS n")
    assert rows_known("just_restored") == -1
    assert analyse_if_never_done() is True
    assert rows_known("just_restored") == 500
    assert analyse_if_never_done() is False
