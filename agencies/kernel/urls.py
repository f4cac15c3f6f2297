"""Is it ready for work. Whether the process lives is answered before any route."""

from django.urls import path

from . import health

urlpatterns = [
    path("readyz", health.readyz, name="readyz"),
]
