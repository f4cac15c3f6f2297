"""The contract says what answers, and says it without a warning."""

import json

import pytest
from django.urls import get_resolver, reverse
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from coordination.api.schema import document
from coordination.api.views import LISTINGS
from coordination.nouns import NOT_PUT_RIGHT, NOUNS
from coordination.priority_page import ROUTED

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def contract():
    return document("en")


def test_the_contract_is_valid_and_drawn_without_a_warning():
    document.cache_clear()
    GENERATOR_STATS.reset()
    told = document("en")
    assert told["openapi"].startswith("3.1")
    validate_schema(json.loads(json.dumps(told)))
    assert not GENERATOR_STATS


def test_every_address_of_the_api_is_in_the_contract(contract):
    patterns = get_resolver("coordination.api.urls").reverse_dict
    names = {name for name in patterns if isinstance(name, str)} - {"api-schema", "api-docs"}
    assert len(contract["paths"]) == len(names)
    verbs = sum(len(noun.verbs) for noun in NOUNS.values())
    # approvals, queues, duty, handing over, search, outcomes, the inbox and reading it, three of playbooks, three of
    # saved views, what is like a lead, two of screening; board, load, the read log, exports, bulk, six of runs, four of
    # doorbells
    calculators, others = 2, 18 + 14
    files = 4  # the scans of both kinds of papers, the filing of one, the package
    correct = len(NOUNS) - len(NOT_PUT_RIGHT)
    routed = 2 * len(ROUTED)  # why it is here, and its priority
    assert len(names) == verbs + len(NOUNS) + len(LISTINGS) + calculators + files + others + correct + routed


def test_a_verbs_input_is_what_its_button_asks(contract):
    body = contract["paths"]["/api/v1/cases/{id}/share/"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"]["required"] == ["organ", "profile", "reason"]
    common = {"happened_at", "paper", "version"}
    assert set(body["schema"]["properties"]) == {"organ", "profile", "reason", "until"} | common
    assert body["schema"]["additionalProperties"] is False


def test_a_reports_input_has_its_lengths_and_codes(contract):
    report = contract["components"]["schemas"]["Report"]
    assert set(report["required"]) == {"source_system", "source_ref", "report_type", "title"}
    assert report["properties"]["source_ref"]["maxLength"] == 200
    assert {"low", "medium", "high", "critical"} <= set(report["properties"]["severity"]["enum"])


def test_every_operation_tells_its_refusals(contract):
    for path, methods in contract["paths"].items():
        for operation in methods.values():
            for status in ("400", "401", "403", "500"):
                answer = operation["responses"][status]
                assert list(answer["content"]) == ["application/problem+json"], (path, status)
    assert "409" in contract["paths"]["/api/v1/tasks/{id}/claim/"]["post"]["responses"]


def test_a_key_is_offered_only_where_it_opens_something(contract):
    schemes = {
        (path, method): {name for one in operation["security"] for name in one}
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
    }
    with_key = {where for where, names in schemes.items() if "bearer" in names}
    leads = {("/api/v1/leads/", "post"), ("/api/v1/leads/{id}/", "get")}
    assert with_key == leads | {("/api/v1/outcomes/", "get")}


def test_anybody_may_read_the_contract_in_his_language(client):
    told = client.get("/api/schema/", headers={"accept-language": "en"})
    assert told.status_code == 200
    assert told.json()["paths"]["/api/v1/tasks/{id}/claim/"]["post"]["summary"] == "Claim"


def test_the_page_of_the_contract_shows_every_operation_without_a_script(client, contract):
    page = client.get(reverse("api-docs"), headers={"accept-language": "en"})
    assert page.status_code == 200
    text = page.content.decode()
    for methods in contract["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in text
    assert "parties[].identifiers[].value" in text
    assert 'id="problem-move_refused"' in text
    assert "<script" not in text
    assert "style=" not in text
