"""Gunicorn's threaded worker, protected against slow clients.

Request heads are read in the main loop; a thread starts once a head is complete. Threads read bodies, with limits for
each pause and in total. `/livez` is answered in the main loop: it says that the process is alive, even while all
threads wait for a database. A buffering proxy in front (README) is still required.
"""

import selectors
import socket
import struct
import time
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import ThreadWorker

HEAD_SECONDS = 10
BODY_PAUSE_SECONDS, BODY_SECONDS = 10, 120
SEND_SECONDS = 30  # a client that does not read its response
END_OF_HEAD = b"\r\n\r\n"
LONGEST_HEAD = 64 * 1024
TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
PROBE = b"GET /livez HTTP/1."
ALIVE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n"
    b"Cache-Control: no-store\r\nConnection: close\r\n\r\nok\n"
)


class TimedUnreader(SocketUnreader):  # type: ignore[misc]  # the library ships no types
    """Reads a body. Raises TimeoutError if it pauses too long or takes too long in total."""

    ends_at = 0.0

    def chunk(self, size_hint: int | None = None) -> bytes:
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(min(left, BODY_PAUSE_SECONDS))
        try:
            read: bytes = super().chunk(size_hint)
        finally:
            self.sock.settimeout(None)
        return read


class Worker(ThreadWorker):  # type: ignore[misc]  # the library ships no types
    def enqueue_req(self, conn: Any) -> None:
        """Gunicorn calls this for new connections, readable kept connections, and pipelined requests."""
        if self.cfg.is_ssl:  # TLS ends at the proxy; otherwise gunicorn's own worker is used
            super().enqueue_req(conn)
            return
        if conn.parser is None:
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
            conn.parser = http.get_parser(self.cfg, conn.sock, conn.client)
            conn.parser.unreader = TimedUnreader(conn.sock)
            conn.initialized = conn.data_ready = True
        if _is_complete(_buffered(conn)):
            self._begin(conn)
            return
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + HEAD_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_head, conn))

    def _on_head(self, conn: Any, sock: socket.socket) -> None:
        try:
            read = sock.recv(8192)
        except BlockingIOError:
            return
        except OSError:
            read = b""
        head = _buffered(conn) + read
        conn.parser.unreader.take_buffered()
        conn.parser.unreader.unread(head)
        if read and not _is_complete(head) and len(head) <= LONGEST_HEAD:
            return
        self.poller.unregister(sock)
        self.pending_conns.remove(conn)
        if not read:
            self._drop(conn)
        elif not _is_complete(head):  # gunicorn's parser would wait in a thread for the rest
            self._answer(conn, TOO_LONG)
        elif head.startswith(PROBE):
            self._answer(conn, ALIVE)
        else:
            self._begin(conn)

    def _begin(self, conn: Any) -> None:
        conn.parser.unreader.ends_at = time.monotonic() + BODY_SECONDS
        super().enqueue_req(conn)

    def _answer(self, conn: Any, answer: bytes) -> None:
        try:
            conn.sock.send(answer)
        except OSError:
            self.log.debug("a client disconnected before its answer")
        self._drop(conn)

    def _drop(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()


def _buffered(conn: Any) -> bytes:
    held: bytes = conn.parser.unreader.buf.getvalue()
    return held


def _is_complete(head: bytes) -> bool:
    return END_OF_HEAD in head
