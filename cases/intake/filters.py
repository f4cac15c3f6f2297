"""Filters and sorts of the list of leads."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import DayFilter, FlagFilter, ListFilter, MomentFilter, StateFilter
from agencies.organisations.filters import AgencyFilter
from cases.casefile.models import Handling, Severity
from cases.controls.words import VERDICTS

from .models import Lead

_DONE = (Lead.State.PROMOTED, Lead.State.ATTACHED, Lead.State.CLOSED)


class LeadFilter(ListFilter):
    state = StateFilter(Lead.State.choices)
    agency = AgencyFilter()
    severity = django_filters.ChoiceFilter(label=_("Severity"), choices=Severity.choices)
    handling = django_filters.ChoiceFilter(label=_("Handling code"), choices=Handling.choices)
    verdict = StateFilter(list(VERDICTS.items()), label=_("Control verdict"))
    source_system = django_filters.CharFilter(label=_("Source system"), max_length=60)
    source_ref = django_filters.CharFilter(label=_("Reference of the source"), max_length=200)
    changed_after = MomentFilter("updated_at", "gt", label=_("Changed after"))
    to_triage = FlagFilter("to_triage", label=_("Only to triage"))
    overdue = FlagFilter("overdue", label=_("Only late"))
    soon = FlagFilter("soon", label=_("Only due within 24 hours"))
    done_from = DayFilter(_DONE, label=_("Done from"))
    done_to = DayFilter(_DONE, label=_("Done until"), until=True)
