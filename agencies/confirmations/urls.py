"""URLs of confirmations."""

from django.urls import path

from . import views

urlpatterns = [
    path("confirmations/", views.confirmations, name="confirmations"),
    path("confirmations/sign-in/", views.sign_in_declared, name="sign_in_declared"),
    path("confirmations/beside/", views.beside_named, name="beside_named"),
    path("confirmations/<uuid:pk>/", views.confirmation, name="confirmation"),
    path("confirmations/<uuid:pk>/code/", views.confirmation_code, name="confirmation_code"),
    path("accounts/<uuid:pk>/password/", views.account_password, name="account_password"),
    path("enrol/", views.enrol, name="enrol"),
]
