"""Scans of signed sheets are filed by hand on the paper's page, or by the code on the sheet."""

import importlib.util
from io import BytesIO

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agencies.journal.models import Event
from agencies.kernel.errors import Invalid, TransitionRefused
from cases.papers.models import SignedCopy
from coordination.documents import codes
from tests import stories

needs_reader = pytest.mark.skipif(not codes.can_read(), reason="needs requirements-papers.txt")


def file_it(cast, who, paper, **given):
    stories.walk(cast, paper, [("file_scan", who, {"file": stories.scan("signed"), **given})])


def test_a_scan_is_filed_on_the_page_of_its_paper(cast):
    paper = stories.paper(cast, "ISSUED")
    browser = cast.browser("customs.officer")
    url = reverse("verb", args=["papers", paper.pk, "file_scan"])
    assert browser.post(url, {"file": stories.scan("signed"), "token": f"EC:{paper.token}"}).status_code == 302
    copy = SignedCopy.objects.get()
    assert (copy.paper, copy.agency_id) == (paper, paper.agency_id)
    assert Event.objects.get(verb="file_scan").note.data["file"] == f"sha256:{copy.sha256}"
    saved = browser.get(reverse("signed_copy", args=[paper.pk, copy.pk]))
    assert saved.content == stories.scan("signed").read()
    assert saved["Content-Disposition"].startswith("attachment")


def test_the_code_of_another_sheet_is_refused(cast):
    paper, other = stories.paper(cast, "ISSUED"), stories.paper(cast, "ISSUED")
    with pytest.raises(Invalid, match="another sheet"):
        file_it(cast, "customs.officer", paper, token=other.token)
    assert not SignedCopy.objects.exists()


def test_the_same_scan_is_filed_once(cast):
    paper = stories.paper(cast, "ISSUED")
    file_it(cast, "customs.officer", paper)
    with pytest.raises(TransitionRefused, match="already filed"):
        file_it(cast, "customs.officer", paper)
    assert SignedCopy.objects.count() == 1


def test_the_agency_that_countersigned_files_its_copy_too(cast):
    paper = stories.paper(cast, "ISSUED", stories.transfer(cast, "ACCEPTED"))
    file_it(cast, "antismuggling.officer", paper)
    assert SignedCopy.objects.get().agency.code == "GACC_ASB"


def test_a_scan_finds_its_paper_by_the_code_that_is_typed(cast):
    paper = stories.paper(cast, "ISSUED")
    browser = cast.browser("customs.officer")
    answer = browser.post(reverse("paper_scan"), {"file": stories.scan(), "token": f" EC:{paper.token} "})
    assert answer["Location"] == reverse("paper", args=[paper.pk])
    assert paper.signed_copies.count() == 1


def test_a_code_of_a_paper_that_one_does_not_see_is_as_unknown_as_any(cast):
    paper = stories.paper(cast, "ISSUED")
    hidden, never = (
        cast.browser("commerce.officer").post(reverse("paper_scan"), {"file": stories.scan(), "token": token})
        for token in (paper.token, "0" * 32)
    )
    assert hidden.status_code == never.status_code == 400
    for answer in (hidden, never):
        assert "There is no paper with this code that you may see." in answer.content.decode()


@pytest.mark.slow
def test_a_draft_has_no_signed_sheet(cast):
    paper = stories.paper(cast)
    answer = cast.browser("customs.officer").post(reverse("paper_scan"), {"file": stories.scan(), "token": paper.token})
    assert answer.status_code == 409


@pytest.mark.slow
def test_without_a_code_the_page_explains_what_to_do(cast):
    answer = cast.browser("customs.officer").post(reverse("paper_scan"), {"file": stories.scan()})
    assert answer.status_code == 400
    assert "Enter the code that a telephone or scanner reads" in answer.content.decode()


def test_a_machine_files_a_scan(cast):
    paper = stories.paper(cast, "ISSUED")
    browser = cast.browser("customs.officer")
    answer = browser.post("/api/v1/papers/scan/", {"file": stories.scan(), "token": paper.token})
    assert answer.status_code == 200, answer.content
    data = browser.get(f"/api/v1/papers/{paper.pk}/").json()
    [copy] = data["signed_copies"]
    assert browser.get(f"/api/v1/papers/{paper.pk}/signed/{copy['id']}/").content == stories.scan().read()
    assert browser.get(f"/api/v1/papers/{paper.pk}/signed/{copy['id'] + 1}/").status_code == 404
    strange = browser.post("/api/v1/papers/scan/", {"paper": "x"})
    assert [error["pointer"] for error in strange.json()["errors"]] == ["/paper", "/file"]


def picture(paper):
    """A photograph of the code, as a PNG."""
    drawn = BytesIO()
    segno.make(f"EC:{paper.token}", error="m", micro=False).save(drawn, kind="png", scale=6, border=8)
    return drawn.getvalue()


@needs_reader
def test_the_code_is_read_from_the_scan(cast):
    paper = stories.paper(cast, "ISSUED")
    assert codes.token_in(picture(paper), "image/png") == paper.token
    scan = SimpleUploadedFile("scan.png", picture(paper), "image/png")
    answer = cast.browser("customs.officer").post(reverse("paper_scan"), {"file": scan})
    assert answer["Location"] == reverse("paper", args=[paper.pk])


@needs_reader
def test_an_unreadable_scan_is_no_internal_error():
    assert codes.token_in(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 40, "image/png") == ""
    assert codes.token_in(b"%PDF-1.4\nnonsense\n%%EOF", "application/pdf") == ""


def test_where_no_reader_is_installed_nothing_is_read(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert codes.can_read() is False
    assert codes.token_in(b"", "image/png") == ""
