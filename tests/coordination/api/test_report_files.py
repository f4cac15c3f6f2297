"""A source sends files with its report; they are kept with the lead and go to its case."""

import hashlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.kernel.resource import RESOURCES
from cases.files.models import Attachment
from cases.intake.models import Lead, ReportFile
from coordination.actions.performing import perform
from tests import stories

LEADS = "/api/v1/leads/"
LEAD_VERBS = RESOURCES["leads"]
MANIFEST = b"container;seal\nTGHU1234567;A1\n"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def report(client: Any) -> str:
    """The id of a new lead of the system."""
    body = {"source_system": "S", "source_ref": f"F-{stories.serial()}", "report_type": "t", "title": "T"}
    return str(client.post(body).json()["id"])


def sent_file(client: Any, lead: str, content: bytes = MANIFEST, **data: str) -> Any:
    upload = SimpleUploadedFile("manifest.csv", content, "text/csv")
    return client.client.post(f"{LEADS}{lead}/files/", {"file": upload, "sha256": digest(content)} | data)


def test_a_file_is_kept_once_and_read_again(machine: Any) -> None:
    client = machine()
    lead = report(client)
    first = sent_file(client, lead, title="Manifest")
    assert first.status_code == 201, first.text
    assert {name: first.json()[name] for name in ("title", "media_type", "size", "sha256")} == {
        "title": "Manifest",
        "media_type": "text/plain",
        "size": len(MANIFEST),
        "sha256": digest(MANIFEST),
    }
    again = sent_file(client, lead)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    listed = client.client.get(f"{LEADS}{lead}/files/").json()["results"]
    assert [one["id"] for one in listed] == [first.json()["id"]]
    content = client.client.get(f"{LEADS}{lead}/files/{first.json()['id']}/")
    assert (content.content, content["Content-Type"]) == (MANIFEST, "text/plain")
    assert "attachment" in content["Content-Disposition"]


def test_what_arrived_otherwise_is_refused_by_its_field(machine: Any) -> None:
    client = machine()
    lead = report(client)
    changed = sent_file(client, lead, sha256=digest(b"something else"))
    assert (changed.status_code, changed.json()["errors"][0]["pointer"]) == (400, "/sha256")
    program = b"MZ\x90\x00\x03" + b"\x00" * 100
    refused = sent_file(client, lead, program)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/file")
    assert not ReportFile.objects.exists()


def test_another_system_finds_neither_the_report_nor_its_file(machine: Any) -> None:
    client = machine()
    lead = report(client)
    kept = sent_file(client, lead).json()["id"]
    other = machine(name="another", sources=["OTHER"])
    assert sent_file(other, lead).status_code == 404
    assert other.client.get(f"{LEADS}{lead}/files/").status_code == 404
    assert other.client.get(f"{LEADS}{lead}/files/{kept}/").status_code == 404


def test_files_go_to_the_case_with_the_lead_and_leave_it_with_the_lead(cast: Any, machine: Any) -> None:
    client = machine()
    pk = report(client)
    kept = sent_file(client, pk, title="Manifest").json()["id"]
    officer, lead = cast["customs.officer"], Lead.objects.get(pk=pk)
    answers = {"title": "Gallium as zinc", "handling": "H2", "violation_types": []}
    perform(LEAD_VERBS, officer, lead, "promote", answers)
    carried = Attachment.objects.get(case__leads=pk)
    assert (carried.title, carried.sha256, carried.agency) == ("Manifest", digest(MANIFEST), lead.agency)
    assert carried.audience == Attachment.Audience.AGENCY  # the officer may share it
    page = cast.browser("customs.officer").get(f"/leads/{pk}/")
    assert f"/files/{carried.pk}/" in page.text
    assert cast.browser("customs.officer").get(f"/leads/{pk}/files/{kept}/").content == MANIFEST
    assert cast.browser("police.lead").get(f"/leads/{pk}/files/{kept}/").status_code == 404
    assert cast.browser("auditor").get(f"/leads/{pk}/files/{kept}/").status_code == 403

    lead.refresh_from_db()
    perform(LEAD_VERBS, officer, lead, "undo_promotion", {"reason": "Wrong lead"})
    carried.refresh_from_db()
    assert carried.state == Attachment.State.WITHDRAWN


def test_a_file_that_comes_later_waits_for_the_officer(cast: Any, machine: Any) -> None:
    client = machine()
    pk = report(client)
    officer = cast["customs.officer"]
    answers = {"title": "Gallium as zinc", "handling": "H2", "violation_types": []}
    perform(LEAD_VERBS, officer, Lead.objects.get(pk=pk), "promote", answers)
    assert sent_file(client, pk).status_code == 201
    assert not Attachment.objects.exists()
    perform(LEAD_VERBS, officer, Lead.objects.get(pk=pk), "take_over_files", {})
    assert Attachment.objects.get().sha256 == digest(MANIFEST)
