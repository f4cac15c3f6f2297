"""The form of requests: parameters, address, language, accepted types, characters, size."""

import json
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from cases.intake.models import Lead
from tests import stories
from tests.contract import expanded

LEADS = "/api/v1/leads/"


def errors(answer):
    assert answer.status_code == 400, answer.content
    return {one["pointer"]: one["code"] for one in answer.json()["errors"]}


def least(**changes):
    return {"source_system": "S", "source_ref": f"R-{stories.serial()}", "report_type": "t", "title": "T", **changes}


UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
NOT_FREE = {"enum", "format", "minLength"}  # of the schema of a text: not any text is a value
PEOPLE = ("customs.lead", "centre.coordinator", "customs.admin", "auditor", "sysadmin")


def operations():
    """(method, path) of every route of the API, with an arbitrary id."""
    found = []
    for pattern in get_resolver("coordination.api.urls").url_patterns:
        view = getattr(pattern.callback, "cls", None)
        if view is None:
            continue
        route = str(pattern.pattern)
        for kind, value in (
            ("<uuid:pk>", UNKNOWN_ID),
            ("<uuid:file>", UNKNOWN_ID),
            ("<slug:code>", "x"),
            ("<slug:kind>", "x"),
            ("<slug:key>", "leads"),  # a metric
            ("<slug:name>", "districts"),  # a reference list
            ("<str:resource>", "cases"),
        ):
            route = route.replace(kind, value)
        route = route.replace("<int:copy>", "1").replace("<slug:pk>", "x")
        methods = [one for one in ("get", "post") if one in view.http_method_names and hasattr(view, one)]
        found += [(method, f"/api/{route}") for method in methods]
    return found


