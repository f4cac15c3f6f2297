"""Liveness and readiness, without detail for outsiders."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from .doors import PUBLIC, page

LIVE = "/livez"


class LivenessMiddleware:
    """The process answers. First of all, so that neither a session nor the database is asked for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == LIVE:
            return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        return self.get_response(request)


@page(PUBLIC)
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and carries every migration of this code."""
    try:
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        behind = True
    return HttpResponse("not ready\n" if behind else "ok\n", status=503 if behind else 200, content_type="text/plain")
