"""Filters and sorts of the confirmation list."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import ListFilter, StateFilter
from agencies.kernel.resource import Listing

from .models import Confirmation


class ConfirmationFilter(ListFilter):
    state = StateFilter(Confirmation.State.choices)
    kind = django_filters.ChoiceFilter(
        label=_("Matter concerned"), choices=Confirmation.Kind.choices, empty_label=_("All")
    )


class ConfirmationList(Listing):
    filters = ConfirmationFilter
    sorts = {"created": "created_at", "updated": "updated_at"}
    default = "-created"
    related = ("agency", "confirmer_agency")
