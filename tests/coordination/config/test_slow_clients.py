"""A real web server: slow clients do not block others, whether it has one process or two."""

import contextlib
import http.client
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.conf import settings

from tests.coordination.wire import PATIENCE, Web, wait_until
from tests.databases import migrated_file

pytestmark = pytest.mark.slow

SLOW = 200
FORM = b"Host: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module", params=["1", "2"], ids=["one_process", "two_processes"])
def web(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """With tables and without people."""
    folder = tmp_path_factory.mktemp("web")
    if not migrated_file(folder / "var" / "coordination.sqlite3"):
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=settings.BASE_DIR, env={"DATA_DIR": str(folder / "var")}, check=True)
    web = Web(folder, WEB_CONCURRENCY=request.param)
    try:
        wait_until(lambda: web.status("/readyz") == 200, web.output)
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


def sign_in(web: Web) -> str:
    """The page that answers a sign-in of an unknown person: it repeats the name."""
    link = http.client.HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE)
    with contextlib.closing(link):
        link.request("GET", "/login/", headers={"Accept-Language": "en"})
        shown = link.getresponse()
        page = shown.read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, page
        cookie = str(shown.headers["Set-Cookie"]).partition(";")[0]
        headers = {
            "Accept-Language": "en",
            "Cookie": cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{web.port}",
        }
        form = {"csrfmiddlewaretoken": token[1], "username": "nowhere", "password": "wrong"}
        link.request("POST", "/login/", urlencode(form), headers)
        return link.getresponse().read().decode()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half:",
        b"POST /login/ HTTP/1.1\r\n" + FORM + b"Content-Length: 1000\r\n\r\nusername=",
        b"POST /login/ HTTP/1.1\r\n" + FORM + b"Transfer-Encoding: chunked\r\n\r\n9\r\nusername=\r\n",
    ],
    ids=["nothing", "half_a_head", "half_a_body", "a_first_chunk"],
)
def test_people_sign_in_while_200_clients_send_slowly(web: Web, sent: bytes) -> None:
    with clients(web, SLOW, sent) as links:
        assert [web.status(path) for path in ("/livez", "/readyz", "/login/")] == [200] * 3
        assert 'value="nowhere"' in sign_in(web)

        for link in links:
            link.setblocking(False)
            with pytest.raises(BlockingIOError):  # none was closed to make room
                link.recv(1)
