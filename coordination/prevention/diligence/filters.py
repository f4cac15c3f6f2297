"""Filters of the lists of reviews and questionnaires."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import Questionnaire, Review, ReviewQuerySet


class ReviewFilter(ListFilter):
    state = StateFilter(Review.State.choices)
    agency = AgencyFilter()
    exporter = django_filters.UUIDFilter("exporter_id", label=_("Exporter"))
    questionnaire = django_filters.UUIDFilter("questionnaire_id", label=_("Questionnaire"))
    open = FlagFilter("open", label=_("Only open"))
    overdue = FlagFilter("overdue", label=_("Only late"))
    gaps = FlagFilter("with_open_gaps", label=_("Only with open gaps"))
    mine = FlagFilter(label=_("Only mine"), method="of_me")

    def of_me(self, rows: ReviewQuerySet, name: str, value: str) -> ReviewQuerySet:
        return rows.of_person(self.actor) if value == "1" else rows


class QuestionnaireFilter(ListFilter):
    state = StateFilter(Questionnaire.State.choices)
    code = django_filters.CharFilter("code", label=_("Code"))
