"""Is the process alive, is it ready for work."""

from django.urls import path

from . import health

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
