"""Routes of campaigns."""

from django.urls import path

from . import views

urlpatterns = [
    path("new/", views.campaign_new, name="campaign_new"),
    path("<uuid:pk>/weeks/<slug:form>/", views.campaign_weeks, name="campaign_weeks"),
]
