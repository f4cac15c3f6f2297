"""Routes of notes."""

from django.urls import path

from . import views

urlpatterns = [
    path("notes/", views.notes, name="notes"),
    path("notes/<uuid:pk>/", views.note, name="note"),
    path("cases/<uuid:pk>/notes/read/", views.read, name="notes_read"),
]
