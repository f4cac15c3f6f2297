"""Routes of goods in custody."""

from django.urls import path

from . import views

urlpatterns = [path("<uuid:pk>/", views.lot, name="lot")]
