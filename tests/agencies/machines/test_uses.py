"""The log of a key: counted in memory, written once a minute, without ids and bodies, and kept for seven days."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.kernel.work import NEVER
from agencies.machines import uses
from agencies.machines.actions import create_key
from agencies.machines.jobs import watch_keys
from agencies.machines.models import ApiKey, KeyUse
from agencies.organisations.models import Agency

HOUR = {"minute": 0, "second": 0, "microsecond": 0}


def caller(*scopes: str, **limits: Any) -> Client:
    text = create_key("engine", Agency.objects.get(code="GACC"), scopes, actor=SYSTEM, **limits).text
    return Client(headers={"authorization": f"Bearer {text}"})


def logged() -> list[tuple[Any, ...]]:
    uses.write_counts(NEVER)
    rows = KeyUse.objects.order_by("hour", "route", "status")
    return list(rows.values_list("method", "route", "status", "calls"))


@pytest.mark.django_db
def test_calls_are_logged_by_hour_without_ids_and_with_their_refusals() -> None:
    client = caller("leads:read")
    for pk in (uuid4(), uuid4()):
        assert client.get(f"/api/v1/leads/{pk}/?x=1").status_code == 400
        assert client.get(f"/api/v1/leads/{pk}/").status_code == 404
    assert client.get("/api/v1/leads/").status_code == 200
    assert client.post("/api/v1/leads/", {}, content_type="application/json").status_code == 403
    one = "api/v1/leads/<uuid:pk>/"
    assert logged() == [
        ("GET", "api/v1/leads/", 200, 1),
        ("POST", "api/v1/leads/", 403, 1),
        ("GET", one, 400, 2),
        ("GET", one, 404, 2),
    ]
    key = ApiKey.objects.get()
    assert key.last_address == "127.0.0.1"
    assert key.last_used_at is not None


@pytest.mark.django_db
def test_a_call_from_a_foreign_network_is_refused_and_logged() -> None:
    client = caller("leads:read", networks=["10.0.0.0/8"])
    assert client.get("/api/v1/leads/").status_code == 403
    assert logged() == [("GET", "api/v1/leads/", 403, 1)]


@pytest.mark.django_db
def test_a_call_costs_no_write_of_its_own_and_a_minute_is_written_at_once() -> None:
    client = caller("leads:read")
    began = times.now()
    with time_machine.travel(began, tick=False), CaptureQueriesContext(connection) as asked:
        for _call in range(5):
            client.get("/api/v1/leads/")
    assert not [one for one in asked if not one["sql"].startswith("SELECT")]
    with time_machine.travel(began + timedelta(seconds=61), tick=False):
        client.get("/api/v1/leads/")
    assert KeyUse.objects.get(status=200, hour=began.replace(**HOUR)).calls >= 5
    assert sum(row[3] for row in logged()) == 6


@pytest.mark.django_db
def test_what_cannot_be_written_is_kept_for_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    client = caller("leads:read")
    client.get("/api/v1/leads/")

    def fail(**row: Any) -> None:
        raise DatabaseError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(KeyUse.objects, "get_or_create", fail)
        uses.write_counts(NEVER)
    assert not KeyUse.objects.exists()
    client.get("/api/v1/leads/")
    assert logged() == [("GET", "api/v1/leads/", 200, 2)]


@pytest.mark.django_db
def test_after_seven_days_a_log_is_forgotten() -> None:
    caller("leads:read").get("/api/v1/leads/")
    assert logged()
    with time_machine.travel(times.now() + timedelta(days=8), tick=False):
        watch_keys()
    assert not KeyUse.objects.exists()


def test_the_page_of_a_key_shows_its_use_and_its_share_of_errors_to_its_administrators(cast: Any) -> None:
    client = caller("leads:read")
    for path in ("/api/v1/leads/", "/api/v1/leads/", "/api/v1/leads/", f"/api/v1/leads/{uuid4()}/"):
        client.get(path)
    logged()
    key = ApiKey.objects.get()
    for who in ("customs.admin", "secadmin"):
        page = cast.browser(who).get(reverse("machine_key", args=[key.client_id, key.pk])).text
        assert "4, of which 1 were refused or failed (25.0 %)" in page
        assert "GET /api/v1/leads/&lt;uuid:pk&gt;/" in page
    assert cast.browser("police.admin").get(reverse("machine_key", args=[key.client_id, key.pk])).status_code == 404
