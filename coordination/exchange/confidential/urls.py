"""Routes of confidential letters."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.sealed_letters, name="confidential_letters"),
    path("<uuid:pk>/", views.sealed_letter, name="confidential_letter"),
]
