"""Routes of reminders."""

from django.urls import path

from . import views

urlpatterns = [
    path("reminder-desk/", views.reminder_desk, name="reminder_desk"),
    path("reminder-desk/preview/", views.reminder_preview, name="reminder_preview"),
    path("reminder-desk/send/", views.reminder_send, name="reminder_send"),
    path("reminder-desk/csv/", views.reminder_export, {"form": "csv"}, name="reminder_csv"),
    path("reminder-desk/xlsx/", views.reminder_export, {"form": "xlsx"}, name="reminder_xlsx"),
    path("reminders/<uuid:pk>/print/", views.reminder_print, name="reminder_print"),
]
