"""Filters and sorts of the list of letters between superior and subordinate agencies."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter
from coordination.exchange.letters.filters import WaitingFor

from .models import Instruction, InstructionQuerySet


class InstructionFilter(ListFilter):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Instruction.Kind.choices)
    state = StateFilter(Instruction.State.choices, label=_("State"))
    sender = AgencyFilter(label=pgettext_lazy("letter", "Sender"))
    receiver = AgencyFilter(label=pgettext_lazy("letter", "Receiver"))
    waiting_on = WaitingFor()
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    mine = FlagFilter(label=_("Only mine"), method="of_me")
    open = FlagFilter("open", label=_("Only open"))
    overdue = FlagFilter("overdue", label=_("Only late"))
    soon = FlagFilter("soon", label=_("Only due within 24 hours"))

    def of_me(self, queryset: InstructionQuerySet, name: str, value: str) -> InstructionQuerySet:
        return queryset.of_person(self.actor)
