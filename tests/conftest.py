"""The cast and the stage: reference data and the demo's people are loaded once per test database."""

import os
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker, blocking_manager_key

from agencies.journal import triggers
from agencies.kernel.actor import Actor
from agencies.people.demo import load_demo_users
from agencies.people.models import User
from agencies.people.sight import actor_for
from coordination.celery import app

from .stories import PASSWORD
from .template_database import keep_template, place_template

pytest_plugins = ("tests.dates",)

SERVICES = {
    "postgres": (
        os.environ.get("DATABASE_URL", "").startswith(("postgres", "psql", "pgsql")),
        "needs PostgreSQL: set DATABASE_URL",
    ),
    "redis": ("REDIS_URL" in os.environ, "needs Redis: set REDIS_URL"),
    "browser": ("CHROMIUM" in os.environ, "needs Chromium: set CHROMIUM to the path of its executable"),
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skips, with the reason, what needs a service that the environment does not name. Nothing is probed for."""
    keep_half(config, items)
    for item in items:
        for name, (is_named, reason) in SERVICES.items():
            if item.get_closest_marker(name) is None:
                continue
            if not is_named:
                item.add_marker(pytest.mark.skip(reason=reason))
            elif name != "postgres":
                # One Redis and one Chromium at a time: their tests stay together on one of the suite's processes.
                item.add_marker(pytest.mark.xdist_group(name))


def keep_half(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With HALF=1 or HALF=2 every second row of the great matrices: whoever runs the suite on both databases asks each
    row once, where a row costs a minute. Without it all of them."""
    if half := os.environ.get("HALF"):
        # By name: the order of a run is a draw of its own.
        rows = sorted((item for item in items if item.get_closest_marker("half")), key=lambda item: item.nodeid)
        others = rows[2 - int(half) :: 2]
        config.hook.pytest_deselected(items=others)
        left_out = set(others)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Tests quote the sources. Without this they would speak the language of whichever request came before."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Whether there was a migrated database to begin with; it lies in the throw-away folder like any other."""
    return place_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_keepdb: bool, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        if not django_db_keepdb:
            keep_template()
        set_the_stage()


def set_the_stage() -> None:
    # As in the worker: a job is rung for by its name, and run at once here.
    app.loader.import_default_modules()
    call_command("load_reference", stdout=StringIO())
    load_demo_users(PASSWORD)


APPEND_ONLY = (triggers.TABLE, "custody_custodyevent")
flushed = pytest.StashKey[bool]()


def is_transactional(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & {"transactional_db", "live_server"} or (marker and marker.kwargs.get("transaction")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A transactional test ends with a flush, which empties the stage: set it again for whoever comes next.

    A hook and not a fixture: it must come after the flush, and fixtures of plugins are torn down last.
    """
    yield
    # After the last test the database itself is gone.
    if nextitem is not None and item.stash.get(flushed, False):
        with item.config.stash[blocking_manager_key].unblock():
            for table in APPEND_ONLY:
                triggers.install(connection, table)
            set_the_stage()
            connection.close()


class Cast(dict[str, Actor]):
    """Actors by the demo's sign-in names: cast["customs.officer"]. Read from the database at first use."""

    def __missing__(self, username: str) -> Actor:
        self[username] = actor_for(self.user(username))
        return self[username]

    def user(self, username: str) -> User:
        return User.objects.get(username=username)

    def browser(self, username: str, language: str = "en") -> Client:
        """A signed-in browser."""
        client = Client(headers={"accept-language": language})
        client.force_login(self.user(username), backend="django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture(autouse=True)
def _append_only_yields_to_flush(request: pytest.FixtureRequest) -> Iterator[None]:
    """The triggers of the journal and of ledgers refuse the flush of a transactional test; drop them just before it."""
    yield
    if is_transactional(request.node):
        request.node.stash[flushed] = True
        with request.config.stash[blocking_manager_key].unblock():
            for table in APPEND_ONLY:
                triggers.drop(connection, table)
