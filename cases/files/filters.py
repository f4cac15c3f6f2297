"""Filters and sorts of the list of files."""

import django_filters
from django.utils.translation import gettext_lazy as _

from agencies.kernel.filtering import ListFilter, StateFilter
from agencies.organisations.filters import AgencyFilter

from .kinds import MEDIA_TYPES
from .models import Attachment


class AttachmentFilter(ListFilter):
    state = StateFilter(Attachment.State.choices)
    audience = django_filters.ChoiceFilter(label=_("Seen by"), choices=Attachment.Audience.choices)
    agency = AgencyFilter()
    case = django_filters.UUIDFilter(label=_("Case"), field_name="case_id")
    about = django_filters.UUIDFilter(label=_("Concerns"), field_name="about_id")
    media_type = django_filters.ChoiceFilter(label=_("Type of file"), choices=[(one, one) for one in MEDIA_TYPES])
