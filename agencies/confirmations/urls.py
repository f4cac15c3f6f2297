"""URLs of confirmations."""

from django.urls import path

from . import key_views, views

urlpatterns = [
    path("confirmations/", views.confirmations, name="confirmations"),
    path("confirmations/sign-in/", views.sign_in_declared, name="sign_in_declared"),
    path("confirmations/beside/", views.beside_named, name="beside_named"),
    path("confirmations/<uuid:pk>/", views.confirmation, name="confirmation"),
    path("confirmations/<uuid:pk>/code/", views.confirmation_code, name="confirmation_code"),
    path("confirmations/<uuid:pk>/key/", key_views.key_take, name="key_take"),
    path("machines/keys/new/", key_views.key_new, name="key_new"),
    path("machines/<uuid:pk>/keys/<int:key>/limits/", key_views.key_limits, name="key_limits"),
    path("accounts/<uuid:pk>/password/", views.account_password, name="account_password"),
    path("accounts/<uuid:pk>/roles/new/", views.account_rights, {"operation": "grant_role"}, name="account_role"),
    path(
        "accounts/<uuid:pk>/roles/<int:held>/",
        views.account_rights,
        {"operation": "change_role"},
        name="account_role_change",
    ),
    path(
        "accounts/<uuid:pk>/roles/<int:held>/end/",
        views.account_rights,
        {"operation": "end_role"},
        name="account_role_end",
    ),
    path("accounts/<uuid:pk>/offices/new/", views.account_rights, {"operation": "grant_office"}, name="account_office"),
    path(
        "accounts/<uuid:pk>/offices/<int:held>/",
        views.account_rights,
        {"operation": "change_office"},
        name="account_office_change",
    ),
    path(
        "accounts/<uuid:pk>/offices/<int:held>/end/",
        views.account_rights,
        {"operation": "end_office"},
        name="account_office_end",
    ),
    path(
        "accounts/<uuid:pk>/enabling/", views.account_rights, {"operation": "enable_account"}, name="account_enabling"
    ),
    path("enrol/", views.enrol, name="enrol"),
]
