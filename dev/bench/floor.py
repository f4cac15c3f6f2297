"""The speed of the machine: a Django REST framework view that only inserts one row.

Served like the product, in its own process: `gunicorn dev.bench.floor:application`.
"""

import os
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from environ import Env

TABLE = "bench_floor"
CREATE = f"CREATE TABLE {TABLE} (id bigserial PRIMARY KEY, title varchar(300) NOT NULL, body jsonb NOT NULL)"

if os.environ.get("BENCH_FLOOR"):
    settings.configure(
        DATABASES={"default": {**Env().db("DATABASE_URL"), "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": False}},
        INSTALLED_APPS=["rest_framework"],
        ROOT_URLCONF="dev.bench.floor",
        SECRET_KEY=os.urandom(16).hex(),
        ALLOWED_HOSTS=["127.0.0.1"],
        REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": [], "UNAUTHENTICATED_USER": None},
    )
    django.setup()

    from django.db import models
    from django.urls import path
    from rest_framework.request import Request
    from rest_framework.response import Response
    from rest_framework.views import APIView

    class BenchRow(models.Model):
        title = models.CharField(max_length=300)
        body = models.JSONField()

        class Meta:
            app_label = "bench"
            managed = False
            db_table = TABLE

    class Insert(APIView):
        def post(self, request: Request) -> Response:
            data: Any = request.data
            made = BenchRow._default_manager.create(title=data["title"], body=data)
            return Response({"id": made.pk}, status=201)

    urlpatterns: list[Any] = [path("rows/", Insert.as_view())]
    application = get_wsgi_application()
