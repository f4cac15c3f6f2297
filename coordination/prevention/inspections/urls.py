"""Routes of inspections."""

from django.urls import path

from . import views

FINISH = {"resource": "inspections", "verb": "finish"}

urlpatterns = [
    path("coverage/", views.inspection_coverage, name="inspection_coverage"),
    # The noun and the verb say whose input is kept until it is sent.
    path("<uuid:pk>/findings/", views.inspection_findings, FINISH, name="inspection_findings"),
]
