"""Filters of the list of stops."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.filtering import FlagFilter, ListFilter, MomentFilter, StateFilter
from agencies.organisations.filters import AgencyFilter
from cases.casefile.identifiers import normalize_identifier
from coordination.exchange.letters.filters import WaitingFor

from .models import Ground, Stop, StopKind, StopQuerySet


class StopFilter(ListFilter):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=StopKind.choices)
    state = StateFilter(Stop.State.choices, label=_("State"))
    sender = AgencyFilter(label=pgettext_lazy("letter", "Sender"))
    customs = AgencyFilter(label=_("Customs agency"))
    ground = django_filters.ChoiceFilter(label=_("Ground of the notice"), choices=Ground.choices)
    goods_no = django_filters.CharFilter(label=_("Declaration or container number"), method="of_goods")
    waiting_on = WaitingFor()
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    changed_after = MomentFilter(label=_("Changed after"), field_name="updated_at", lookup_expr="gt")
    mine = FlagFilter(label=_("Only mine"), method="of_me")
    open = FlagFilter("open", label=_("Only open"))
    holding = FlagFilter("holding", label=_("Only where goods are held"))
    overdue = FlagFilter("overdue", label=_("Only late"))

    def of_goods(self, queryset: StopQuerySet, name: str, value: str) -> StopQuerySet:
        number = normalize_identifier(value)
        return queryset.filter(Q(declaration_no=number) | Q(container=number)) if number else queryset

    def of_me(self, queryset: StopQuerySet, name: str, value: str) -> StopQuerySet:
        return queryset.of_person(self.actor)
