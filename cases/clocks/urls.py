"""Routes of clocks."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.clock_rules, name="clock_rules"),
    path("calendar/", views.calendar, name="calendar"),
    path("calculator/", views.calculator, name="calculator"),
]
