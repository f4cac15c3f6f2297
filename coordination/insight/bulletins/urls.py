"""Routes of bulletins."""

from django.urls import path

from . import views

urlpatterns = [
    path("new/", views.bulletin_new, name="bulletin_new"),
    path("<uuid:pk>/print/", views.bulletin_print, name="bulletin_print"),
    path("<uuid:pk>/pdf/", views.bulletin_pdf, name="bulletin_pdf"),
]
