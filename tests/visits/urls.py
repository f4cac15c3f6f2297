"""Routes of visits."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.visits, name="visits"),
    path("<uuid:pk>/", views.visit, name="visit"),
]
