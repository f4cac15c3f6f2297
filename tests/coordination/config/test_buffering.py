"""Requests and responses at a real web server with a small application, and compressed bodies."""

import asyncio
import gzip
import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from django.conf import settings

from coordination.config import buffering
from tests import stories
from tests.coordination.config.buffered_app import LARGE
from tests.coordination.wire import PATIENCE, free_port, wait_until


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    free = free_port()
    folder = tmp_path_factory.mktemp("buffering")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "coordination.settings",
        "DATA_DIR": str(folder),
        "PORT": str(free),
        "WEB_CONCURRENCY": "1",
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "python:coordination.config.gunicorn",
        "tests.coordination.config.buffered_app",
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stderr=log)
    try:
        wait_until(lambda: is_open(free), lambda: (folder / "log").read_text())
        yield free
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def send(port, chunks):
    """Python's client sends an iterable in chunks."""
    headers = {"Content-Type": "application/json"}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("POST", "/", body=iter(chunks), headers=headers, encode_chunked=True)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")


def get(port: int, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer, answer.read()


def test_a_body_in_chunks_is_read_whole(port):
    body = json.dumps({"title": "锑锭" * 1000}).encode()
    status, answer = send(port, [body[:7], body[7:5000], body[5000:]])
    assert status == 200
    assert answer == {"data": json.loads(body), "length": str(len(body))}


def test_a_body_in_chunks_has_the_same_limit_as_any_other(port):
    status, _answer = send(port, (b"x" * 65536 for _ in range(20)))
    assert status == 413


def test_a_body_longer_than_the_largest_scan_is_answered_and_not_cut_off(port):
    status, _answer = send(port, (b"x" * 1024 * 1024 for _ in range(30)))
    assert status == 413


def test_chunks_that_are_none_are_refused(port):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as link:
        link.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")
        assert link.recv(1024).split()[1] == b"400"


@pytest.mark.slow
def test_the_application_reads_the_request_as_it_was_sent(port: int) -> None:
    _response, shown = get(port, "/cases/%E6%A1%88/%ff?q=%E6%A1%88", Cookie="a=1", X_Under="1")

    environ = json.loads(shown)
    assert environ["PATH_INFO"].encode("latin-1") == "/cases/案/".encode() + b"\xff"
    assert environ["QUERY_STRING"] == "q=%E6%A1%88"
    assert (environ["SCRIPT_NAME"], environ["HTTP_COOKIE"], environ["REMOTE_ADDR"]) == ("", "a=1", "127.0.0.1")


@pytest.mark.parametrize("name", ["X_Forwarded_For", "Script_Name", "Remote_User"])
def test_a_header_with_an_underscore_passes_for_none_with_a_hyphen(port: int, name: str) -> None:
    _response, shown = get(port, "/", **{name: "192.0.2.66"})

    assert "192.0.2.66" not in shown.decode()


def test_a_trusted_proxy_says_that_it_ended_tls(port: int) -> None:
    assert json.loads(get(port, "/", **{"X-Forwarded-Proto": "https"})[1])["wsgi.url_scheme"] == "https"
    assert json.loads(get(port, "/")[1])["wsgi.url_scheme"] == "http"


def test_a_head_request_has_the_headers_alone(port: int) -> None:
    response, body = get(port, "/large", method="HEAD")

    assert (response.status, response.headers["Content-Length"], body) == (200, str(len(LARGE)), b"")


@pytest.mark.slow
def test_people_are_answered_while_others_do_not_read_their_large_responses(port: int) -> None:
    with ExitStack() as held:
        for _ in range(buffering.THREADS * 2):
            link = held.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
            link.sendall(b"GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert link.recv(9) == b"HTTP/1.1 "

        assert get(port, "/large")[1] == LARGE


def test_a_websocket_is_refused(port: int) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    response, _body = get(port, "/", **upgrade, **{"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "A" * 22 + "=="})

    assert response.status == 403


def statuses(monkeypatch: pytest.MonkeyPatch, messages: list[dict[str, Any]]) -> list[int]:
    """The statuses that a client gets who sends these messages and then pauses for longer than the limit."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not messages:
            await asyncio.sleep(PATIENCE)
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    monkeypatch.setattr(buffering, "BODY_SECONDS", 0.05)
    asyncio.run(
        buffering.BufferedApplication(pytest.fail)({"type": "http", "path": "/", "method": "POST"}, receive, send)
    )
    return [message["status"] for message in sent if "status" in message]


def test_a_body_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert statuses(monkeypatch, [{"type": "http.request", "body": b"half", "more_body": True}]) == [408]


def test_a_body_that_breaks_off_reaches_no_view(monkeypatch: pytest.MonkeyPatch) -> None:
    half = {"type": "http.request", "body": b"half", "more_body": True}

    assert statuses(monkeypatch, [half, {"type": "http.disconnect"}]) == [408]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["leads/", "saved-views/"])
def test_a_compressed_body_is_refused_and_the_remedy_is_named(cast, path):
    body = gzip.compress(json.dumps(stories.content()).encode())
    answer = cast.browser("customs.officer").post(
        f"/api/v1/{path}", body, content_type="application/json", headers={"content-encoding": "gzip"}
    )
    assert answer.status_code == 415
    assert answer.headers["Accept-Encoding"] == "identity"
    assert answer.json()["type"].endswith("#problem-content_encoding")
    assert "Content-Encoding" in answer.json()["detail"]
