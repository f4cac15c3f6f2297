"""The contract for connected systems, error by error."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import revoke_key
from agencies.machines.models import ApiKey
from cases.intake.labels import DOUBTS
from cases.intake.models import Lead, LeadMark, Revision
from tests import stories

SAMPLES = Path("cases/intake/data/samples/intake.jsonl").read_text(encoding="utf-8").splitlines()
URL = "/api/v1/leads/"
MEBIBYTE = 1024 * 1024


def refused(response, status):
    """Checks the shape of RFC 9457 and returns the problem."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    data = response.json()
    assert {"type", "title", "status", "detail", "trace_id"} <= set(data)
    assert data["status"] == status
    assert data["trace_id"] == response.headers["X-Trace-Id"]
    return data


def pointers(response):
    return {error["pointer"]: error["code"] for error in refused(response, 400)["errors"]}


def doubts(response):
    """The flags about what is odd and no number."""
    flags = response.json()["flags"]
    return {flag["pointer"]: flag["code"] for flag in flags if flag["code"] in DOUBTS}


def least(**changes):
    return {"source_system": "S", "source_ref": f"R-{stories.serial()}", "report_type": "t", "title": "T", **changes}


# Accepted ------------------------------------------------------------------------------------------------------------
def test_a_new_report_is_answered_with_its_receipt_and_place(machine):
    response = machine().post(stories.content())
    assert response.status_code == 201
    data = response.json()
    assert set(data) == {
        "id", "source_system", "source_ref", "report_type", "status", "revision", "received_at", "revised_at", "flags",
        "outcome",
    }  # fmt: skip
    assert data["revised_at"] == data["received_at"]
    assert (data["status"], data["revision"]) == ("received", 1)
    # Antimony ingots need a licence wherever they go; zinc was declared under the HS code of antimony.
    assert [(flag["pointer"], flag["code"], flag["destination"], flag["reading"]) for flag in data["flags"]] == [
        ("/items/0", "licence", "VNM", "described"),
        ("/items/0", "cannot_tell", "VNM", "declared"),
    ]
    assert data["outcome"] == []
    assert response.headers["Location"] == f"http://testserver{URL}{data['id']}/"
    assert machine().get(response.headers["Location"]).json() == data


@pytest.mark.parametrize("line", SAMPLES, ids=lambda line: json.loads(line)["source_ref"])
def test_every_sample_is_taken(machine, line):
    assert machine(sources=[json.loads(line)["source_system"]]).post(line).status_code == 201


def test_four_fields_are_enough_and_null_is_absent(machine):
    sender, report = machine(), least()
    first = sender.post(report)
    rest = ("occurred_at", "narrative", "severity", "handling_code", "parties", "items", "shipments", "techniques")
    nulls = dict.fromkeys(rest)
    second = sender.post({**nulls, **report})
    third = sender.post({**report, "parties": [], "narrative": ""})
    assert (first.status_code, second.status_code, third.status_code) == (201, 200, 200)
    assert first.json() == second.json() == third.json()
    lead = Lead.objects.get()
    assert (lead.severity, lead.handling) == ("medium", lead.agency.default_handling)


def test_the_rows_may_be_as_empty_as_the_whole(machine):
    report = least(
        parties=[{}, {"identifiers": [{"value": "X1"}, {"scheme": "USCC"}, {}]}],
        items=[{"net_weight_kg": None}],
        shipments=[{"route": []}],
    )
    assert machine().post(report).status_code == 201
    assert list(LeadMark.objects.values_list("scheme", "key")) == [("", "X1")]


def test_the_same_content_in_other_clothes_is_the_same(machine):
    sender = machine()
    report = least(
        items=[{"description": "Ti", "net_weight_kg": 1.50, "value": 100}], occurred_at="2026-03-01T08:00:00+08:00"
    )
    assert sender.post(json.dumps(report)).status_code == 201
    again = dict(reversed(list(report.items())))
    again["items"] = [{"value": "100.000", "net_weight_kg": "1.5", "description": "Ti", "currency": None}]
    again["occurred_at"] = "2026-03-01T00:00:00Z"
    response = sender.post(json.dumps(again))
    assert (response.status_code, response.json()["revision"]) == (200, 1)
    assert "Location" not in response.headers


