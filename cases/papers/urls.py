"""Routes of incoming papers."""

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:pk>/file/", views.incoming_file, name="incoming_file"),
]
