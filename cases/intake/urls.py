"""Routes of leads."""

from django.urls import path

from . import views

urlpatterns = [
    path("new/", views.lead_new, name="lead_new"),
    path("<uuid:pk>/files/<uuid:file>/", views.report_file, name="report_file"),
]
