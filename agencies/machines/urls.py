"""URLs of machines. Keys are requested and limited with a second person, on pages of `agencies.confirmations`."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.machines, name="machines"),
    path("<uuid:pk>/", views.machine, name="machine"),
    path("<uuid:pk>/keys/<int:key>/", views.machine_key, name="machine_key"),
    path("<uuid:pk>/keys/<int:key>/revoke/", views.machine_key_revoke, name="machine_key_revoke"),
]
