"""Routes of questionnaires and reviews."""

from django.urls import path

from . import views

ANSWER, ASSESS = {"resource": "reviews", "verb": "answer"}, {"resource": "reviews", "verb": "assess"}

urlpatterns = [
    path("questionnaires/new/", views.questionnaire_new, name="questionnaire_new"),
    path("questionnaires/<uuid:pk>/csv/", views.questionnaire_csv, name="questionnaire_csv"),
    # The noun and the verb say whose input is kept until it is sent.
    path("reviews/<uuid:pk>/answers/", views.review_answers, ANSWER, name="review_answers"),
    path("reviews/<uuid:pk>/findings/", views.review_findings, ASSESS, name="review_findings"),
]
