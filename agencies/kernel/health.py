"""Liveness, without details for outsiders. Readiness is `coordination.tooling.operation.health`."""

from django.http import HttpRequest, HttpResponse

from .middleware import Middleware

LIVE = "/livez"


class LivenessMiddleware(Middleware):
    """Answers that the process runs. It comes first, so that it needs neither session nor database."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == LIVE:
            return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        return self.get_response(request)
