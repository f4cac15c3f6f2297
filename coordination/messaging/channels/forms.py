"""Forms of the webhook page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel.texts import TextField
from agencies.machines.models import ApiClient
from coordination.messaging.feeds.sight import EVENTS_READ


class WebhookForm(forms.Form):
    url = TextField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("https only."),
    )
    system = forms.ModelChoiceField(
        ApiClient.objects.none(),
        label=_("What it receives"),
        required=False,
        empty_label=_("The number of urgent items, and nothing else"),
        help_text=_(
            "Or the events of a system that has a key with the scope events:read: types, states and ids, no texts or "
            "names. A second person then switches the webhook on."
        ),
    )

    def __init__(self, data: Any, *, agency_id: int) -> None:
        super().__init__(data)
        field: Any = self.fields["system"]  # Any: the type of the field is not in those of Django's forms
        systems = ApiClient.objects.filter(agency=agency_id, keys__scopes__contains=EVENTS_READ)
        field.queryset = systems.distinct().order_by("name")
        field.label_from_instance = lambda one: _("Events of %(system)s") % {"system": one.name}
