"""Routes of watch lists."""

from django.urls import path

from . import views

urlpatterns = [
    path("watch-lists.csv", views.listings_csv, name="listings_csv"),
    path("import/", views.listings_import, name="listings_import"),
]
