"""Malware scan of uploads: infected files are quarantined, and nothing unscanned is accepted."""

import hashlib
import logging
import socketserver
import struct
import threading
from importlib import import_module

import pytest
from django import forms
from django.conf import settings as current
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agencies.journal.models import Event
from agencies.kernel.errors import Invalid
from agencies.kernel.resource import RESOURCES
from cases.papers.models import IncomingPaper, QuarantineNotice
from cases.papers.scanning import ScannerFailed, find_malware
from tests import stories

# The EICAR test file in two halves, so that no scanner reports this file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.ThreadingUnixStreamServer):
    """The part of clamd that INSTREAM needs: finds EICAR anywhere in the stream."""

    daemon_threads = True

    def __init__(self, path):
        self.streams, self.answer = [], b""
        super().__init__(str(path), Conversation)


class Conversation(socketserver.BaseRequestHandler):
    def handle(self):
        file = self.request.makefile("rb")
        assert file.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", file.read(4))[0]:
            content += file.read(length)
        self.server.streams.append(content)
        found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
        self.request.sendall(self.server.answer or found)


@pytest.fixture
def clamd(tmp_path, settings):
    settings.CLAMD_SOCKET = str(tmp_path / "clamd.sock")
    with Clamd(settings.CLAMD_SOCKET) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def page_of(cast, paper):
    return cast.browser("customs.officer").get(reverse("incoming", args=[paper.pk])).content.decode()


def test_without_a_scanner_the_page_says_that_the_file_was_not_scanned(cast):
    paper = stories.incoming(cast)
    assert paper.scanned_at is None
    assert "not scanned" in page_of(cast, paper)


def test_a_clean_file_is_marked_with_the_time(cast, clamd):
    paper = stories.incoming(cast)
    assert paper.scanned_at is not None
    assert clamd.streams == [stories.scan().read()]
    assert "none found" in page_of(cast, paper)


def test_an_infected_file_is_quarantined_and_reported(cast, clamd, caplog):
    file = stories.scan(EICAR.decode())
    file = SimpleUploadedFile("scan.pdf", file.read() + b"%" + EICAR + b"\n%%EOF\n")
    content = file.read()
    file.seek(0)
    with pytest.raises(Invalid, match="Eicar-Test-Signature"), caplog.at_level(logging.WARNING):
        stories.incoming(cast, file=file)
    assert not IncomingPaper.objects.exists()
    digest = hashlib.sha256(content).hexdigest()
    event = Event.objects.get(verb="quarantine_file")
    assert event.note.data == {"found": "Eicar-Test-Signature", "sha256": digest, "size": len(content)}
    assert digest in caplog.text
    kept = current.DATA_DIR / "quarantine" / digest
    assert kept.read_bytes() == content
    assert kept.stat().st_mode & 0o077 == 0
    assert not (current.DATA_DIR / "papers" / digest).exists()
    storages["quarantine"].delete(digest)


def infected():
    return SimpleUploadedFile("roster.csv", b"desk,person\n" + EICAR + b"\n", "text/csv")


def forms_with_files():
    """Every form with a file field, and its URL."""
    return {
        "RosterForm": ("customs.admin", reverse("duty_import")),
        "ScheduleForm": ("sysadmin", reverse("calendar")),
        "ImportForm": ("sysadmin", reverse("rule_change_import")),
        "PublishForm": ("centre.coordinator", reverse("playbook_publish", args=["false_declaration"])),
        "watchlists.SheetForm": ("commerce.lead", reverse("listings_import")),
        "routing.SheetForm": ("customs.lead", None),
        "ScanForm": ("customs.officer", reverse("paper_scan")),
        "TaskSheetForm": ("customs.officer", None),
        "ActionForm": ("customs.officer", None),
        "PackageForm": ("customs.admin", reverse("gateways")),
        "UploadForm": ("customs.officer", reverse("import_new")),
    }


@pytest.mark.slow
def test_every_uploaded_file_is_scanned(cast, clamd):
    draft = RESOURCES["rule-sets"].model.objects.filter(agency__code="GACC", state="DRAFT").first() or stories.rule_set(
        cast
    )
    addresses = forms_with_files()
    addresses["routing.SheetForm"] = ("customs.lead", reverse("rule_set_import", args=[draft.pk]))
    addresses["TaskSheetForm"] = ("customs.officer", reverse("tasks_import", args=[stories.case(cast).pk]))
    addresses["ActionForm"] = ("customs.officer", reverse("verb", args=["cases", stories.case(cast).pk, "add_paper"]))
    wrong = []
    for name, (who, address) in addresses.items():
        before = Event.objects.filter(verb="quarantine_file").count()
        answer = cast.browser(who).post(address, {"file": infected(), "text": "", "act": "check", "kind": "leads"})
        result = (answer.status_code, Event.objects.filter(verb="quarantine_file").count() - before)
        wrong += [] if result == (400, 1) else [(name, *result)]
    assert wrong == []


