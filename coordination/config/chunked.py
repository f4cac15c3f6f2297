"""Collects chunked request bodies (`Transfer-Encoding: chunked`), so that their length is known.

Django reads `Content-Length` bytes, and none without it. The web server has already decoded the chunks and says so with
`wsgi.input_terminated`; no other server is trusted to.
"""

from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings

from agencies.kernel.json_input import CHUNK, MOST_DRAINED

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class ChunkedBodies:
    """Wraps the application. A body above the limit is cut one byte beyond it, so that its reader refuses it with 413;
    the rest is discarded, so that the client gets the answer."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if not (_is_chunked(environ) and environ.get("wsgi.input_terminated")):
            return self.application(environ, start)
        with SpooledTemporaryFile(settings.DATA_UPLOAD_MAX_MEMORY_SIZE) as body:
            try:
                length = _collect(environ["wsgi.input"], body)
            except OSError:  # malformed chunks, or the client disconnected
                start("400 Bad Request", [("Content-Type", "text/plain"), ("Connection", "close")])
                return [b"The chunks of the body cannot be read.\n"]
            return self.application({**environ, "wsgi.input": body, "CONTENT_LENGTH": str(length)}, start)


def _is_chunked(environ: Environ) -> bool:
    return "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()


def _collect(source: Any, body: Any) -> int:
    """Copies the body from its chunks. Returns its length in bytes."""
    longest = settings.PAPER_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
    read = length = 0
    while read < MOST_DRAINED and (chunk := source.read(CHUNK)):
        read += len(chunk)
        length += body.write(chunk[: longest - length])
    body.seek(0)
    return length
