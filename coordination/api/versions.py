"""Changing an object requires the version that was read: `If-Match` with its ETag, or `version` in the body."""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework.request import Request

from agencies.kernel.action_fields import VERSION, matches_json_type
from agencies.kernel.errors import FieldError, Invalid, Stale, UnmetCondition, VersionRequired

HEADER = "If-Match"
# A compressing proxy makes our ETags weak; the version in them is the same. That of a receipt has a digest after it.
ONE = r'(?:W/)?"[0-9]{1,9}(?:-[0-9a-f]{1,128})?"'
TAGS = re.compile(rf"\s*{ONE}\s*(?:,\s*{ONE}\s*)*", re.ASCII)
PATTERN = r'^(W/)?"[0-9]{1,9}(-[0-9a-f]{1,128})?"$'  # one of them, as in the schema
TAG = re.compile(r'"(\d+)', re.ASCII)


def require_version(
    request: Request, body: dict[str, Any], current: int, *, changed_by: Callable[[], str] = str
) -> None:
    """Raises VersionRequired if neither header nor body names a version, Stale if they name another one.

    `changed_by` adds to the refusal who acted last. A `version` of the wrong type is left to the body's own validation.
    """
    tags, version = tags_of(request), body.get("version")
    if tags is None and version is None:
        raise VersionRequired(
            _("Send If-Match with the ETag of the version that you read (%(example)s), or “version” in the body.")
            % {"example": '"7"'}
        )
    if (tags is not None and current not in tags) or (_is_version(version) and version != current):
        detail = _("It was changed after you read it. Read it again before you act.")
        raise Stale([UnmetCondition("version", f"{changed_by()} {detail}".strip())], version=current)


def tags_of(request: Request) -> set[int] | None:
    """The versions named by `If-Match`; None without the header. Raises Invalid for anything but ETags of ours."""
    sent = request.headers.get(HEADER)
    if sent is None:
        return None
    if not TAGS.fullmatch(sent):
        detail = _("If-Match takes the ETag of an earlier answer, such as %(example)s. “*” names no version.")
        raise Invalid([FieldError("", "if_match", detail % {"example": '"7"'})])
    return {int(tag) for tag in TAG.findall(sent)}


def tag_of_content(revision: int, digest: str) -> str:
    """The ETag of an answer that changes without its revision: `If-Match` reads the revision, `If-None-Match` all."""
    return f'"{revision}-{digest.rpartition(":")[2]}"'


def _is_version(value: Any) -> bool:
    if value is None or not matches_json_type(VERSION.kind, value):
        return False
    try:
        VERSION.form_field(None, None).clean(value)  # type: ignore[arg-type]  # a number field has no choices
    except ValidationError:
        return False
    return True
