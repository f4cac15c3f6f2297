"""Bodies that are sent in chunks (`Transfer-Encoding: chunked`): collected, so that their length is known.

Django reads as many bytes as `Content-Length` says, and without it none. The web server has taken the chunks apart
already and says so with `wsgi.input_terminated`; no other server's word is taken for it.
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
    """Stands before the application. A body that is too long is cut one byte beyond the longest that is taken, and its
    reader refuses it with 413 like any other; the rest is read away, or its sender would not get the answer."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if not (_is_chunked(environ) and environ.get("wsgi.input_terminated")):
            return self.application(environ, start)
        with SpooledTemporaryFile(settings.DATA_UPLOAD_MAX_MEMORY_SIZE) as body:
            try:
                length = _collect(environ["wsgi.input"], body)
            except OSError:  # the chunks are malformed, or their sender left
                start("400 Bad Request", [("Content-Type", "text/plain"), ("Connection", "close")])
                return [b"The chunks of the body cannot be read.\n"]
            return self.application({**environ, "wsgi.input": body, "CONTENT_LENGTH": str(length)}, start)


def _is_chunked(environ: Environ) -> bool:
    return "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()


def _collect(source: Any, body: Any) -> int:
    """Copies the body, from its chunks; returns its length in bytes."""
    longest = settings.PAPER_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
    read = length = 0
    while read < MOST_DRAINED and (chunk := source.read(CHUNK)):
        read += len(chunk)
        length += body.write(chunk[: longest - length])
    body.seek(0)
    return length
