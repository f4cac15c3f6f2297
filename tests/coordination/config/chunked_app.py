"""The application for `test_chunked`: Django's request and our JSON parser, without a database."""

import json
from typing import Any

import django
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.wsgi import WSGIRequest

from agencies.kernel.json_input import StrictJSONParser, drain
from coordination.config.chunked import ChunkedBodies

django.setup()


def read(environ: dict[str, Any], start: Any) -> list[bytes]:
    request = WSGIRequest(environ)
    try:
        shown = StrictJSONParser().parse(request)
        status, answer = "200 OK", {"data": shown, "length": environ["CONTENT_LENGTH"]}
    except RequestDataTooBig:
        status, answer = "413 Content Too Large", {}
        drain(request)
    start(status, [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]


application = ChunkedBodies(read)
