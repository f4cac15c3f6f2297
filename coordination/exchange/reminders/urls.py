"""Routes of this noun."""

from django.urls import path

from . import views

urlpatterns = [
    path("chase/", views.chase_desk, name="reminder_desk"),
    path("chase/send/", views.chase_send, name="chase_send"),
    path("chase/csv/", views.chase_export, {"form": "csv"}, name="chase_csv"),
    path("chase/xlsx/", views.chase_export, {"form": "xlsx"}, name="chase_xlsx"),
    path("reminders/", views.reminders, name="reminders"),
    path("reminders/<uuid:pk>/", views.reminder, name="reminder"),
    path("reminders/<uuid:pk>/print/", views.chase_letter_print, name="reminder_print"),
]
