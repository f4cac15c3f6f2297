"""What pages ask of the database: many rows cost as many queries as one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

MORE = 5  # queries that a page with many rows may ask beyond those of one with few; a query a row is more


def queries_of(browser: Any, url: str) -> int:
    """The number of queries of a page that was opened before."""
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(url).status_code == 200, url
    return len(asked)


@contextmanager
def costs_no_more(browser: Any, *urls: str) -> Iterator[None]:
    """Passes if the pages ask as much after the block, which adds at least six rows to each, as before it."""
    few = {url: queries_of(browser, url) for url in urls}
    yield
    many = {url: queries_of(browser, url) for url in urls}
    grown = {url: (few[url], cost) for url, cost in many.items() if cost > few[url] + MORE}
    assert not grown, grown
