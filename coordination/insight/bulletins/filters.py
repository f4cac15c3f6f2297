"""Filters and sorts of the list of bulletins."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter

from .models import Bulletin


class BulletinFilter(ListFilter):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Bulletin.Kind.choices)
    state = StateFilter(Bulletin.State.choices, label=_("State"))
    distribution = django_filters.ChoiceFilter(label=_("Distribution"), choices=Bulletin.Distribution.choices)
    waiting = FlagFilter("waiting", label=_("Only drafts and reviews"))
