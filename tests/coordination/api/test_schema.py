"""The contract matches the API, and is generated without a warning."""

import gzip
import re

import pytest
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from agencies.kernel.resource import RESOURCES
from coordination.actions.priority_page import ROUTED
from coordination.api.schema import document, text
from tests.contract import expanded

pytestmark = pytest.mark.django_db
PAGES = {"api-schema", "api-schema-systems", "api-docs", "api-codes", "api-operations", "api-operations-group"}


@pytest.fixture(scope="module")
def contract():
    return expanded()


@pytest.mark.slow
def test_the_contract_is_valid_and_drawn_without_a_warning():
    document.cache_clear()
    text.cache_clear()
    GENERATOR_STATS.reset()
    shown = document("en")
    assert shown["openapi"].startswith("3.1")
    validate_schema(shown)
    assert not GENERATOR_STATS


def test_every_address_of_the_api_is_in_the_contract(contract):
    patterns = get_resolver("coordination.api.urls").reverse_dict
    names = {name for name in patterns if isinstance(name, str)} - PAGES
    assert len(contract["paths"]) == len(names)
    verbs = sum(len(resource.verbs) for resource in RESOURCES.values())
    # approvals, queues and their calendar, duty, reassignment, search, two of outcomes, the inbox and reading it,
    # three of playbooks,
    # three of saved views, similar matters, two of screening; board, workload, the read log, exports, bulk, seven of
    # runs, four of webhooks; three of operation, four of second persons; the rules of a day; mentions; brief,
    # report and list of tasks of a case; the metrics and one of them; the digest of a day of leads, and
    # a batch of them; the check of a licence, and a dry run; the reference lists and one of them, figures in bulk; the
    # events of a system, and the calls of a webhook, a test and discarding one
    calculators, others = 4, 23 + 15 + 4 + 2 + 2 + 3 + 2 + 2 + 3 + 4  # of which one checks a name
    # the files of a report and one of them; the scans of both kinds of papers, the filing of one, the package, a file
    # of it, an attached file
    files = 8
    correct = sum(resource.is_corrected for resource in RESOURCES.values())
    routed = 2 * len(ROUTED)  # why it was assigned here, and its priority
    assert (
        len(names)
        == verbs
        + len(RESOURCES)  # each object
        + 2  # the fields of the actions of any object, and what one would do
        + sum(resource.listing is not None for resource in RESOURCES.values())
        + calculators
        + files
        + others
        + correct
        + routed
    )


