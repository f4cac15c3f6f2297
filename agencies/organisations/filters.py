"""Filters that select an agency by its code."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from .models import Agency


class AgencyFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]  # the library ships no types
    def __init__(self, **kwargs: Any) -> None:
        agencies = Agency.objects.agencies().order_by("id")
        super().__init__(**{"label": _("Agency"), "queryset": agencies, "to_field_name": "code", **kwargs})


class UnitFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]  # as above
    def __init__(self, **kwargs: Any) -> None:
        units = Agency.objects.filter(is_agency=False).order_by("id")
        super().__init__(queryset=units, to_field_name="code", **kwargs)
