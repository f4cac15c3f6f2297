"""Routes of this noun."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.leads, name="leads"),
    path("<uuid:pk>/", views.lead, name="lead"),
]
