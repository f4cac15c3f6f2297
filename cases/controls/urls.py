from django.urls import path

from . import views

urlpatterns = [
    path("", views.check, name="controls"),
    path("rules/", views.rules, name="control_rules"),
    path("versions/", views.versions, name="control_versions"),
    path("rows/", views.rows, name="control_rows"),
]
