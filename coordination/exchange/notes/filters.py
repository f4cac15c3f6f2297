"""Filters and sorts of the list of notes."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import FlagFilter, ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .models import Note, NoteQuerySet


class NoteFilter(ListFilter):
    state = StateFilter(Note.State.choices, label=_("State"))
    audience = django_filters.ChoiceFilter(label=_("Seen by"), choices=Note.Audience.choices)
    agency = AgencyFilter(label=_("Agency"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    unread = FlagFilter(label=_("Only unread"), method="of_unread")
    named = FlagFilter(label=_("Only those that mention me"), method="of_named")
    mine = FlagFilter(label=_("Only mine"), method="of_me")

    def of_unread(self, queryset: NoteQuerySet, name: str, value: str) -> NoteQuerySet:
        return queryset.unread_by(self.actor)

    def of_named(self, queryset: NoteQuerySet, name: str, value: str) -> NoteQuerySet:
        return queryset.standing().mentioning(self.actor)

    def of_me(self, queryset: NoteQuerySet, name: str, value: str) -> NoteQuerySet:
        return queryset.written_by(self.actor)
