"""Routes of routing rules."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.rule_sets, name="rule_sets"),
    path("<uuid:pk>/import/", views.rule_set_import, name="rule_set_import"),
    path("<uuid:pk>/rules.csv", views.rule_set_csv, name="rule_set_csv"),
    path("<uuid:pk>/dry-run/", views.rule_set_dry_run, name="rule_set_dry_run"),
]
