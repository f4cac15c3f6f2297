"""Routes of the briefing."""

from django.urls import path

from . import views

urlpatterns = [
    path("one-page/", views.one_page, name="one_page"),
    path("one-page/list/", views.one_page_list, name="one_page_list"),
]
