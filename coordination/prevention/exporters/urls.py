"""Routes of exporters."""

from django.urls import path

from . import views

urlpatterns = [path("new/", views.exporter_new, name="exporter_new")]
