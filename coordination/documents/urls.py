"""Routes of documents."""

from django.urls import path

from . import views

urlpatterns = [
    path("papers/scan/", views.file_scan, name="paper_scan"),
    path("papers/<uuid:pk>/", views.paper, name="paper"),
    path("papers/<uuid:pk>/folder/", views.paper_folder, name="paper_folder"),
    path("papers/<uuid:pk>/print/", views.paper_print, name="paper_print"),
    path("papers/<uuid:pk>/pdf/", views.paper_pdf, name="paper_pdf"),
    path("papers/<uuid:pk>/signed/<int:copy>/", views.signed_copy, name="signed_copy"),
    path("exporter-letters/<uuid:pk>/sheet/", views.letter_sheet, name="letter_sheet"),
    path("circulars/<uuid:pk>/sheets/", views.circular_sheets, name="circular_sheets"),
    path("referrals/<uuid:pk>/package/", views.referral_package, name="referral_package"),
    path("referrals/<uuid:pk>/files/<uuid:file>/", views.package_file, name="package_file"),
    path("referrals/<uuid:pk>/files/<uuid:file>/content/", views.package_file_content, name="package_file_content"),
    path("referrals/<uuid:pk>/files/<uuid:file>/preview/", views.package_file_preview, name="package_file_preview"),
]
