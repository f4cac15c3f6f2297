"""Routes of campaigns."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.campaigns, name="campaigns"),
    path("new/", views.campaign_new, name="campaign_new"),
    path("<uuid:pk>/", views.campaign, name="campaign"),
    path("<uuid:pk>/weeks/<slug:form>/", views.campaign_weeks, name="campaign_weeks"),
]
