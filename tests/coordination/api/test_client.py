"""A client that is generated from the contract for connected systems reports a lead and reads what became of it."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from django.test import Client

from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key
from agencies.organisations.models import Agency
from coordination.api.contract import EXAMPLE_REPORT
from coordination.api.system_contract import system_text

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
NAME = "generated_client"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Any:
    """Imports a module of the client."""
    folder = tmp_path_factory.mktemp("client")
    with django_db_blocker.unblock():
        (folder / "contract.json").write_text(system_text("en"), encoding="utf-8")
    program = Path(sys.executable).with_name("openapi-python-client")
    made = [program, "generate", "--path", "contract.json", "--output-path", NAME, "--meta", "none"]
    done = subprocess.run(made, cwd=folder, capture_output=True, text=True, check=True)
    assert "Unable to parse" not in done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield lambda name: importlib.import_module(f"{NAME}.{name}")
    sys.path.remove(str(folder))


def in_process(request: httpx.Request) -> httpx.Response:
    headers = {name: value for name, value in request.headers.items() if name not in ("host", "content-length")}
    path, kind = request.url.raw_path.decode(), headers.pop("content-type", "")
    answer = Client().generic(request.method, path, request.content, content_type=kind, headers=headers)
    return httpx.Response(answer.status_code, headers=dict(answer.items()), content=answer.content)


def connected(generated: Any) -> Any:
    """The client, over the product in this process instead of over a network."""
    agency, scopes = Agency.objects.get(code="GACC"), ["leads:write", "leads:read"]
    key = create_key("risk-engine", agency, scopes, actor=SYSTEM).text
    options = {"httpx_args": {"transport": httpx.MockTransport(in_process)}}
    return generated("client").AuthenticatedClient(base_url="http://localhost", token=key, **options)


def test_it_sends_repeats_revises_and_reads(generated: Any) -> None:
    client = connected(generated)
    send: ModuleType = generated("api.leads.leads_send")
    report = generated("models.report").Report
    first = send.sync_detailed(client=client, body=report.from_dict(EXAMPLE_REPORT))
    assert (first.status_code, first.parsed.revision) == (201, 1)
    again = send.sync(client=client, body=report.from_dict(EXAMPLE_REPORT))
    assert (again.id, again.revision) == (first.parsed.id, 1)
    revised = send.sync(client=client, body=report.from_dict({**EXAMPLE_REPORT, "title": "Antimony declared as tin"}))
    assert (revised.id, revised.revision) == (first.parsed.id, 2)
    read = generated("api.leads.leads_read").sync(client=client, id=first.parsed.id)
    assert read.to_dict()["revision"] == 2
    outcomes = generated("api.outcomes.outcomes_list").sync(client=client)
    assert json.dumps(outcomes.to_dict())


def test_a_mistake_is_named_by_its_field(generated: Any) -> None:
    client = connected(generated)
    wrong = generated("models.report").Report.from_dict({**EXAMPLE_REPORT, "title": ""})
    problem = generated("api.leads.leads_send").sync(client=client, body=wrong)
    assert [(one.pointer, problem.status) for one in problem.errors] == [("/title", 400)]