# Query parameters ----------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_no_operation_ignores_a_parameter_that_it_does_not_know(cast, machine):
    """Each is called by people or a system with permission, so that no other refusal comes first."""
    callers = [*(cast.browser(name) for name in PEOPLE), machine("GACC", "events:read").client]
    for method, path in operations():
        answers = (getattr(one, method)(f"{path}?colour=red", {}, "application/json") if method == "post"
                   else one.get(f"{path}?colour=red") for one in callers)  # fmt: skip
        shown = next((one for one in answers if one.status_code != 403), None)
        assert shown is not None, (method, path)
        assert errors(shown) == {"/colour": "unknown_parameter"}, (method, path)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/metrics/cases_opened/?mineral=gallium&mineral=antimony", "/mineral"),
        ("/api/v1/metrics/cases_opened/?from=2026-01-01&from=2026-02-01", "/from"),
        ("/api/v1/cases/?severity=high&severity=low", "/severity"),
        ("/api/v1/cases/?sort=due&sort=-due", "/sort"),
        ("/supervision/figures/cases_opened/rows/?mineral=gallium&mineral=antimony", "/mineral"),
    ],
)
def test_a_parameter_that_takes_one_value_is_given_once(cast, path, name):
    answer = cast.browser("customs.lead").get(path, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    if path.startswith("/api/"):
        assert errors(answer) == {name: "repeated"}


def test_the_refusal_names_the_parameters_that_are_known(cast):
    data = cast.browser("customs.officer").get("/api/v1/queues/?updated_since=2026-01-01&size=5").json()["errors"]
    assert [one["pointer"] for one in data] == ["/updated_since"]
    assert "after, queue, size, sort" in data[0]["detail"]


@pytest.mark.slow
def test_no_operation_takes_an_empty_value_of_a_choice_a_date_a_number_or_an_id(cast, machine):
    """An empty value filters nothing, so the answer would be wider than requested."""
    callers, checked = [*(cast.browser(name) for name in PEOPLE), machine("GACC", "events:read").client], 0
    for path, operations in expanded()["paths"].items():
        query = [one for one in operations.get("get", {}).get("parameters", []) if one["in"] == "query"]
        names = [one["name"] for one in query if one["schema"].keys() & NOT_FREE or one["schema"]["type"] != "string"]
        if not names:
            continue
        address = re.sub("{.*?}", UNKNOWN_ID, path) + "?" + "&".join(f"{name}=" for name in names)
        shown = next((one for one in (who.get(address) for who in callers) if one.status_code != 403), None)
        assert shown is not None, path
        assert errors(shown) == {f"/{name}": "blank" for name in names}, path
        checked += len(names)
    assert checked > 150


def test_an_empty_value_is_refused_beside_another_one_and_several_values_are_taken(cast):
    customs = cast.browser("customs.officer")
    assert errors(customs.get("/api/v1/cases/?state=OPENED&state=")) == {"/state": "blank"}
    assert errors(customs.get("/api/v1/cases/?handling=&handling=H1")) == {"/handling": "blank"}
    assert customs.get("/api/v1/leads/?source_system=&after=").status_code == 200
    assert customs.get("/api/v1/cases/?state=OPENED&state=CLOSED").status_code == 200


def test_a_page_ignores_the_empty_fields_of_its_form(cast):
    made = stories.case(cast)
    answer = cast.browser("customs.officer").get("/cases/?handling=&closed_from=&overdue=&lead=")
    assert made.number in answer.content.decode()


def test_a_report_to_be_tried_only_is_not_stored(machine):
    assert errors(machine().post(least(), path=f"{LEADS}?validate_only=1")) == {"/validate_only": "choice"}
    assert not Lead.objects.exists()


def test_only_a_caller_who_may_ask_learns_the_parameters(client):
    assert client.get("/api/v1/queues/?colour=red").status_code in (401, 403)


# Address -------------------------------------------------------------------------------------------------------------
def test_a_path_without_its_last_slash_is_served(cast, machine):
    sender = machine()
    made = sender.post(least(), path=LEADS.rstrip("/"))
    assert made.status_code == 201
    assert sender.get(f"{LEADS}{made.json()['id']}").json() == made.json()
    page = cast.browser("customs.officer").get("/api/v1/leads?size=1").json()
    assert page["results"]
    assert sender.get("/api/v1/nothing").json()["status"] == 404


# Language ------------------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_the_language_asked_for_goes_before_that_of_the_pages(cast):
    browser = cast.browser("customs.officer", language="en")
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert browser.get("/api/v1/queues/?size=x").json()["title"] == "Some fields need correction"
    assert 'lang="zh-hans"' in browser.get("/api/docs/").content.decode().lower()
    silent = Client()
    silent.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert silent.get("/api/v1/queues/").json()["title"] == "Sign in or send a valid key"
    assert silent.get("/api/v1/queues/", headers={"accept-language": "*"}).json()["title"].startswith("Sign in")
    french = silent.get("/api/v1/queues/", headers={"accept-language": "fr, zh-CN;q=0.5"})
    assert french.headers["Content-Language"] == "zh-hans"


# Accepted types ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("accepted", ["application/json", "application/problem+json", "application/*", "*/*"])
def test_clients_that_accept_json_or_problems_get_json(machine, accepted):
    sender = machine()
    answer = sender.client.get("/api/v1/outcomes/", headers={"accept": accepted})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    wrong = sender.client.get("/api/v1/outcomes/?size=0", headers={"accept": accepted})
    assert (wrong.status_code, wrong.headers["Content-Type"]) == (400, "application/problem+json")


def test_another_type_is_refused_in_the_type_of_refusals(machine):
    answer = machine().client.get("/api/v1/outcomes/", headers={"accept": "text/csv"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (406, "application/problem+json")


def test_a_file_may_be_asked_for_by_its_type(cast):
    where = f"/api/v1/incoming/{stories.incoming(cast).pk}/file/"
    browser = cast.browser("customs.officer")
    assert [browser.get(where, headers={"accept": kind}).status_code for kind in ("application/pdf", "image/png")] == [
        200
    ] * 2
    assert browser.get(where, headers={"accept": "text/html"}).status_code == 406


# Characters ----------------------------------------------------------------------------------------------------------
def test_a_byte_order_mark_tabulators_and_line_ends_are_no_errors(machine):
    assert machine().post(b"\xef\xbb\xbf" + json.dumps(least()).encode()).status_code == 201
    assert machine().post(least(narrative="a\tb\r\nc")).status_code == 201


@pytest.mark.parametrize(
    ("text", "code"),
    [("a\x1bb", "control_character"), ("a\x85b", "control_character"), ("ab\u202exe.fdp", "bidi_character")],
)
def test_characters_that_disguise_text_are_refused_with_their_pointer(machine, text, code):
    sender = machine()
    assert errors(sender.post(least(parties=[{"name": text}]))) == {"/parties/0/name": code}
    assert errors(sender.post({**least(), text: "x"})) == {"": code}
    assert not Lead.objects.exists()


# Size ----------------------------------------------------------------------------------------------------------------
def test_an_oversized_request_is_refused_with_limit_and_size(machine):
    body = json.dumps(least(narrative="x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
    answer = machine().post(body)
    assert answer.status_code == 413
    assert str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE) in answer.json()["detail"]
    assert str(len(body)) in answer.json()["detail"]
