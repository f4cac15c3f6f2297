"""Routes of instructions."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.instructions, name="instructions"),
    path("<uuid:pk>/", views.instruction, name="instruction"),
]
