"""Routes of corrections."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.corrections, name="corrections"),
    path("<uuid:pk>/", views.correction, name="correction"),
]
