"""Routes of campaigns."""

from django.urls import path

from . import views

urlpatterns = [
    path("new/", views.campaign_new, name="campaign_new"),
    path("<uuid:pk>/tables/<slug:key>/<slug:form>/", views.campaign_table, name="campaign_table"),
]
