"""Routes of leads."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.leads, name="leads"),
    path("new/", views.lead_new, name="lead_new"),
    path("<uuid:pk>/", views.lead, name="lead"),
]
