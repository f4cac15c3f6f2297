"""Filters and sorts of the watch lists."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from cases.controls.forms import CountryField

from .models import Listing, WatchList


class CountryFilter(django_filters.CharFilter):  # type: ignore[misc]  # the library ships no types
    field_class = CountryField


class ListingFilter(ListFilter):
    watch_list = django_filters.MultipleChoiceFilter(
        label=pgettext_lazy("watch list", "List"), choices=WatchList.choices
    )
    state = StateFilter(Listing.State.choices)
    country = CountryFilter(label=_("Country or region"))
    standing = FlagFilter("standing", label=_("Only those valid today or later"))