def test_other_content_is_a_new_revision_of_the_same_lead(machine):
    sender, report = machine(), least()
    first = sender.post(report).json()
    response = sender.post({**report, "title": "Another title", "severity": "critical"})
    assert (response.status_code, response.json()["id"], response.json()["revision"]) == (200, first["id"], 2)
    assert sender.post({**report, "title": "Another title", "severity": "critical"}).json()["revision"] == 2
    third = sender.post({**report, "title": "A third title"}).json()
    assert third["revision"] == 3
    assert (third["source_ref"], third["report_type"]) == (report["source_ref"], "t")
    assert third["revised_at"] > third["received_at"]
    assert Revision.objects.count() == 3


def test_the_key_of_a_lead_is_three_words_in_its_agency(machine):
    report = least()
    made = {machine("GACC").post(report).json()["id"]}
    for name in ("source_system", "report_type", "source_ref"):
        made.add(machine("GACC", sources=["S", "another"]).post({**report, name: "another"}).json()["id"])
    assert len(made) == Lead.objects.count() == 4


def test_a_bad_checksum_is_kept_and_flagged(machine):
    party = {"name": "X", "identifiers": [{"scheme": "USCC", "value": "911100006000373410"}]}
    data = machine().post(least(parties=[party])).json()
    assert [(f["pointer"], f["code"]) for f in data["flags"]] == [("/parties/0/identifiers/0/value", "checksum")]
    assert Revision.objects.get().content["parties"][0]["identifiers"] == party["identifiers"]


@pytest.mark.parametrize(
    ("sent", "kept", "precision"),
    [
        ("2026-03-01", "2026-02-28T16:00:00+00:00", "day"),
        ("2026-03-01T08:30:00+08:00", "2026-03-01T00:30:00+00:00", "minute"),
        ("2026-03-01T00:30Z", "2026-03-01T00:30:00+00:00", "minute"),
        ("2026-03-01t00:30:00.5z", "2026-03-01T00:30:00.500000+00:00", "minute"),
        ("2026-03-01T00:30:00.123456789Z", "2026-03-01T00:30:00.123456+00:00", "minute"),
    ],
)
def test_days_and_minutes_keep_their_precision(machine, sent, kept, precision):
    assert machine().post(least(occurred_at=sent)).status_code == 201
    lead = Lead.objects.get()
    assert lead.occurred_at is not None
    assert (lead.occurred_at.isoformat(), lead.occurred_precision) == (kept, precision)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("8110.10.10.00", "8110101000"), ("81.10.10", "811010"), ("8110 1010", "81101010"), ("811010", "811010"),
        ("", None),
    ],
)  # fmt: skip
def test_a_commodity_code_is_kept_without_its_dots(machine, sent, kept):
    assert machine().post(least(items=[{"description": "Sb", "hs_code": sent}])).status_code == 201
    assert Revision.objects.get().content["items"][0].get("hs_code") == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [("hs_code", "abc"), ("hs_code", "8110"), ("hs_code", "811010100"), ("hs_code", "8110-1010")],
)
def test_a_correctable_code_is_refused_with_its_pointer(machine, field, value):
    assert pointers(machine().post(least(items=[{"description": "Sb", field: value}]))) == {f"/items/0/{field}": field}
    assert not Lead.objects.exists()


def test_a_former_currency_is_one(machine):
    assert machine().post(least(items=[{"value": 5, "currency": "DEM"}])).status_code == 201


def test_today_is_not_the_future_and_tomorrow_in_shanghai_is(machine):
    assert machine().post(least(occurred_at=timezone.localdate().isoformat())).status_code == 201
    assert machine().post(least(occurred_at=timezone.now().isoformat())).status_code == 201
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert doubts(machine().post(least(occurred_at=tomorrow.isoformat()))) == {"/occurred_at": "future"}


