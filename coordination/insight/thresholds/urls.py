"""Routes of thresholds."""

from django.urls import path

from . import views

urlpatterns = [
    path("figures/<slug:metric>/", views.threshold_new, name="threshold_new"),
]
