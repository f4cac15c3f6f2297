"""A trace id per request, shown on error pages, in problem responses and in log lines."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

trace_id: ContextVar[str] = ContextVar("trace_id", default="-")


class Middleware:
    """Base of the middleware: passes each request on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class TraceMiddleware(Middleware):
    """The first middleware. The id is always generated: one sent by a client could forge log lines of others."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = trace_id.set(uuid.uuid4().hex)
        request.trace_id = trace_id.get()  # type: ignore[attr-defined]  # ours, on Django's request
        try:
            response = self.get_response(request)
        finally:
            trace_id.reset(token)
        response["X-Trace-Id"] = request.trace_id  # type: ignore[attr-defined]  # as above
        return response
