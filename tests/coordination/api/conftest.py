"""Callers of the API: a machine with a key, a person with a session."""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import pytest
from django.test import Client

from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key
from agencies.organisations.models import Agency

SOURCES = ("RISK", "S")  # of customs, for which the reports of the tests are sent


class Machine:
    """A system of an agency, as its client library uses the API."""

    def __init__(self, key: str, **options: Any) -> None:
        self.client = Client(headers={"authorization": f"Bearer {key}", "accept-language": "en"}, **options)

    def post(self, body: Any, path: str = "/api/v1/leads/", content_type: str = "application/json") -> Any:
        return self.client.post(path, data=body, content_type=content_type)

    def get(self, path: str) -> Any:
        return self.client.get(path)


@pytest.fixture
def machine(db: None) -> Callable[..., Machine]:
    """machine("GACC", "leads:write", …)"""
    numbers = count(1)

    def connect(
        agency: str = "GACC", *scopes: str, name: str = "", sources: Iterable[str] = (), **options: Any
    ) -> Machine:
        name = name or f"risk engine {next(numbers)}"  # a system has two keys at most
        wanted = scopes or ("leads:write", "leads:read")
        # A source belongs to one agency.
        sources = sources or (SOURCES if agency == "GACC" else [f"{agency} {one}" for one in SOURCES])
        issued = create_key(name, Agency.objects.get(code=agency), wanted, actor=SYSTEM, sources=sources)
        return Machine(issued.text, **options)

    return connect
