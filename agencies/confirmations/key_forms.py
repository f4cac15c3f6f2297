"""Forms for keys of systems."""

import re
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.spelled_fields import DayField
from agencies.kernel.texts import TextField
from agencies.machines.limits import KeyLimits, end_of, last_day_of, latest_last_day, read_networks
from agencies.machines.models import ApiKey

BETWEEN = re.compile(r"[\s,，、;；]+")
BETWEEN_SOURCES = re.compile(r"[\n,，、;；]+")


def several_lines(**attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3, **attrs})


def scopes() -> list[tuple[str, SafeString]]:
    """Each scope in words, with the code that refusals and the contract name."""
    return [(code, format_html("<span>{} <code>{}</code></span>", words, code)) for code, words in ApiKey.Scope.choices]


class LimitsForm(forms.Form):
    """The limits of a key. The fields have the names that errors of the action point to."""

    scope = forms.MultipleChoiceField(label=_("Permissions"), choices=scopes, widget=forms.CheckboxSelectMultiple)
    source = TextField(
        label=_("Source systems"),
        required=False,
        max_length=2_000,
        widget=several_lines(),
        help_text=_("One a line. All keys of the system report for them."),
    )
    networks = TextField(
        label=_("Networks"),
        required=False,
        max_length=3_000,
        widget=several_lines(placeholder="10.20.0.0/16"),
        help_text=_("One a line, such as 10.20.0.0/16, 192.0.2.7 or 2001:db8::/48. Empty: any network."),
    )
    last_day = DayField(label=_("Last day"), help_text=_("Within a year. You are reminded 30 and 7 days before."))
    reason = TextField(
        label=_("Reason"),
        max_length=4000,
        widget=several_lines(),
        help_text=_("The second person reads it before confirming."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].widget.attrs.update(min=times.today(), max=latest_last_day())

    @staticmethod
    def initial_of(key: ApiKey) -> dict[str, Any]:
        return {
            "name": key.client.name,
            "scope": key.scopes.split(),
            "source": "\n".join(key.client.sources),
            "networks": "\n".join(key.networks),
            "last_day": last_day_of(key.expires_at) if key.expires_at else None,
            "is_test": key.is_test,
        }

    def given(self) -> dict[str, Any]:
        """The limits as the arguments of `machines.actions.new_limits`. Raises Invalid for a wrong network."""
        data = self.cleaned_data
        return {
            "scopes": data["scope"],
            "sources": [one.strip() for one in BETWEEN_SOURCES.split(data["source"]) if one.strip()],
            "networks": read_networks(one for one in BETWEEN.split(data["networks"]) if one),
            "expires_at": end_of(data["last_day"]),
        }

    def limits_for(self, key: ApiKey) -> KeyLimits:
        data = self.given()
        scopes, sources = frozenset(data["scopes"]), frozenset(data["sources"])
        return KeyLimits(scopes, sources, data["networks"], data["expires_at"], key.is_test)


class KeyForm(LimitsForm):
    """A new key; of a system that is known by its name already, or of a new one."""

    name = TextField(
        label=_("System"),
        max_length=100,
        help_text=_("The name of a system that has a key already gives it a second one, with which it changes over."),
    )
    is_test = forms.BooleanField(
        label=_("Test key"),
        required=False,
        help_text=_("What it sends under the source “sandbox” is checked and answered, but not stored."),
    )
    field_order = ("name", "is_test", "scope", "source", "networks", "last_day", "reason")

    def given(self) -> dict[str, Any]:
        return super().given() | {"is_test": self.cleaned_data["is_test"]}
