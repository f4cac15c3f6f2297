"""URLs of accounts."""

from django.urls import path

from . import sign_in, views

urlpatterns = [
    path("login/", sign_in.login, name="login"),
    path("logout/", sign_in.logout, name="logout"),
    path("password/", sign_in.password_change, name="password_change"),
    path("accounts/", views.accounts, name="accounts"),
    path("accounts/new/", views.account_new, name="account_new"),
    path("accounts/<uuid:pk>/", views.account, name="account"),
    path("accounts/<uuid:pk>/edit/", views.account_edit, name="account_edit"),
    path("accounts/<uuid:pk>/switch/", views.account_switch, name="account_switch"),
    path("accounts/<uuid:pk>/delays/", views.account_delays, name="account_delays"),
]
