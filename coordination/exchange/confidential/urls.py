"""Route of the list of confidential letters."""

from django.urls import path

from . import views

urlpatterns = [path("", views.confidential_letters, name="confidential_letters")]
