"""External services on this machine: a mail server and an https server controlled by the test."""

import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest


class ListeningServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Aborted connections are caused by the test itself."""


class MailSink(ListeningServer):
    """A minimal SMTP server. `answers` are the codes for the next messages, 250 by default."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Smtp)
        self.messages: list[tuple[str, str]] = []
        self.answers: list[int] = []
        self.silent = False


class Smtp(socketserver.StreamRequestHandler):
    server: MailSink

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        if self.server.silent:
            self.rfile.read(1)  # until the caller has given up
            return
        self.say("220 sink")
        to = ""
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                to = line[8:].strip("<>")
            elif verb == "DATA":
                self.say("354 go on")
                self.take(to)
                continue
            elif verb == "QUIT":
                self.say("221 bye")
                return
            self.say("250 ok")

    def take(self, to: str) -> None:
        lines = []
        while (line := self.rfile.readline().decode()) not in (".\r\n", ""):
            lines.append(line)
        code = self.server.answers.pop(0) if self.server.answers else 250
        if code == 250:
            self.server.messages.append((to, "".join(lines)))
        self.say(f"{code} said")


@pytest.fixture
def mail_sink(settings: Any) -> Iterator[MailSink]:
    with MailSink() as sink:
        threading.Thread(target=sink.serve_forever, args=(0.01,), daemon=True).start()
        settings.MAILS, settings.MAIL_FROM = True, "coordination@centre.example"
        settings.PUBLIC_URL, settings.PUBLIC_HOST = "https://coordination.example", "coordination.example"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = sink.server_address[:2]
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 20
        yield sink
        sink.shutdown()


class HttpsServer(ListeningServer):
    """An https server. `answers` are its responses to the next calls: raw bytes, or a function of the connection."""

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), Http)
        self.context = context
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[Any] = []
        self.connections = 0

    def get_request(self) -> tuple[socket.socket, Any]:
        plain, address = super().get_request()
        self.connections += 1
        return plain, address

    @property
    def url(self) -> str:
        return f"https://localhost:{self.server_address[1]}/ring"


class Http(socketserver.BaseRequestHandler):
    server: HttpsServer

    def handle(self) -> None:
        with self.server.context.wrap_socket(self.request, server_side=True) as tls:
            head = b""
            while b"\r\n\r\n" not in head:
                head += tls.recv(4096)
            head, _sep, body = head.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
            while len(body) < int(headers["Content-Length"]):
                body += tls.recv(4096)
            self.server.calls.append((headers, body))
            shown = self.server.answers.pop(0) if self.server.answers else b"HTTP/1.1 204 No Content\r\n\r\n"
            if callable(shown):
                shown(tls)
            else:
                tls.sendall(shown)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost, created for each run, so that no key is in the repository."""
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "7300", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(path), "-out", f"{path}.crt"),
        ],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def resource(settings: Any, certificate: Path) -> Iterator[HttpsServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
    settings.WEBHOOK_CA = f"{certificate}.crt"
    with HttpsServer(context) as server:
        settings.WEBHOOK_PORTS = [443, server.server_address[1]]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()
