"""The form of a new bulletin."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.people.forms import day_field

from .models import Bulletin


class NewBulletin(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Bulletin.Kind.choices)
    day = day_field(_("A day of the period"), _("The week from Monday to Sunday, or the calendar month, of this day."))
    distribution = forms.ChoiceField(label=_("Distribution"), choices=Bulletin.Distribution.choices)
