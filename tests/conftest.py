"""The cast and the stage: reference data and the demo's people are loaded once per test database."""

import gc
import os
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_started
from django.db import connection
from django.test import Client, TransactionTestCase
from django.test.client import ClientHandler
from django.utils import timezone, translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import DjangoDbBlocker

from agencies.kernel.actor import Actor
from agencies.kernel.resource import RESOURCES
from agencies.kernel.work import NEVER
from agencies.machines.uses import COUNTER
from agencies.people.demo import load_demo_users
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.controls import store
from cases.controls.rulebook import Rulebook
from cases.watchlists import entries
from coordination.automation.routing.models import HandPriority
from coordination.config.celery import app

from .databases import check_settings, databases_of_this_process
from .kept_stories import keeper, kept_stories, now_as_tests_read_it
from .stories import PASSWORD
from .work_items import watch

pytest_plugins = ("tests.dates",)
# On a busy machine, how long an example takes says nothing about the product.
hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")

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
    """Marks what depends on the database, and skips what needs a service that the environment does not name.

    Slow tests run first: at the end of a run, all other processes would wait for one of them.
    """
    for item in items:
        database = item.get_closest_marker("django_db")
        if database and database.kwargs.get("transaction") and not item.get_closest_marker("browser"):
            item.add_marker("both_databases")  # such tests commit, for races and threads
        for name, (is_named, reason) in SERVICES.items():
            if not is_named and item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reason))
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Almost nothing that is collected is garbage, and searching it takes each process a second."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Half a gigabyte of modules and tests exists until the end. Without this, a tenth of the suite's time is spent on
    searching it for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def _template_string_if_invalid_marker() -> None:
    """In the place of pytest-django's for a marker that is not used here: it has every test ask for `monkeypatch`."""


@pytest.fixture(autouse=True)
def _kept_stories(request: pytest.FixtureRequest) -> Iterator[None]:
    """Not where a test patches what a story may read, nor on PostgreSQL, which does not roll back its sequences."""
    patches = {"monkeypatch", "settings"} & set(request.fixturenames)
    with kept_stories(on=connection.vendor == "sqlite" and not patches):
        yield


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What a process keeps in memory outlives a test; the rows of the test do not."""
    watch.forget()
    entries.forget()
    COUNTER.take(NEVER)
    store.use(Stage.rulebook)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Checks that every change of an object also wrote its work items.

    `make test` leaves it out, because it takes a sixth of the time.
    """
    yield
    if item.config.option.markexpr != "not slow":
        watch.check()


@pytest.fixture(autouse=True)
def _connections_lead_to_one_database() -> Iterator[None]:
    """A test that left `settings.DATABASES` changed would send the threads of later tests to another database."""
    yield
    check_settings()


@pytest.fixture
def counted_to_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts of lists stop at two."""
    for module in ("counting", "facets"):
        monkeypatch.setattr(f"agencies.kernel.{module}.COUNTED", 2)


@pytest.fixture(autouse=True)
def _no_checkpoints() -> Iterator[None]:
    """The file of checkpoints goes with the rows it is compared with: the next test has another journal."""
    yield
    Path(settings.CHECKPOINT_FILE).unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Tests quote the sources. Without this they would speak the language of whichever request came before."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """In the place of pytest-django's, which migrates: a copy of a migrated database, with the stage set."""
    databases = databases_of_this_process()

    def put_back(case: TransactionTestCase) -> None:
        databases.put_back_stage()

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        databases.prepare()
        load_stage()
        databases.keep_stage()
        store.forget()
        Stage.rulebook = store.current()
        connection.execute_wrappers.append(keeper.watch)
        connection.execute_wrappers.append(watch.execute)
        request_started.connect(keeper.look)
        patch.setattr(timezone, "now", now_as_tests_read_it)
        patch.setattr(TransactionTestCase, "_fixture_teardown", put_back)
        patch.setattr("django.test.client.ClientHandler", Handler)
        yield
        databases.remove()


class Stage:
    """The rulebook that the stage loaded, which each test begins with; None before the stage is set."""

    rulebook: ClassVar[Rulebook | None] = None


def load_stage() -> None:
    # As in the worker: a job is rung for by its name, and run at once here.
    app.loader.import_default_modules()
    call_command("load_reference", stdout=StringIO())
    load_demo_users(PASSWORD)


class Handler(ClientHandler):
    """Loads the middleware, which lists all static files, once for all clients under the same settings."""

    loaded: ClassVar[tuple[Any, Any]] = (None, None)

    def load_middleware(self, is_async: bool = False) -> None:
        under, chain = Handler.loaded
        if under is settings._wrapped:
            self._middleware_chain = chain
        else:
            super().load_middleware(is_async)
            Handler.loaded = (settings._wrapped, self._middleware_chain)


VERB = re.compile(r"/api/v1/([\w-]+)/([0-9a-f-]{36})/([\w-]+)/$")


class Browser(Client):
    """A client that has read a thing before it performs one of its actions over the API: it sends the present version
    where the test names none. With `blind` it does not."""

    blind = False

    def generic(self, method: str, path: str, data: Any = "", *args: Any, **options: Any) -> Any:
        headers = dict(options.pop("headers", None) or {})
        match = VERB.match(path) if method == "POST" and not self.blind else None
        names_version = b"version" in (data if isinstance(data, bytes) else str(data).encode())
        if match and not names_version and "if-match" not in {name.lower() for name in headers}:
            headers |= self._read(*match.groups())
        return super().generic(method, path, data, *args, headers=headers or None, **options)

    def _read(self, resource: str, pk: str, verb: str) -> dict[str, str]:
        if verb == "priority":
            agency = User.objects.get(pk=self.session["_auth_user_id"]).agency
            rows: Any = HandPriority.objects.filter(subject=pk, agency=agency)
        elif resource in RESOURCES:
            rows = RESOURCES[resource].model._base_manager.filter(pk=pk)
        else:
            return {}
        return {"if-match": f'"{rows.values_list("version", flat=True).first() or 0}"'}


class Cast(dict[str, Actor]):
    """Actors by the demo's sign-in names: cast["customs.officer"]. Read from the database at first use."""

    def __missing__(self, username: str) -> Actor:
        self[username] = actor_for(self.user(username))
        return self[username]

    def user(self, username: str) -> User:
        return User.objects.get(username=username)

    def browser(self, username: str, language: str = "en") -> Client:
        """A signed-in browser."""
        client = Browser(headers={"accept-language": language})
        client.force_login(self.user(username), backend="agencies.people.backend.Backend")
        return client


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()
