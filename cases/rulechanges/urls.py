"""Routes of changes of the control law."""

from django.urls import path

from . import views

urlpatterns = [
    path("import/", views.rule_change_import, name="rule_change_import"),
    path("suspension/", views.rule_change_suspension, name="rule_change_suspension"),
]
