"""Filters and sorts of the list of notes."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import Flag, ListFilter, States
from agencies.organisations.filters import AgencyFilter

from .models import Note, NoteQuerySet


class NoteFilter(ListFilter):
    state = States(Note.State.choices, label=_("State"))
    audience = django_filters.ChoiceFilter(label=_("Seen by"), choices=Note.Audience.choices)
    agency = AgencyFilter(label=_("Agency"))
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    unread = Flag(label=_("Only unread"), method="of_unread")
    named = Flag(label=_("Only those that mention me"), method="of_named")
    mine = Flag(label=_("Only mine"), method="of_me")

    def of_unread(self, queryset: NoteQuerySet, name: str, value: str) -> NoteQuerySet:
        return queryset.unread_by(self.actor)

    def of_named(self, queryset: NoteQuerySet, name: str, value: str) -> NoteQuerySet:
        return queryset.standing().mentioning(self.actor)

    def of_me(self, queryset: NoteQuerySet, name: str, value: str) -> NoteQuerySet:
        return queryset.written_by(self.actor)
