"""Routes of metrics."""

from django.urls import path

from . import rows, views

urlpatterns = [
    path("", views.supervision, name="supervision"),
    path("figures/<slug:metric>/rows/", rows.counted_rows, name="counted_rows"),
]
