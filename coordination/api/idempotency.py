"""`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a repeated write is executed once.

Stored are the digest of the request, the status and the ids of created objects. A repeat is answered with what the
caller may see at that moment, so the view reads the objects again.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.idempotency.actions import file_digests, write_once
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


def answer_once(
    view: Any, handler: Callable[..., Response], key: str, request: Request, *args: Any, **kwargs: Any
) -> Response:
    """The handler's answer; a repeat is answered by the view's `again`. Raises KeyReused, InFlight."""
    actor = actor_of(request)
    scoped = content_digest({"caller": f"{actor.kind}:{actor.id}", "key": key})
    response: Response
    with write_once(scoped, _digest_of(request), waits=False) as sent:
        if sent.status:
            view.is_replay = True
            response = view.again(request, sent.made, *args, **kwargs)
            response.status_code = sent.status
        else:
            response = handler(request, *args, **kwargs)
            sent.status, sent.made = response.status_code, view.made_by(response)
        return response


def _digest_of(request: Request) -> str:
    data: Any = request.data
    files = request.FILES
    if hasattr(data, "lists"):
        data = {name: values for name, values in data.lists() if name not in files}
    # Numbers that are not JSON texts differ from texts: 1.5 is not "1.5".
    body = json.dumps(data, default=repr, sort_keys=True)
    request_line = f"{request.method} {request.get_full_path()}"
    return content_digest({"request": request_line, "body": body, "files": file_digests(files)})
