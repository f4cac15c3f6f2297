"""Serves a WSGI application to an ASGI server, and keeps slow clients out of its threads.

The event loop collects the body of a request before a thread begins, and sends the response after the thread has ended:
a slow client costs a connection and a temporary file. `/livez` is answered in the event loop, because it says that the
process is alive, also while all threads wait for the database.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from sys import stderr
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from django.conf import settings

from agencies.kernel.health import LIVE

THREADS = 8
BODY_SECONDS = 120
SEND_SECONDS = 30  # until the client reads on
CHUNK = 64 * 1024  # bytes; more of a body or response than this is in a temporary file
MOST_DISCARDED = 64 * 1024 * 1024

Environ = dict[str, Any]
Headers = list[tuple[bytes, bytes]]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class BufferedApplication:
    """The ASGI application."""

    def __init__(self, application: Callable[[Environ, Callable[..., Any]], Iterable[bytes]]) -> None:
        self.application = application
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        elif scope["path"] == LIVE:
            await _answer(send, HTTPStatus.OK, "ok")
        else:
            with SpooledTemporaryFile(CHUNK) as body, SpooledTemporaryFile(CHUNK) as response:
                await self._serve(scope, receive, send, body, response)

    async def _serve(
        self, scope: dict[str, Any], receive: Receive, send: Send, body: IO[bytes], response: IO[bytes]
    ) -> None:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                length = await _collect(receive, body)
        except TimeoutError:
            await _answer(send, HTTPStatus.REQUEST_TIMEOUT, "The body of the request took too long.")
            return
        environ = environ_of(scope, body, length)
        begin = asyncio.get_running_loop().run_in_executor
        status, headers = await begin(self.threads, self._respond, environ, response)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        try:
            while scope["method"] != "HEAD" and (chunk := response.read(CHUNK)):
                async with asyncio.timeout(SEND_SECONDS):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except TimeoutError:
            return  # the server closes the connection
        await send({"type": "http.response.body"})

    def _respond(self, environ: Environ, response: IO[bytes]) -> tuple[int, Headers]:
        """In a thread: writes the body of the response. Returns its status and headers."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], Any]:
            started[:] = [(status, headers)]
            return response.write

        parts = self.application(environ, start)
        try:
            response.writelines(parts)
        finally:
            if close := getattr(parts, "close", None):
                close()
        response.seek(0)
        [(status, headers)] = started
        encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return int(status.partition(" ")[0]), encoded


async def _answer(send: Send, status: HTTPStatus, text: str) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": f"{text}\n".encode()})


async def _collect(receive: Receive, body: IO[bytes]) -> int:
    """Copies the body. Returns its length in bytes.

    A body above the limit is cut one byte beyond it, so that its reader refuses it with 413; the rest is discarded,
    so that the client gets the answer.
    """
    longest: int = settings.PAPER_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
    read, more = 0, True
    while more and read < MOST_DISCARDED:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise TimeoutError  # or it paused for longer than the server's own timeout
        chunk: bytes = message.get("body", b"")
        body.write(chunk[: max(0, longest - read)])
        read += len(chunk)
        more = message.get("more_body", False)
    body.seek(0)
    return min(read, longest)


def environ_of(scope: dict[str, Any], body: IO[bytes], length: int) -> Environ:
    """The WSGI environment (PEP 3333). `length` is that of a body in chunks, which declares none.

    Headers with an underscore are left out: they would pass for those with a hyphen, such as X-Forwarded-For.
    """
    server, client = scope.get("server") or ("localhost", 0), scope.get("client") or ("", 0)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "CONTENT_LENGTH": str(length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    repeated: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        if b"_" not in name:
            repeated.setdefault(name.decode("latin-1").upper().replace("-", "_"), []).append(value.decode("latin-1"))
    for name, values in repeated.items():
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        environ[key] = ("; " if name == "COOKIE" else ",").join(values)
    return environ
