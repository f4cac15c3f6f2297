"""URLs of duty."""

from django.urls import path

from . import views

urlpatterns = [
    path("duty/", views.duty, name="duty"),
    path("duty/new/", views.duty_new, name="duty_new"),
    path("duty/import/", views.duty_import, name="duty_import"),
    path("duty/<uuid:pk>/remove/", views.duty_remove, name="duty_remove"),
    path("duty/<uuid:pk>/note/", views.duty_note, name="duty_note"),
    path("shift-notes/<uuid:pk>/take/", views.shift_note_take, name="shift_note_take"),
    path("absences/new/", views.absence_new, name="absence_new"),
    path("absences/<uuid:pk>/end/", views.absence_end, name="absence_end"),
]
