"""Routes of webhooks."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.webhooks, name="webhooks"),
    path("<uuid:pk>/", views.webhook, name="webhook"),
    path("<uuid:pk>/switch/", views.webhook_switch, name="webhook_switch"),
    path("<uuid:pk>/secret/", views.webhook_renew, name="webhook_renew"),
    path("<uuid:pk>/test/", views.webhook_test, name="webhook_test"),
    path("<uuid:pk>/again/", views.webhook_again, name="webhook_again"),
    path("<uuid:pk>/discard/", views.webhook_discard, name="webhook_discard"),
]
