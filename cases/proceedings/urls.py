"""Routes of proceedings and decisions."""

from django.urls import path

from . import views

urlpatterns = [
    path("penalties/", views.penalty_calculator, name="penalty_calculator"),
    path("persons/", views.persons, name="persons"),
    path("<uuid:pk>/", views.proceeding, name="proceeding"),
]
decisions = [path("<uuid:pk>/", views.decision, name="decision")]
