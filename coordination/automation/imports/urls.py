"""Routes of imports besides their list and the page of one."""

from django.urls import path

from . import views

urlpatterns = [
    path("new/", views.import_new, name="import_new"),
    path("<uuid:pk>/columns/", views.import_columns, name="import_columns"),
    path("<uuid:pk>/rows/<str:form>/", views.import_rows, name="import_rows"),
]
