"""Routes of notes."""

from django.urls import path

from . import views

urlpatterns = [
    path("cases/<uuid:pk>/notes/read/", views.read, name="notes_read"),
]
