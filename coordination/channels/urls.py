"""Routes of this noun."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.doorbells, name="doorbells"),
    path("<uuid:pk>/switch/", views.doorbell_switch, name="doorbell_switch"),
    path("<uuid:pk>/secret/", views.doorbell_renew, name="doorbell_renew"),
    path("<uuid:pk>/again/", views.doorbell_again, name="doorbell_again"),
]
