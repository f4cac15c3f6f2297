"""Routes of proxy recordings."""

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:pk>/", views.recorded_step, name="recorded_step"),
]
