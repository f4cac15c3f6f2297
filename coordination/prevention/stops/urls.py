"""Routes of stops."""

from django.urls import path

from . import views

urlpatterns = [
    path("new/notice/", views.stop_notice_new, name="stop_notice_new"),
    path("new/request/", views.inspection_new, name="inspection_new"),
]
