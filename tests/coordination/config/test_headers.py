"""Headers of every response."""

from django.http import HttpResponse
from django.test import RequestFactory

from coordination.config.headers import HeadersMiddleware


def answer(response: HttpResponse) -> HttpResponse:
    return HeadersMiddleware(lambda request: response)(RequestFactory().get("/"))


def test_responses_are_not_cached_by_default() -> None:
    assert answer(HttpResponse())["Cache-Control"] == "no-store, private"
    assert answer(HttpResponse(headers={"Cache-Control": "max-age=60"}))["Cache-Control"] == "max-age=60"


def test_no_other_origin_embeds_it_or_gets_a_device() -> None:
    response = answer(HttpResponse())

    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]
