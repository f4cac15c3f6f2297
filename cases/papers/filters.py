"""Filters and sorts of the lists of papers."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.filtering import ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import IncomingPaper, Paper
from .texts import FORMS


class IncomingFilter(ListFilter):
    state = StateFilter(IncomingPaper.State.choices)
    agency = AgencyFilter(label=pgettext_lazy("letter", "From"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")


class PaperFilter(ListFilter):
    state = StateFilter(Paper.State.choices)
    form = django_filters.ChoiceFilter(label=_("Form"), choices=[(code, code) for code in FORMS])
    agency = AgencyFilter()
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    subject = django_filters.UUIDFilter(label=_("Concerns"), field_name="subject_id")
