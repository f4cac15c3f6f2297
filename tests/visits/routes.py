"""The routes of the product with those of visits."""

from django.urls import include, path

from coordination.config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401

urlpatterns = [path("visits/", include("tests.visits.urls")), *urlpatterns]
