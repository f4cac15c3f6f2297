"""Liveness and readiness, without detail for outsiders."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from .doors import PUBLIC, page


@page(PUBLIC)
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@page(PUBLIC)
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and carries every migration of this code."""
    try:
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        behind = True
    return HttpResponse("not ready\n" if behind else "ok\n", status=503 if behind else 200, content_type="text/plain")
