"""Routes of cases."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.cases, name="cases"),
    path("<uuid:pk>/", views.case, name="case"),
]
