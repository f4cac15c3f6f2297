"""Routes of this noun."""

from django.urls import path

from . import views

urlpatterns = [
    path("penalties/", views.penalty_calculator, name="penalty_calculator"),
    path("persons/", views.persons, name="persons"),
    path("persons/csv/", views.export_persons, {"form": "csv"}, name="persons_csv"),
    path("persons/xlsx/", views.export_persons, {"form": "xlsx"}, name="persons_xlsx"),
    path("<uuid:pk>/", views.proceeding, name="proceeding"),
]
decisions = [path("<uuid:pk>/", views.decision, name="decision")]
