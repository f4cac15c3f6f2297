"""Chunked and compressed bodies, against a real gunicorn where the server matters."""

import gzip
import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.conf import settings

from tests import stories
from tests.coordination.wire import PATIENCE, free_port, wait_until


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    free = free_port()
    folder = tmp_path_factory.mktemp("chunked")
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
        "tests.coordination.config.chunked_app",
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