def test_the_test_above_covers_every_form_with_a_file():
    import_module("coordination.config.urls")
    taking = {form.__name__ for form in every_form() if any(map(is_file, form.base_fields.values()))}
    assert taking | {"ActionForm"} == {name.split(".")[-1] for name in forms_with_files()}


def every_form(of=forms.BaseForm):
    for form in of.__subclasses__():
        yield from every_form(form)
        if hasattr(form, "base_fields") and form.__module__.split(".")[0] in ("agencies", "cases", "coordination"):
            yield form


def is_file(field):
    return isinstance(field, forms.FileField)


@pytest.mark.django_db(transaction=True)
def test_the_finding_is_recorded_although_the_request_is_refused(cast, clamd):
    """By a form protected from double submission, and by an idempotent API operation; both are rolled back."""
    case = stories.case(cast)
    given = {"title": "A paper", "number": "1", "dated": "2026-01-05", "sheet": "1"}
    page = cast.browser("customs.officer").post(
        reverse("verb", args=["cases", case.pk, "add_paper"]), {**given, "file": infected()}
    )
    assert (page.status_code, Event.objects.filter(verb="quarantine_file").count()) == (400, 1)
    answer = cast.browser("customs.officer").post(
        f"/api/v1/cases/{case.pk}/add_paper/", {**given, "file": infected()}, headers={"Idempotency-Key": "one"}
    )
    assert answer.status_code >= 400
    assert Event.objects.filter(verb="quarantine_file").count() == 2


@pytest.mark.slow
def test_uploader_and_administrators_are_notified_until_they_mark_their_own_notice_as_read(cast, clamd):
    cast.browser("customs.officer").post(reverse("paper_scan"), {"file": infected()})
    notice = QuarantineNotice.objects.get(person__username="customs.admin")
    cast.browser("customs.officer").post(reverse("quarantine_read"), {"notice": str(notice.pk)})
    assert QuarantineNotice.objects.get(pk=notice.pk).read_at is None
    notified = {notice.person.username for notice in QuarantineNotice.objects.select_related("person")}
    assert notified == {"customs.officer", "customs.admin"}
    for who, words in (("customs.officer", "your file"), ("customs.admin", "a file that Lin Zhiyuan sent")):
        home = cast.browser(who).get("/").content.decode()
        assert "Malware was found in an uploaded file" in home
        assert words in home
        assert "Eicar-Test-Signature" in home
        assert "roster.csv" not in home
    shown = QuarantineNotice.objects.get(person__username="customs.admin")
    browser = cast.browser("customs.admin")
    browser.post(reverse("quarantine_read"), {"notice": [str(shown.pk), "nonsense"]})
    assert "Malware" not in browser.get("/").content.decode()
    assert "Malware" in cast.browser("customs.officer").get("/").content.decode()
    assert "Malware" not in cast.browser("customs.lead").get("/").content.decode()


def test_without_an_agency_administrator_the_system_administrators_are_notified(cast, clamd):
    cast.browser("centre.coordinator").post(reverse("calendar"), {"file": infected()})
    notified = {notice.person.username for notice in QuarantineNotice.objects.select_related("person")}
    assert notified == {"centre.coordinator", "sysadmin"}


def test_no_log_line_holds_the_name_of_a_file(cast, clamd, caplog):
    file = SimpleUploadedFile("passport of Zhang San.pdf", EICAR, "application/pdf")
    with caplog.at_level(logging.DEBUG):
        cast.browser("customs.officer").post(reverse("paper_scan"), {"file": file})
    assert "Eicar" in caplog.text
    assert "Zhang" not in caplog.text


@pytest.mark.parametrize("answer", [b"stream: size limit exceeded. ERROR\0", b"", b"nonsense\0"])
def test_files_are_refused_if_the_scanner_fails(cast, clamd, answer):
    clamd.answer = answer or b"\0"
    with pytest.raises(Invalid, match="does not respond"):
        stories.incoming(cast)
    assert not IncomingPaper.objects.exists()


def test_files_are_refused_if_the_scanner_is_not_running(cast, settings, tmp_path):
    settings.CLAMD_SOCKET = str(tmp_path / "missing.sock")
    with pytest.raises(Invalid) as no:
        stories.incoming(cast)
    assert [(error.pointer, error.code) for error in no.value.errors] == [("/file", "scanner")]


def test_a_long_file_is_sent_in_chunks(clamd, settings):
    content = bytes(range(256)) * 1024
    assert find_malware(content, settings.CLAMD_SOCKET) == ""
    assert clamd.streams == [content]
    clamd.answer = b"stream: broken ERROR\0"
    with pytest.raises(ScannerFailed):
        find_malware(content, settings.CLAMD_SOCKET)
