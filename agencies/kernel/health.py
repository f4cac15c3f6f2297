"""Liveness, without details for outsiders. Readiness is `coordination.tooling.operation.health`."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

LIVE = "/livez"


class LivenessMiddleware:
    """Answers that the process runs. It comes first, so that it needs neither session nor database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == LIVE:
            return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        return self.get_response(request)
