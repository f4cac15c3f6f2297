"""Filters of the list of certificates."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import Certificate, CertificateQuerySet


class CertificateFilter(ListFilter):
    state = StateFilter(Certificate.State.choices)
    agency = AgencyFilter()
    exporter = django_filters.UUIDFilter("exporter_id", label=_("Exporter"))
    number = django_filters.CharFilter("number", label=_("Number"))
    country = django_filters.CharFilter("country", label=_("Country"))
    open = FlagFilter("open", label=_("Only open"))
    expiring = FlagFilter("to_renew", label=_("Only those that expire soon"))
    mine = FlagFilter(label=_("Only mine"), method="of_me")

    def of_me(self, rows: CertificateQuerySet, name: str, value: str) -> CertificateQuerySet:
        return rows.of_person(self.actor) if value == "1" else rows
