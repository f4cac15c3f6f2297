"""Routes of this noun."""

from django.urls import path

from . import views

urlpatterns = [
    path("chase/", views.chase_desk, name="chase_desk"),
    path("chase/send/", views.chase_send, name="chase_send"),
    path("chase/csv/", views.chase_export, {"form": "csv"}, name="chase_csv"),
    path("chase/xlsx/", views.chase_export, {"form": "xlsx"}, name="chase_xlsx"),
    path("chase-letters/", views.chase_letters, name="chase_letters"),
    path("chase-letters/<uuid:pk>/", views.chase_letter, name="chase_letter"),
    path("chase-letters/<uuid:pk>/print/", views.chase_letter_print, name="chase_letter_print"),
]