def test_the_input_of_an_action_equals_its_form_and_is_required_with_a_required_field(contract):
    body = contract["paths"]["/api/v1/cases/{id}/share/"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"]["required"] == ["agency", "profile", "reason"]
    common = {"happened_at", "paper", "version"}
    assert set(body["schema"]["properties"]) == {"agency", "profile", "reason", "until"} | common
    assert body["schema"]["additionalProperties"] is False
    paths = contract["paths"]
    assert paths["/api/v1/papers/scan/"]["post"]["requestBody"]["required"]
    assert paths["/api/v1/cases/{id}/add_paper/"]["post"]["requestBody"]["required"]
    assert "required" not in paths["/api/v1/tasks/{id}/claim/"]["post"]["requestBody"]


def test_a_reports_input_has_the_lengths_blanks_and_codes_of_its_validation(contract):
    report = contract["components"]["schemas"]["Report"]
    assert set(report["required"]) == {"source_system", "source_ref", "report_type", "title"}
    assert report["properties"]["source_ref"]["maxLength"] == 200
    assert {"low", "medium", "high", "critical"} <= set(report["properties"]["severity"]["enum"])
    assert report["properties"]["parties"]["maxItems"] == 200
    assert report["properties"]["title"] == {
        "type": "string", "maxLength": 300, "minLength": 1, "pattern": r"\S"
    }  # fmt: skip
    assert "minLength" not in report["properties"]["narrative"]


def test_a_decimal_without_digits_is_refused_by_the_schema_and_by_the_server(cast, contract):
    pattern = contract["components"]["schemas"]["WatchInput"]["properties"]["value"]["pattern"]
    browser = cast.browser("centre.supervisor")
    for value, is_number in (("", False), (".", False), ("12.5", True)):
        assert bool(re.search(pattern, value)) == is_number
        sent = {"metric": "cases_open", "comparison": "above", "value": value}
        answer = browser.post("/api/v1/thresholds/", sent, content_type="application/json")
        assert (answer.status_code == 201) == is_number, answer.content


def test_every_operation_lists_the_errors_that_can_occur(contract):
    for path, methods in contract["paths"].items():
        for operation in methods.values():
            assert "405" not in operation["responses"], path
            assert operation["responses"].keys() <= {"200", "201", "202", "204", "304", "429", "default"}, path
            for status in ("429", "default"):
                answer = operation["responses"].get(status, operation["responses"]["default"])
                assert list(answer["content"]) == ["application/problem+json"], (path, status)
    others = contract["paths"]["/api/v1/queues/"]["get"]["responses"]["default"]
    for status in ("400", "401", "403", "404", "409", "412", "422", "428", "500", "503"):
        assert f"{status}: " in others["description"], status
    assert {"WWW-Authenticate", "Retry-After", "X-Trace-Id"} <= others["headers"].keys()
    paths = contract["paths"]
    operations = [one for methods in paths.values() for one in methods.values()]
    takes_keys = [one for one in operations if any("bearer" in way for way in one.get("security", []))]
    assert takes_keys == [one for one in operations if "429" in one["responses"]]
    assert "Retry-After" in takes_keys[0]["responses"]["429"]["headers"]


def test_a_key_is_offered_only_where_it_opens_something(contract):
    schemes = {
        (path, method): {name for one in operation.get("security", []) for name in one}
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
    }
    with_key = {where for where, names in schemes.items() if "bearer" in names}
    leads = {("/api/v1/leads/", "post"), ("/api/v1/leads/", "get"), ("/api/v1/leads/{id}/", "get")}
    leads |= {("/api/v1/leads/digest/", "get"), ("/api/v1/leads/batch/", "post")}
    leads |= {(f"/api/v1/leads/{{id}}/files/{one}", "get") for one in ("", "{file}/")}
    leads |= {("/api/v1/leads/{id}/files/", "post")}
    assert contract["paths"]["/api/v1/leads/"]["post"]["security"][0] == {"bearer": ["leads:write"]}
    assert contract["paths"]["/api/v1/outcomes/"]["get"]["security"][0] == {"bearer": ["leads:read"]}
    asking = {("/api/v1/outcomes/", "get"), ("/api/v1/outcomes/seen/", "post"), ("/api/v1/controls/check/", "post")}
    asking |= {("/api/v1/controls/rules/", "get"), ("/api/v1/screening/check/", "post")}
    by_tables = {
        (f"/api/v1/{resource.name}/{{id}}/{verb}/", "post")
        for resource in RESOURCES.values()
        for table in resource.workflows
        for verb, line in table.transitions.items()
        if line.machine
    }
    for name in ("stops", "referrals", "tasks", "cases", "confirmations"):
        by_tables |= {(f"/api/v1/{name}/{part}", "get") for part in ("", "{id}/")}
    by_tables.add(("/api/v1/{resource}/{id}/verbs/", "get"))
    by_tables.add(("/api/v1/referrals/{id}/files/{file}/", "get"))
    lists = {(f"/api/v1/{one}", "get") for one in ("reference/", "reference/{name}/", "figures/", "events/")}
    assert with_key == leads | asking | by_tables | lists


def test_the_contract_is_public_and_in_the_readers_language(client):
    answer = client.get("/api/schema/", headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert answer.json()["paths"]["/api/v1/tasks/{id}/claim/"]["post"]["summary"] == "Claim"


def test_the_contract_is_small_compressed_and_not_sent_again_unchanged(client):
    assert len(text("en").encode()) < 2**20
    headers = {"accept-language": "en", "accept-encoding": "gzip"}
    answer = client.get("/api/schema/", headers=headers)
    assert len(answer.content) < 120_000
    assert gzip.decompress(answer.content).decode() == text("en")
    assert {"Accept-Encoding", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
    again = client.get("/api/schema/", headers={**headers, "if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = client.get("/api/schema/", headers={"accept-language": "en"})
    assert plain.content.decode() == text("en")


def test_a_report_may_name_the_revision_that_was_read(contract):
    report = contract["paths"]["/api/v1/leads/"]["post"]
    assert "If-Match" in {one["name"] for one in report["parameters"]}
    assert "ETag" in report["responses"]["200"]["headers"]
    assert "412" in next(one["description"] for one in report["parameters"] if one["name"] == "If-Match")


def test_no_schema_lists_null_twice_or_omits_it_and_no_input_accepts_unknown_names(contract):
    for name, shape in contract["components"]["schemas"].items():
        for one in shape.get("properties", {}).values():
            assert one.get("oneOf", []).count({"type": "null"}) <= 1, name
            assert {"readOnly": True} not in one.get("oneOf", []), name  # which null would match as well
    for name in ("Report", "PartyInput", "ItemInput", "RosterInput", "BulkInput"):
        assert contract["components"]["schemas"][name]["additionalProperties"] is False
    for name, field in (("NoteRow", "unit"), ("ReferralRow", "offence"), ("PersonRow", "nationality")):
        assert "null" in str(contract["components"]["schemas"][name]["properties"][field]), (name, field)


def test_the_schema_has_a_server_tags_headers_and_an_example(contract):
    assert contract["servers"] == [{"url": "/"}]
    used = {tag for methods in contract["paths"].values() for one in methods.values() for tag in one["tags"]}
    assert used == {one["name"] for one in contract["tags"]}
    send = contract["paths"]["/api/v1/leads/"]["post"]
    assert "Location" in send["responses"]["201"]["headers"]
    assert "X-Trace-Id" in send["responses"]["default"]["headers"]
    assert send["requestBody"]["content"]["application/json"]["examples"]["Report"]["value"]["source_ref"] == "R-1"
