"""Every error page says what happened, what to do and whom to ask, and shows the trace id."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import translation

from agencies.kernel.errors import TooMany
from agencies.kernel.permissions import PUBLIC, page
from coordination.site import errors, preferences


@page(PUBLIC)
def too_big(request: HttpRequest) -> HttpResponse:
    raise RequestDataTooBig


@page(PUBLIC)
def no_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("could not connect to server")


@page(PUBLIC)
def mistake(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


# The two routes used by the top bar, so that the page needs no others, and three that fail.
urlpatterns = [
    path("language/", preferences.set_language, name="language"),
    path("theme/", preferences.set_theme, name="theme"),
    path("too-big/", too_big),
    path("no-database/", no_database),
    path("mistake/", mistake),
]
handler400, handler403, handler404, handler500 = (
    errors.handler400,
    errors.handler403,
    errors.handler404,
    errors.handler500,
)
pytestmark = pytest.mark.urls(__name__)
PROCESSORS = ["django.template.context_processors.request", "django.template.context_processors.i18n"]


def request_in(language: str) -> HttpRequest:
    request = RequestFactory().get("/cases/", headers={"accept-language": language})
    request.trace_id = "0f3a9c5e"
    return request


@pytest.fixture
def plain_pages() -> Iterator[None]:
    """The error page alone, without the navigation of a signed-in user."""
    engines = [{**engine, "OPTIONS": {"context_processors": PROCESSORS}} for engine in settings.TEMPLATES]
    with override_settings(TEMPLATES=engines):
        yield


@pytest.mark.parametrize("status", sorted(errors.TEXTS))
def test_each_error_has_its_own_words(status: int, plain_pages: None) -> None:
    response = errors.error_page(request_in("en"), status)
    html = response.content.decode()
    text = errors.TEXTS[status]
    assert response.status_code == status
    with translation.override("en"):
        assert all(str(part) in html for part in (text.title, text.happened, text.to_do, text.ask))
    assert "0f3a9c5e" in html


def test_no_two_errors_share_a_title() -> None:
    with translation.override("en"):
        assert len({str(text.title) for text in errors.TEXTS.values()}) == len(errors.TEXTS) == 8


def test_the_detail_is_shown_and_escaped(plain_pages: None) -> None:
    html = errors.error_page(request_in("en"), 409, "<b>Wang</b> signed").content.decode()
    assert "&lt;b&gt;Wang&lt;/b&gt; signed" in html


@pytest.mark.parametrize("status", sorted(errors.WITHOUT_CONTEXT))
def test_an_outage_page_needs_no_database_or_session(status: int) -> None:
    """No database mark: a query would fail this test, and so would a missing context processor."""
    engines = [{**engine, "OPTIONS": {"context_processors": ["does.not.exist"]}} for engine in settings.TEMPLATES]
    with override_settings(TEMPLATES=engines):
        html = errors.error_page(request_in("en"), status).content.decode()
    assert "<form" not in html
    assert 'lang="en"' in html


def test_the_page_speaks_the_readers_language_even_before_it_was_activated() -> None:
    assert 'lang="zh-hans"' in errors.error_page(request_in("zh-CN"), 500).content.decode()
    assert 'lang="en"' in errors.error_page(request_in("en"), 500).content.decode()


@pytest.mark.parametrize(
    ("url", "status"), [("/too-big/", 413), ("/nothing/", 404), ("/no-database/", 503), ("/mistake/", 500)]
)
def test_the_error_determines_the_page(url: str, status: int, plain_pages: None) -> None:
    response = Client(raise_request_exception=False).get(url, headers={"accept-language": "en"})
    assert response.status_code == status
    with translation.override("en"):
        assert str(errors.TEXTS[status].title) in response.content.decode()
    assert response["X-Trace-Id"] in response.content.decode()


def test_an_outage_offers_the_same_page_again_and_no_other_that_would_fail_too(plain_pages: None) -> None:
    shown = Client(raise_request_exception=False, headers={"Accept-Language": "en"}).get("/no-database/?a=1&b=2")
    assert '<a class="cv-btn cv-btn-primary" href="/no-database/?a=1&amp;b=2">' in shown.content.decode()
    assert "To the home page" not in shown.content.decode()
    sent = Client(raise_request_exception=False, headers={"Accept-Language": "en"}).post("/no-database/")
    assert "To the home page" in sent.content.decode()


def test_a_form_without_its_token_is_refused_with_the_reason(plain_pages: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    html = strict.post("/theme/", {"theme": "dark"}, headers={"accept-language": "en"}).content.decode()
    assert "The browser sent no cookie." in html


def test_a_delayed_attempt_shows_how_long_to_wait(plain_pages: None) -> None:
    now = datetime(2026, 11, 27, tzinfo=UTC)
    middleware = errors.ActionErrorMiddleware(lambda request: HttpResponse())
    with translation.override("en"):
        answer = middleware.process_exception(request_in("en"), TooMany(now + timedelta(seconds=90), now))
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (429, "90")
    assert "Try again in 90 seconds, after 08:01:30." in answer.content.decode()
