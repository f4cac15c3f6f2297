"""Routes of leads."""

from django.urls import path

from . import views

urlpatterns = [
    path("new/", views.lead_new, name="lead_new"),
]
