"""Filters of the lists of risk rules and findings."""

import django_filters
from django.utils.translation import pgettext_lazy

from agencies.kernel.filtering import ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import RiskFinding, RiskRule


class RiskRuleFilter(ListFilter):
    state = StateFilter(RiskRule.State.choices)
    kind = django_filters.MultipleChoiceFilter(label=pgettext_lazy("rule", "Test"), choices=RiskRule.Kind.choices)
    agency = AgencyFilter(label=pgettext_lazy("rule", "Kept by"), field_name="agency")


class RiskFindingFilter(ListFilter):
    state = StateFilter(RiskFinding.State.choices)
    kind = django_filters.MultipleChoiceFilter(
        "rule__kind", label=pgettext_lazy("rule", "Test"), choices=RiskRule.Kind.choices
    )
    verdict = django_filters.MultipleChoiceFilter(
        label=pgettext_lazy("finding", "Verdict"), choices=RiskFinding.Verdict.choices
    )
    code = django_filters.CharFilter("rule__code", label=pgettext_lazy("rule", "Code"))
