"""Form fields for a country or a route, entered by code or by any spelling of a name."""

from typing import Any

from agencies.kernel.named_fields import NamedField
from agencies.kernel.texts import TextField

from .countries import COUNTRY_HELP, ROUTE_HELP, country_offers, read_route


class CountryField(NamedField):
    """Returns the alpha-3 code, or "" if empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(country_offers, **{"help_text": COUNTRY_HELP, **kwargs})


class RouteField(NamedField):
    """Returns the alpha-3 codes of the stops in order."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(country_offers, several=True, **{"help_text": ROUTE_HELP, **kwargs})

    def to_python(self, value: Any) -> Any:
        return [self.code_of(stop) for stop in read_route(TextField.to_python(self, value))]
