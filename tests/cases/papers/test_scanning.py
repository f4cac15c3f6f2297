"""Uploads go through the malware scanner where there is one; what it finds is kept apart, and nothing else comes in."""

import hashlib
import logging
import socketserver
import struct
import threading

import pytest
from django.conf import settings as current
from django.core.files.storage import storages
from django.urls import reverse

from agencies.journal.models import Event
from agencies.kernel.errors import Invalid
from cases.papers.models import IncomingPaper
from cases.papers.scanning import ScannerFailed, malware_in
from tests import stories

# The test file of all scanners (EICAR), in two halves, lest one takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.ThreadingUnixStreamServer):
    """As much of clamd as INSTREAM needs: finds EICAR anywhere in the stream."""

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
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def page_of(cast, paper):
    return cast.browser("customs.officer").get(reverse("incoming", args=[paper.pk])).content.decode()


def test_without_a_scanner_the_page_says_that_nobody_looked(cast):
    paper = stories.incoming(cast)
    assert paper.scanned_at is None
    assert "not scanned" in page_of(cast, paper)


def test_a_clean_file_is_marked_with_the_time(cast, clamd):
    paper = stories.incoming(cast)
    assert paper.scanned_at is not None
    assert clamd.streams == [stories.scan().read()]
    assert "none found" in page_of(cast, paper)


def test_an_infected_file_is_kept_apart_and_told(cast, clamd, caplog):
    file = stories.scan(EICAR.decode())
    file = stories.SimpleUploadedFile("scan.pdf", file.read() + b"%" + EICAR + b"\n%%EOF\n")
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


@pytest.mark.parametrize("answer", [b"stream: size limit exceeded. ERROR\0", b"", b"nonsense\0"])
def test_where_the_scanner_fails_nothing_comes_in(cast, clamd, answer):
    clamd.answer = answer or b"\0"
    with pytest.raises(Invalid, match="does not answer"):
        stories.incoming(cast)
    assert not IncomingPaper.objects.exists()


def test_where_no_scanner_listens_nothing_comes_in(cast, settings, tmp_path):
    settings.CLAMD_SOCKET = str(tmp_path / "nobody.sock")
    with pytest.raises(Invalid) as no:
        stories.incoming(cast)
    assert [(error.pointer, error.code) for error in no.value.errors] == [("/file", "scanner")]


def test_a_long_file_goes_in_chunks(clamd, settings):
    content = bytes(range(256)) * 1024
    assert malware_in(content, settings.CLAMD_SOCKET) == ""
    assert clamd.streams == [content]
    clamd.answer = b"stream: broken ERROR\0"
    with pytest.raises(ScannerFailed):
        malware_in(content, settings.CLAMD_SOCKET)
