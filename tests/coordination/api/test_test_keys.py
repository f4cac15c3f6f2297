"""Networks and scopes of keys, as a system meets them, and test keys, of which nothing remains."""

from typing import Any

import pytest
from django.test import Client

from agencies.idempotency.models import SentRequest
from agencies.journal.models import Event
from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key
from agencies.organisations.models import Agency
from agencies.work.models import WorkItem
from cases.intake.models import Lead, Revision
from tests import stories

pytestmark = pytest.mark.django_db
LEADS = "/api/v1/leads/"


def client(*scopes: str, address: str = "127.0.0.1", **limits: Any) -> Client:
    text = create_key("engine", Agency.objects.get(code="GACC"), scopes, actor=SYSTEM, sources=["RISK"], **limits).text
    return Client(headers={"authorization": f"Bearer {text}", "accept-language": "en"}, REMOTE_ADDR=address)


def post(system: Client, body: Any, path: str = LEADS, **more: Any) -> Any:
    return system.post(path, body, content_type="application/json", **more)


def test_a_key_works_from_its_networks_alone_and_only_its_holder_learns_that() -> None:
    inside = client("leads:read", address="10.1.2.3", networks=["10.0.0.0/8"])
    outside = Client(REMOTE_ADDR="192.0.2.7")
    outside.defaults["HTTP_AUTHORIZATION"] = inside.defaults["HTTP_AUTHORIZATION"]
    assert inside.get(LEADS).status_code == 200
    refused = outside.get(LEADS)
    assert refused.status_code == 403
    assert "192.0.2.7" in refused.json()["detail"]
    outside.defaults["HTTP_AUTHORIZATION"] = inside.defaults["HTTP_AUTHORIZATION"][:-1]
    assert outside.get(LEADS).status_code == 401


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("leads/", "leads:read"),
        ("outcomes/", "leads:read"),
        ("stops/", "stops:pull"),
        ("controls/rules/", "controls:check"),
        ("reference/", "reference:read"),
        ("figures/?metric=cases_opened", "figures:read"),
    ],
)
def test_a_refusal_names_the_scope_that_the_key_lacks(path: str, scope: str) -> None:
    refused = client("leads:write").get(f"/api/v1/{path}")
    assert refused.status_code == 403
    assert f"lacks the scope {scope}." in refused.json()["detail"]
    assert "“Systems”" in refused.json()["detail"]


def test_a_refusal_of_a_write_names_the_scope_of_the_write_and_an_operation_of_people_says_so() -> None:
    system = client("leads:read")
    for path in (LEADS, f"{LEADS}batch/"):
        assert "lacks the scope leads:write." in post(system, stories.content(), path).json()["detail"]
    assert (
        "lacks the scope screening:check." in post(system, {"name": "x"}, "/api/v1/screening/check/").json()["detail"]
    )
    assert "for people" in system.get("/api/v1/exporters/").json()["detail"]


def test_a_test_key_is_answered_like_any_other_and_nothing_remains() -> None:
    system = client("leads:write", "leads:read", is_test=True)
    before = (Event.objects.count(), WorkItem.objects.count(), SentRequest.objects.count())
    report = stories.content(source_system="sandbox")
    for _repeat in range(2):
        answer = post(system, report)
        assert answer.status_code == 201
        receipt = answer.json()
        assert (receipt["test"], receipt["status"], receipt["revision"]) == (True, "received", 1)
        assert answer["Sandbox"] == "true"
        assert system.get(f"{LEADS}{receipt['id']}/").status_code == 404
    batch = post(system, {"reports": [report, {**report, "source_ref": "2"}, {}]}, f"{LEADS}batch/")
    assert [one["status"] for one in batch.json()["results"]] == [201, 201, 400]
    assert not Lead.objects.exists()
    assert not Revision.objects.exists()
    assert (Event.objects.count(), WorkItem.objects.count(), SentRequest.objects.count()) == before
    assert system.get(LEADS).json()["results"] == []


def test_a_test_key_meets_the_same_refusals() -> None:
    system = client("leads:write", is_test=True)
    assert post(system, {}).status_code == 400
    assert post(system, stories.content(source_system="sandbox", surprise="x")).status_code == 400
    refused = post(system, stories.content(source_system="RISK"))
    assert refused.status_code == 403
    assert "It reports for: sandbox." in refused.json()["detail"]


def test_a_test_key_neither_reads_nor_revises_what_its_system_sent() -> None:
    real = client("leads:write", "leads:read")
    sent = post(real, stories.content(source_system="RISK", source_ref="R")).json()["id"]
    test = client("leads:write", "leads:read", is_test=True)
    assert test.get(f"{LEADS}{sent}/").status_code == 404
    assert test.get("/api/v1/outcomes/").json()["results"] == []
    assert post(test, stories.content(source_system="sandbox", source_ref="R", title="Changed")).status_code == 201
    assert Lead.objects.get().revision == 1
    assert post(real, stories.content(source_system="sandbox")).status_code == 403
