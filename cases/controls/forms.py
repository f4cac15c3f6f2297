"""Form fields for a country or a route, entered by code or by name in either language."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.kernel.texts import TextField

from .countries import COUNTRY_HELP, ROUTE_HELP, country_code, read_route


class CountryField(TextField):
    """Returns the alpha-3 code, or "" if empty."""

    default_error_messages = {"unknown_country": _("“%(word)s” is not a country or region of the list.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 100, "help_text": COUNTRY_HELP, **kwargs})

    def clean(self, value: Any) -> str:
        typed: str = super().clean(value)
        code = country_code(typed)
        if typed and not code:
            raise forms.ValidationError(self.error_messages["unknown_country"], "unknown_country", {"word": typed[:40]})
        return code


class RouteField(TextField):
    """Returns the alpha-3 codes of the stops in order."""

    default_error_messages = {"unknown_country": _("“%(word)s” is not a country or region of the list.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 2000, "help_text": ROUTE_HELP, **kwargs})

    def clean(self, value: Any) -> list[str]:
        stops = read_route(super().clean(value))
        for stop in stops:
            if not country_code(stop):
                raise forms.ValidationError(
                    self.error_messages["unknown_country"], "unknown_country", {"word": stop[:40]}
                )
        return stops
