"""Routes of thresholds."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.thresholds, name="thresholds"),
    path("figures/<slug:metric>/", views.threshold_new, name="threshold_new"),
    path("<uuid:pk>/", views.threshold, name="threshold"),
]
