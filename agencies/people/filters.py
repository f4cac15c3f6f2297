"""Filters and sorts of the account list."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel.filtering import ListFilter
from agencies.organisations.filters import AgencyFilter

from .models import Membership, User

SORTS = {"username": "username", "created": "created_at"}
DEFAULT_SORT = "username"


class AccountFilter(ListFilter):
    agency = AgencyFilter(empty_label=_("All"))
    role = django_filters.ChoiceFilter(
        label=_("Role"), choices=Membership.Roles.choices, method="holding", empty_label=_("All")
    )
    active = django_filters.ChoiceFilter(
        label=_("Account"),
        field_name="is_active",
        choices=[("1", _("Enabled")), ("0", _("Disabled"))],
        empty_label=_("All"),
    )
    name = django_filters.CharFilter(label=pgettext_lazy("person", "Name"), max_length=60, method="called")

    def holding(self, queryset: QuerySet[User], name: str, role: str) -> QuerySet[User]:
        holders = Membership.objects.current().filter(role=role).values("user")
        return queryset.filter(pk__in=holders)

    def called(self, queryset: QuerySet[User], name: str, text: str) -> QuerySet[User]:
        return queryset.filter(Q(username__icontains=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text))
