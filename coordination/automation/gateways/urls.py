"""Routes of gateways."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.gateways, name="gateways"),
    path("<uuid:pk>/receipt/", views.gateway_receipt, name="gateway_receipt"),
]
