"""Route of the penalty calculator."""

from django.urls import path

from . import views

urlpatterns = [path("penalties/", views.penalty_calculator, name="penalty_calculator")]
