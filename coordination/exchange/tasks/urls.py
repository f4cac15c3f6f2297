"""Routes of tasks."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.tasks, name="tasks"),
    path("<uuid:pk>/", views.task, name="task"),
]
