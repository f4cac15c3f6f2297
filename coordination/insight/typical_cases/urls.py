"""Routes of typical cases."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.typical_cases, name="typical_cases"),
    path("<uuid:pk>/", views.typical_case, name="typical_case"),
]
