"""Routes of referrals."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.referrals, name="referrals"),
    path("<uuid:pk>/", views.referral, name="referral"),
]
