"""The contract for connected systems keeps what was promised; what would break their programs is found."""

import re
from copy import deepcopy
from typing import Any

import pytest
from django.conf import settings

from coordination.api.system_contract import system_document
from dev.contract import ADVICE, ANNOUNCED, breaking_changes, promised

LEADS = "/api/v1/leads/"


@pytest.mark.django_db
def test_the_contract_breaks_no_program_written_for_the_promised_one() -> None:
    changes = breaking_changes(promised(), system_document("en"))
    assert not changes, "\n".join([*changes, ADVICE])


def test_the_page_of_changes_has_the_present_version() -> None:
    """A program is written for a version, and its author looks for what has changed since."""
    headings = re.findall(r"^## ([0-9.]+)", ANNOUNCED.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == settings.VERSION.partition(".dev")[0]


@pytest.mark.django_db
def test_every_operation_is_promised() -> None:
    """After an addition: `python -m dev write_contract`."""
    old, new = promised(), system_document("en")
    named = [{(path, method) for path, methods in one["paths"].items() for method in methods} for one in (old, new)]
    assert named[0] == named[1]


def report(contract: dict[str, Any]) -> Any:
    return contract["components"]["schemas"]["Report"]


CHANGES = {
    "is gone": lambda new: new["paths"].pop(LEADS),
    "parameter source_ref is gone": lambda new: new["paths"][LEADS]["get"]["parameters"].clear(),
    "body.narrative is required now": lambda new: report(new)["required"].append("narrative"),
    "body.narrative is gone": lambda new: report(new)["properties"].pop("narrative"),
    "body.source_ref has maxLength 20": lambda new: report(new)["properties"]["source_ref"].update(maxLength=20),
    "body.severity no longer takes low": lambda new: report(new)["properties"]["severity"]["enum"].remove("low"),
    "answer.status is gone": lambda new: new["components"]["schemas"]["TakenReceipt"]["properties"].pop("status"),
    "no longer answers 201": lambda new: new["paths"][LEADS]["post"]["responses"].pop("201"),
    "instead of": lambda new: new["paths"][LEADS]["post"].update(security=[{"bearer": ["leads:read"]}]),
}


@pytest.mark.parametrize("sentence", CHANGES)
def test_a_break_is_named(sentence: str) -> None:
    old, new = promised(), deepcopy(promised())
    CHANGES[sentence](new)
    assert any(sentence in change for change in breaking_changes(old, new))


def test_what_is_added_breaks_nothing() -> None:
    new = deepcopy(promised())
    new["paths"]["/api/v1/news/"] = {"get": {"responses": {}}}
    report(new)["properties"]["colour"] = {"type": "string"}
    report(new)["properties"]["severity"]["enum"].append("unknown")
    new["components"]["schemas"]["TakenReceipt"]["properties"]["colour"] = {"type": "string"}
    assert breaking_changes(promised(), new) == []
