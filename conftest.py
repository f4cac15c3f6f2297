"""What every test stands on, whatever it tests."""

import os
from collections.abc import Iterator

import pytest
from django.utils import translation

SERVICES = {
    "postgres": (
        os.environ.get("DATABASE_URL", "").startswith(("postgres", "psql", "pgsql")),
        "needs PostgreSQL: set DATABASE_URL",
    ),
    "redis": ("REDIS_URL" in os.environ, "needs Redis: set REDIS_URL"),
    "browser": ("CHROMIUM" in os.environ, "needs Chromium: set CHROMIUM to the path of its executable"),
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips, with the reason, what needs a service that the environment does not name. Nothing is probed for."""
    for item in items:
        for name, (is_named, reason) in SERVICES.items():
            if item.get_closest_marker(name) is None:
                continue
            if not is_named:
                item.add_marker(pytest.mark.skip(reason=reason))
            elif name != "postgres":
                # One Redis and one Chromium at a time: their tests stay together on one of the suite's processes.
                item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Tests quote the sources. Without this they would speak the language of whichever request came before."""
    with translation.override("en"):
        yield
