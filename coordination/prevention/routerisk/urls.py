"""Routes of risk rules."""

from django.urls import path

from . import views

urlpatterns = [
    path("new/", views.risk_rule_new, name="risk_rule_new"),
    path("<uuid:pk>/dry-run/", views.risk_rule_dry_run, name="risk_rule_dry_run"),
]
