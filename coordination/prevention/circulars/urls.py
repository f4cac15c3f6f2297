"""Routes of circulars."""

from django.urls import path

from . import views

urlpatterns = [path("new/", views.circular_new, name="circular_new")]
