"""Routes of playbooks."""

from django.urls import path

from . import views

urlpatterns = [
    path("playbooks/", views.playbooks, name="playbooks"),
    path("playbooks/<slug:code>/", views.playbook, name="playbook"),
    path("playbooks/<slug:code>/csv/", views.playbook_csv, name="playbook_csv"),
    path("playbooks/<slug:code>/publish/", views.playbook_publish, name="playbook_publish"),
    path("proceedings/<uuid:pk>/playbooks/<slug:code>/", views.playbook_difference, name="playbook_difference"),
]
