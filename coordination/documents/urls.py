"""Routes of documents."""

from django.urls import path

from . import views

urlpatterns = [
    path("papers/scan/", views.file_scan, name="paper_scan"),
    path("papers/<uuid:pk>/", views.paper, name="paper"),
    path("papers/<uuid:pk>/print/", views.paper_print, name="paper_print"),
    path("papers/<uuid:pk>/pdf/", views.paper_pdf, name="paper_pdf"),
    path("papers/<uuid:pk>/signed/<int:copy>/", views.signed_copy, name="signed_copy"),
    path("referrals/<uuid:pk>/package/", views.referral_package, name="referral_package"),
]
