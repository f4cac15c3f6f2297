"""Forms of the pages of machines."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel.texts import TextField


class RevokeForm(forms.Form):
    reason = TextField(label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
