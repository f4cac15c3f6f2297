"""Routes of metrics."""

from django.urls import path

from . import rows

urlpatterns = [
    path("figures/<slug:metric>/rows/", rows.counted_rows, name="counted_rows"),
]
