"""Forms of the webhook page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel.texts import TextField


class WebhookForm(forms.Form):
    url = TextField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("https only. It receives the number of urgent items, and nothing else."),
    )
