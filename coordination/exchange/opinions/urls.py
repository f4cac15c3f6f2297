"""Routes of opinions."""

from django.urls import path

from . import views

urlpatterns = [
    path("opinion-rounds/", views.rounds, name="opinion_rounds"),
    path("opinion-rounds/<uuid:pk>/", views.opinion_round, name="opinion_round"),
    path("opinions/<uuid:pk>/", views.opinion, name="opinion"),
]
