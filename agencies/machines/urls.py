"""URLs of machines."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.machines, name="machines"),
    path("<uuid:pk>/keys/<int:key>/revoke/", views.machine_key_revoke, name="machine_key_revoke"),
]
