"""Routes of major cases."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.major_cases, name="major_cases"),
    path("<uuid:pk>/", views.major_case, name="major_case"),
]
