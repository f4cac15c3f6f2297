"""The application for `test_buffering`: Django's request and our JSON parser, without a database."""

import json
from typing import Any

import django
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.wsgi import WSGIRequest

from agencies.kernel.json_input import StrictJSONParser
from coordination.config.buffering import BufferedApplication

django.setup()
LARGE = b"x" * 20_000_000


def read(environ: dict[str, Any], start: Any) -> list[bytes]:
    if environ["PATH_INFO"] == "/large":
        start("200 OK", [("Content-Length", str(len(LARGE)))])
        return [LARGE]
    if environ["REQUEST_METHOD"] == "GET":
        names = ("PATH_INFO", "QUERY_STRING", "REMOTE_ADDR", "SCRIPT_NAME", "wsgi.url_scheme")
        shown = {name: value for name, value in environ.items() if name in names or name.startswith("HTTP_")}
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(shown).encode()]
    request = WSGIRequest(environ)
    try:
        status, answer = "200 OK", {"data": StrictJSONParser().parse(request), "length": environ["CONTENT_LENGTH"]}
    except RequestDataTooBig:
        status, answer = "413 Content Too Large", {}
    start(status, [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]


application = BufferedApplication(read)
