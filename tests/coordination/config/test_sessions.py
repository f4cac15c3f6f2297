"""Lifetime of a session. The middleware is tested alone, so that no page reads the session."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from coordination.config.sessions import SessionMiddleware, SessionStore

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def sign_in() -> SessionStore:
    """What Django's `login` does to the session."""
    session = SessionStore()
    session.cycle_key()
    session[SESSION_KEY] = "somebody"
    session.save()
    return session


def read_session(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.session.get(SESSION_KEY, "nobody"))


def visit(session: SessionStore) -> HttpResponse:
    request = RequestFactory().get("/")
    request.COOKIES["session"] = session.session_key or ""
    response = SessionMiddleware(read_session)(request)
    assert isinstance(response, HttpResponse)
    return response


def test_two_idle_hours_end_it(clock: time_machine.Traveller) -> None:
    session = sign_in()
    clock.shift(2 * HOUR - timedelta(seconds=1))
    assert visit(session).content == b"somebody"

    clock.shift(2 * HOUR + timedelta(seconds=1))
    assert visit(session).content == b"nobody"


def test_twelve_hours_end_it_however_busy(clock: time_machine.Traveller) -> None:
    session = sign_in()
    for _ in range(11):
        clock.shift(HOUR)
        assert visit(session).content == b"somebody"

    clock.shift(HOUR)
    assert visit(session).content == b"nobody"


def test_the_cookie_ends_with_the_session(clock: time_machine.Traveller) -> None:
    session = sign_in()
    for _ in range(11):
        clock.shift(HOUR)
        cookie = visit(session).cookies["session"]

    assert cookie["max-age"] == HOUR.total_seconds()
    assert Session.objects.get().expire_date == timezone.now() + HOUR


def test_signing_in_again_begins_twelve_hours_anew(clock: time_machine.Traveller) -> None:
    session = sign_in()
    clock.shift(HOUR)
    session.cycle_key()
    session.save()

    for _ in range(11):
        clock.shift(HOUR)
        assert visit(session).content == b"somebody"


def test_a_busy_minute_writes_nothing(
    clock: time_machine.Traveller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    session = sign_in()
    clock.shift(60)

    with django_assert_num_queries(1):
        assert not visit(session).cookies


def test_a_page_that_reads_no_session_does_not_vary_by_cookie() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["session"] = sign_in().session_key or ""

    response = SessionMiddleware(lambda request: HttpResponse())(request)

    assert "Vary" not in response.headers
