"""Routes of licences."""

from django.urls import path

from . import views

urlpatterns = [
    path("check/", views.licence_check, name="licence_check"),
    path("licences.csv", views.licences_csv, name="licences_csv"),
    path("import/", views.licences_import, name="licences_import"),
]
