"""Routes of files."""

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:pk>/content/", views.file_content, name="file_content"),
    path("<uuid:pk>/preview/", views.file_preview, name="file_preview"),
]
