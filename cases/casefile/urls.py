"""Routes of this noun."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.cases, name="cases"),
    path("<uuid:pk>/", views.case, name="case"),
]
