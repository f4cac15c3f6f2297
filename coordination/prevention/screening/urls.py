"""Routes of screening."""

from django.urls import path

from . import views

urlpatterns = [path("check/", views.check_name, name="screening_check")]
