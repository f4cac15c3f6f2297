"""`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a repeated write is executed once.

Stored are the digest of the request, the status and the ids of created objects. A repeat is answered with what the
caller may see at that moment, so the view reads the objects again.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request

from agencies.idempotency.actions import file_digests, write_once
from agencies.idempotency.models import SentRequest
from agencies.journal.digests import content_digest
from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.permissions import actor_of

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 255
PATTERN = r"^[!#-\[\]-}]+$"  # without quotation marks, as in the schema
KEY = re.compile(rf'"([\x21\x23-\x5b\x5d-\x7e]{{1,{LONGEST}}})"|([\x21\x23-\x5b\x5d-\x7e]{{1,{LONGEST}}})', re.ASCII)


def key_of(request: Request) -> str:
    """The key from the header, with or without the draft's quotation marks; "" if none was sent.

    Raises Invalid for a malformed key.
    """
    sent = request.headers.get(HEADER)
    if sent is None:
        return ""
    match = KEY.fullmatch(sent.strip())
    if match is None:
        detail = _("%(header)s takes 1 to %(most)s visible ASCII characters, such as a UUID.")
        raise Invalid([FieldError("", "idempotency_key", detail % {"header": HEADER, "most": LONGEST})])
    return match[1] or match[2]


@contextmanager
def once(request: Request) -> Iterator[SentRequest]:
    """`write_once` for a request with a key. Raises KeyReused, InFlight, Invalid."""
    key, actor = key_of(request), actor_of(request)
    if not key:
        yield SentRequest()
        return
    scoped = content_digest({"caller": f"{actor.kind}:{actor.id}", "key": key})
    with write_once(scoped, _digest_of(request), waits=False) as sent:
        yield sent


def _digest_of(request: Request) -> str:
    data: Any = request.data
    files = request.FILES
    if hasattr(data, "lists"):
        data = {name: values for name, values in data.lists() if name not in files}
    # Numbers that are not JSON texts differ from texts: 1.5 is not "1.5".
    body = json.dumps(data, default=repr, sort_keys=True)
    request_line = f"{request.method} {request.get_full_path()}"
    return content_digest({"request": request_line, "body": body, "files": file_digests(files)})
