"""The contract for people: a short page for developers of connected systems, a page for each group of operations, the
code lists."""

from datetime import date

import pytest
from django.urls import reverse

from agencies.kernel.problems import TITLES
from cases.controls.models import Technique
from cases.intake.receiving import find_flags
from cases.intake.serializers import validate_report
from cases.intake.verdicts import ConductDay, control_flags
from coordination.api.contract import CAUSES, EXAMPLE_REPORT
from coordination.api.groups import GROUPS
from coordination.api.schema import document

pytestmark = pytest.mark.django_db
SMALL = 150_000  # bytes; some thirty operations


def shown(client, name, *args, language="en"):
    page = client.get(reverse(name, args=args), headers={"accept-language": language})
    assert page.status_code == 200
    text = page.content.decode()
    assert "<script" not in text
    assert "style=" not in text
    return text


def test_the_page_for_machines_has_their_operations_and_no_others(client):
    text = shown(client, "api-docs")
    assert len(text) < SMALL
    for operation in ("leads_send", "leads_read", "outcomes_list", "outcomes_mark_seen"):
        assert f'id="{operation}"' in text
    assert 'id="cases_list"' not in text
    assert "#cases_list" in text  # by name alone
    assert "#campaigns_list" not in text
    assert "parties[].identifiers[].value" in text


@pytest.mark.parametrize("language", ["en", pytest.param("zh-hans", marks=pytest.mark.slow)])
def test_the_page_for_machines_shows_identity_scopes_limits_and_refusals(client, language):
    text = shown(client, "api-docs", language=language)
    for value in ("report_type", "leads:write", "leads:read", "1048576", 'id="problem-move_refused"', "hs_code"):
        assert value in text


def test_every_problem_has_a_cause_and_a_remedy():
    assert CAUSES.keys() == {code for code, _title in TITLES.values()}


@pytest.mark.slow
def test_every_operation_is_on_the_page_of_its_group(client):
    result = document("en")
    pages = {tag: shown(client, "api-operations-group", tag) for tag in GROUPS}
    for methods in result["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in pages[operation["tags"][0]]
    contents = shown(client, "api-operations")
    assert all(f"/api/docs/reference/{tag}/" in contents for tag in GROUPS)


def test_the_fields_of_an_answer_are_shown(client):
    text = shown(client, "api-operations-group", "cases")
    for name in ("results[].number", "results[].lead.code", "verbs[].verb", "contents.acts[].id", "undo.action"):
        assert f"<code>{name}</code>" in text, name


def test_a_group_that_is_not_there_is_not_found(client):
    assert client.get(reverse("api-operations-group", args=["colours"])).status_code == 404


def test_the_codes_of_a_report_are_listed(client):
    text = shown(client, "api-codes")
    for code in ("CHN", Technique.objects.first().code, "critical", "vessel"):
        assert f"<code>{code}</code>" in text


def test_the_example_is_a_report_that_is_taken_without_a_flag(cast):
    report = validate_report(EXAMPLE_REPORT)
    assert [*find_flags(report), *control_flags(report, ConductDay(date(2026, 3, 1), is_known=True))] == []
