"""A real web server: slow clients do not block others."""

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from coordination.config import gunicorn
from coordination.config.web_worker import LONGEST_HEAD
from tests.coordination.wire import Web, wait_until

pytestmark = pytest.mark.half


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Without tables, which these requests do not need."""
    web = Web(tmp_path_factory.mktemp("web"))
    try:
        wait_until(lambda: web.status("/livez") == 200, web.output)
        yield web
    finally:
        web.stop()


@contextlib.contextmanager
def clients(web: Web, count: int, sent: bytes) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as held:
        links = [held.enter_context(socket.create_connection(("127.0.0.1", web.port), 30)) for _ in range(count)]
        for link in links:
            link.sendall(sent)
        yield links


def answer_to(web: Web, *pieces: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", web.port), 30) as link:
        for piece in pieces:
            link.sendall(piece)
            time.sleep(0.05)
        return b"".join(iter(lambda: link.recv(65536), b""))


def test_half_sent_heads_take_no_thread(web: Web) -> None:
    """The reported case: as many clients as threads, each with half a head."""
    with clients(web, gunicorn.threads * 2, b"GET /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half:") as links:
        assert web.status("/livez", timeout=5) == 200
        assert web.status("/static/civic.css", timeout=5) in (200, 404)

        assert [link.recv(100) for link in links] == [b""] * len(links)  # closed, none of them served


def test_a_probe_is_answered_while_every_thread_waits_for_a_body(web: Web) -> None:
    half = b"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n"
    half += b"Content-Type: application/x-www-form-urlencoded\r\n\r\nusername="
    with clients(web, gunicorn.threads, half) as links:
        assert web.status("/livez", timeout=5) == 200

        assert all(link.recv(100).startswith(b"HTTP/1.1 ") for link in links)  # refused, not left open


def test_long_heads_without_end_take_no_thread(web: Web) -> None:
    head = b"GET / HTTP/1.1\r\nX-Long: ".ljust(LONGEST_HEAD + 1, b"x")
    with clients(web, gunicorn.threads * 2, head) as links:
        assert web.status("/static/civic.css", timeout=5) in (200, 404)

        assert all(link.recv(100).startswith(b"HTTP/1.1 431") for link in links)


def test_a_head_may_come_in_pieces(web: Web) -> None:
    answer = answer_to(web, b"GET /static/none HT", b"TP/1.1\r\nHost: 127.0.0.1\r\nConn", b"ection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 404")


def test_two_requests_may_come_at_once_and_one_after_another(web: Web) -> None:
    one = b"GET /static/none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")

    assert answer_to(web, one + one, one, last[:30], last[30:]).count(b"HTTP/1.1 404") == 4


def test_a_body_that_follows_its_head_is_read_whole(web: Web) -> None:
    head = b"POST /language/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 11\r\nConnection: close\r\n"
    answer = answer_to(web, head + b"Content-Type: application/x-www-form-urlencoded\r\n\r\nlangu", b"age=en")

    assert answer.startswith(b"HTTP/1.1 403")  # read, and refused for lack of a token
