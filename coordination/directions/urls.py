"""Routes of this noun."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.directions, name="directions"),
    path("<uuid:pk>/", views.direction, name="direction"),
]