def test_a_mebibyte_is_taken_and_one_byte_more_is_not(machine):
    body = json.dumps(least()).encode()
    assert machine().post(body + b" " * (MEBIBYTE - len(body))).status_code == 201
    refused(machine().post(body + b" " * (MEBIBYTE + 1 - len(body))), 413)
    assert Lead.objects.count() == 1


# Refused -------------------------------------------------------------------------------------------------------------
def test_all_bad_fields_are_named_at_once(machine):
    data = {
        "source_system": 5,
        "source_ref": "x" * 201,
        "title": " ",
        "severity": "extreme",
        "handling_code": "H9",
        "occurred_at": "yesterday",
        "narrativ": "misspelt",
        "parties": [
            {"name": "A"},
            {"kind": "ship", "country": "CHN", "nickname": "B", "identifiers": [{"scheme": "USCC", "number": "1"}]},
            {"country": "XXX"},
            "C",
            None,
        ],
        "items": [
            {"net_weight_kg": -1, "value": "much", "currency": "yuan"},
            {"net_weight_kg": True, "value": 0.00001},
        ],
        "shipments": [{"customs_district": "9999", "route": ["CHN", "Vietnam", 5]}],
        "techniques": ["MISNAME", "MAGIC"],
    }
    assert pointers(machine().post(data)) == {
        "/source_system": "invalid",
        "/source_ref": "max_length",
        "/report_type": "required",
        "/title": "blank",
        "/severity": "invalid_choice",
        "/handling_code": "invalid_choice",
        "/occurred_at": "invalid",
        "/narrativ": "unknown",
        "/parties/1/kind": "invalid_choice",
        "/parties/1/nickname": "unknown",
        "/parties/1/identifiers/0/number": "unknown",
        "/parties/2/country": "unknown_code",
        "/parties/3": "invalid",
        "/parties/4": "null",
        "/items/0/net_weight_kg": "min_value",
        "/items/0/value": "invalid",
        "/items/0/currency": "max_length",
        "/items/1/net_weight_kg": "invalid",
        "/items/1/value": "max_digits",
        "/shipments/0/customs_district": "unknown_code",
        "/shipments/0/route/1": "unknown_code",
        "/shipments/0/route/2": "invalid",
    }
    assert not Lead.objects.exists()


@pytest.mark.parametrize("name", ["source_system", "source_ref", "report_type", "title"])
@pytest.mark.parametrize(("value", "code"), [(None, "null"), ("", "blank"), ([], "invalid")])
def test_required_fields_must_not_be_empty(machine, name, value, code):
    assert pointers(machine().post(least(**{name: value}))) == {f"/{name}": code}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("2026-03-01T08:30:00", "offset"),
        ("2026-02-30", "invalid"),
        ("20260301", "invalid"),
        ("2026-W01-1", "invalid"),
        ("0001-01-01T00:00:00+08:00", "range"),
        (20260301, "invalid"),
        (True, "invalid"),
        ({}, "invalid"),
    ],
)
def test_a_time_must_be_a_day_or_a_moment(machine, sent, code):
    assert pointers(machine().post(least(occurred_at=sent))) == {"/occurred_at": code}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("-0.1", "min_value"),
        ("1e5", "invalid"),
        ("1,000", "invalid"),
        ("NaN", "invalid"),
        ("１２", "invalid"),
        ("1_000", "invalid"),
        ("123456789012345", "max_digits"),
        ("0.12345", "max_digits"),
        (10**14, "max_digits"),
        ([], "invalid"),
    ],
)
def test_an_amount_must_be_a_plain_number_that_fits(machine, sent, code):
    assert pointers(machine().post(least(items=[{"value": sent}]))) == {"/items/0/value": code}


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "1E30"])
def test_a_huge_exponent_is_refused_without_being_written_out(machine, number):
    body = json.dumps(least(items=[{"value": 0}])).replace('"value": 0', f'"value": {number}')
    assert pointers(machine().post(body)) == {"/items/0/value": "max_digits"}


