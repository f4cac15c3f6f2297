"""Routes of customs queries."""

from django.urls import path

from . import views

urlpatterns = [
    path("new/", views.query_new, name="customs_query_new"),
]
