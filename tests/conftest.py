"""The cast and the stage: reference data and the demo's people are loaded once per test database."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from agencies.journal import triggers
from agencies.kernel.actor import Actor
from agencies.people.demo import load_demo_users
from agencies.people.models import User
from agencies.people.sight import actor_for

from .stories import PASSWORD


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        set_the_stage()


def set_the_stage() -> None:
    call_command("load_reference", stdout=StringIO())
    load_demo_users(PASSWORD)


@pytest.fixture
def _restage(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        triggers.install(connection)
        set_the_stage()


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
def _append_only_yields_to_flush(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Transactional tests end with a flush, which the journal's triggers refuse: drop them for it, then restage."""
    marker = request.node.get_closest_marker("django_db")
    transactional = (
        "transactional_db" in request.fixturenames
        or "live_server" in request.fixturenames
        or (marker is not None and marker.kwargs.get("transaction"))
    )
    if not transactional:
        yield
        return
    request.getfixturevalue("_restage")
    request.getfixturevalue("transactional_db")
    yield
    triggers.drop(connection)