@pytest.mark.parametrize(
    ("sent", "kept"), [(0, "0"), ("00012.50", "12.5"), (-0.0, "0"), (1e3, "1000"), ("0.0001", "0.0001")]
)
def test_amounts_are_kept_by_value(machine, sent, kept):
    assert machine().post(least(items=[{"value": sent}])).status_code == 201
    assert Revision.objects.get().content["items"] == [{"value": kept}]


def test_lists_have_an_end(machine):
    assert pointers(machine().post(least(parties=[{}] * 201))) == {"/parties": "max_length"}
    assert pointers(machine().post(least(shipments=[{"route": ["CHN"] * 51}]))) == {"/shipments/0/route": "max_length"}
    assert pointers(machine().post(least(items={}))) == {"/items": "not_a_list"}
    assert pointers(machine().post(least(narrative="x" * 20_001))) == {"/narrative": "max_length"}
    numbers = [{"scheme": "X", "value": "1"}]
    assert pointers(machine().post(least(parties=[{"identifiers": numbers * 51}]))) == {
        "/parties/0/identifiers": "max_length"
    }
    assert pointers(machine().post(least(parties=[{"identifiers": numbers * 50}] * 11))) == {"/parties": "max_length"}


def test_the_compared_form_of_a_number_must_fit_too(machine):
    party = {"identifiers": [{"scheme": "X", "value": "ß" * 120}]}
    assert pointers(machine().post(least(parties=[party]))) == {"/parties/0/identifiers/0/value": "max_length"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[]", "object"),
        (b'"text"', "object"),
        (b"null", "object"),
        (b"5", "object"),
        (b"{", "json"),
        (b'{"title": NaN}', "json"),
        (b'{"title": Infinity}', "json"),
        (b'{"title": "a", "title": "b"}', "json"),
        (b'{"title": ' + b"1" * 5000 + b"}", "json"),
        (b"\xff\xfe{}", "encoding"),
        (b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nesting"),
    ],
)
def test_a_body_other_than_one_json_object_is_refused(machine, body, code):
    assert pointers(machine().post(body)) == {"": code}


def test_nul_and_half_characters_are_refused_with_their_pointer(machine):
    body = json.dumps(least(narrative="a\x00b", parties=[{"name": "\ud800"}], items=[{"descr\x00": 1, "~a/b": "\x00"}]))
    assert pointers(machine().post(body)) == {
        "/narrative": "null_character",
        "/parties/0/name": "surrogate",
        "/items/0": "null_character",
        "/items/0/~0a~1b": "null_character",
    }


