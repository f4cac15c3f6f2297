"""Routes of conferences."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.conferences, name="conferences"),
    path("<uuid:pk>/", views.conference, name="conference"),
]