def test_twenty_levels_are_read_and_twenty_one_are_not(machine):
    def nested(levels):
        return json.dumps(least()).replace("}", ', "x": ' + "[" * (levels - 1) + "]" * (levels - 1) + "}")

    assert pointers(machine().post(nested(20))) == {"/x": "unknown"}
    assert list(pointers(machine().post(nested(21))).values()) == ["nesting"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_only_json_is_read(machine, content_type):
    refused(machine().post(b'{"title": "T"}', content_type=content_type), 415)


def test_an_empty_body_lists_the_required_fields(machine):
    assert len(pointers(machine().post(b""))) == 4


# Permissions ---------------------------------------------------------------------------------------------------------
def test_without_a_key_access_is_refused(db):
    for header in ("", "Bearer", "Bearer x", "Bearer x.y", "Basic eDp5", "Bearer ключ", "Bearer a b c"):
        response = Client(headers={"authorization": header}).post(URL, data={}, content_type="application/json")
        refused(response, 401)
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_is_refused_like_a_wrong_one(machine):
    sender = machine()
    wrong = Client(headers={"authorization": "Bearer a.b", "accept-language": "en"})
    revoke_key(ApiKey.objects.get(), actor=SYSTEM, reason="lost")
    answer, other = refused(sender.post({}), 401), refused(wrong.post(URL), 401)
    assert {**answer, "trace_id": ""} == {**other, "trace_id": ""}


def test_each_scope_opens_only_its_own_door(machine):
    refused(machine("GACC", "leads:read").post(least()), 403)
    writer = machine("GACC", "leads:write")
    place = writer.post(least()).headers["Location"]
    refused(writer.get(place), 403)
    assert machine("GACC", "leads:read").get(place).status_code == 200
    refused(writer.get(URL), 403)
    refused(machine().get("/api/v1/cases/"), 403)


def test_a_receipt_shows_only_that_the_lead_is_in_progress(machine, cast):
    sender = machine()
    place = sender.post(least()).headers["Location"]
    steps = [("take_up", {}, "taken_up"), ("close", {"closing": "duplicate", "reason": "known"}, "closed")]
    for verb, given, status in steps:
        stories.walk(cast, Lead.objects.get(), [(verb, "customs.officer", given)])
        assert sender.get(place).json()["status"] == status


def test_an_officer_may_report_for_their_agency_with_a_session(cast):
    response = cast.browser("commerce.officer").post(URL, data=least(), content_type="application/json")
    assert response.status_code == 201
    lead = Lead.objects.get()
    assert (lead.agency.code, lead.client) == ("MOFCOM_SCB", None)


def test_a_session_without_the_forms_token_is_refused(cast):
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    browser.force_login(cast.user("customs.officer"), backend="agencies.people.backend.Backend")
    refused(browser.post(URL, data=least(), content_type="application/json"), 403)


def test_accounts_without_cases_cannot_report(cast):
    for name in ("auditor", "sysadmin", "secadmin", "centre.supervisor"):
        refused(cast.browser(name).post(URL, data=least(), content_type="application/json"), 403)


# Addresses and methods -----------------------------------------------------------------------------------------------
def test_a_missing_address_is_a_problem_document(machine):
    refused(machine().get("/api/v1/nothing/"), 404)
    refused(machine().get(f"{URL}not-a-uuid/"), 404)
    refused(machine().client.delete(URL), 405)
    refused(machine().client.get("/api/v1/leads/", headers={"accept": "text/html"}), 406)


@pytest.mark.parametrize("status", [500, 503])
def test_internal_errors_and_an_unreachable_database_disclose_nothing(machine, monkeypatch, status):
    def broken(*args, **kwargs):
        raise {500: RuntimeError, 503: OperationalError}[status]("password=hunter2")

    monkeypatch.setattr("coordination.api.leads.receive_lead", broken)
    answer = refused(machine(raise_request_exception=False).post(least()), status)
    assert "hunter2" not in json.dumps(answer)
    assert status == 503 or answer["detail"] == ""


@pytest.mark.parametrize("rows", [1, 50])
def test_taking_a_report_costs_few_queries(machine, django_assert_max_num_queries, monkeypatch, rows):
    monkeypatch.setattr(
        "coordination.messaging.notifications.wakeup.enqueue", lambda job: None
    )  # notices are created by the worker
    sender = machine()
    party = {"name": "X", "country": "CHN", "identifiers": [{"scheme": "X", "value": "1"}]}
    report = least(parties=[party] * rows, items=[{}] * rows, shipments=[{"customs_district": "2200"}] * rows)
    report["techniques"] = ["MISNAME"]
    assert sender.post({**report, "source_ref": "first"}).status_code == 201  # the lists of codes are read once, here
    with django_assert_max_num_queries(20):
        assert sender.post(report).status_code == 201
    with django_assert_max_num_queries(20):
        assert sender.post(report).status_code == 200
    with django_assert_max_num_queries(20):
        assert sender.post({**report, "title": "Changed"}).json()["revision"] == 2


def test_an_item_is_goods_technology_software_or_a_service(machine):
    """Goods and no word mean the same; the others have a recipient and a channel, which reach the case."""
    drawing = {"description": "Drawings", "nature": "technology", "recipient": "Buyer Ltd", "channel": "e-mail"}
    sent = machine().post(least(items=[drawing, {"description": "ingot", "nature": "goods"}]))
    assert sent.status_code == 201
    assert Revision.objects.get().content["items"] == [drawing, {"description": "ingot"}]
    wrong = least(items=[{"description": "ingot", "channel": "e-mail"}, {"nature": "idea"}])
    assert pointers(machine().post(wrong)) == {"/items/0/channel": "nature", "/items/1/nature": "invalid_choice"}
