"""Errors of the API as `application/problem+json` (RFC 9457), in one form for every unsuccessful response."""

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response

from .errors import ActionError, FieldError, Invalid, Stale, TransitionRefused
from .middleware import trace_id

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/docs/#problem-"  # each type is explained on the page of the API contract

TITLES = {
    400: ("invalid", gettext_lazy("Some fields need correction")),
    401: ("unauthorized", gettext_lazy("Sign in or send a valid key")),
    403: ("forbidden", gettext_lazy("You may not do this")),
    404: ("not_found", gettext_lazy("There is no content here that you may see")),
    405: ("method", gettext_lazy("This address does not support this method")),
    406: ("not_acceptable", gettext_lazy("This address responds only in JSON")),
    409: ("move_refused", gettext_lazy("This cannot be done now")),
    412: ("stale", gettext_lazy("Another person acted first")),
    413: ("too_large", gettext_lazy("The content is too large")),
    415: ("media_type", gettext_lazy("Send JSON")),
    422: ("idempotency_key_reused", gettext_lazy("This idempotency key belongs to another request")),
    428: ("version_required", gettext_lazy("Give the version that you read")),
    429: ("too_many", gettext_lazy("Too many requests")),
    500: ("internal", gettext_lazy("An internal error occurred")),
    503: ("unavailable", gettext_lazy("The system is not available")),
}


def problem(status: int, detail: str = "", *, code: str = "", title: Any = "", **more: Any) -> dict[str, Any]:
    """Returns the body of a problem response. Title and code default to those of the status."""
    known_code, known_title = TITLES.get(status, ("refused", gettext_lazy("Refused")))
    return {
        "type": f"{TYPES}{code or known_code}",
        "title": str(title or known_title),
        "status": status,
        "detail": str(detail),
        "trace_id": trace_id.get(),
        **more,
    }


def problem_page(status: int, detail: Any = "") -> HttpResponse:
    """Returns a problem response outside the API views: unknown address, or a failure in a middleware."""
    body = json.dumps(problem(status, str(detail or "")), ensure_ascii=False)
    return HttpResponse(body, status=status, content_type=MEDIA_TYPE)


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of the API. Returns None for a bug, which Django answers with a 500 without details."""
    if isinstance(exception, ActionError):
        return _response(problem_of(exception), _headers(exception))
    if isinstance(exception, Http404):
        return _response(problem(404))
    if isinstance(exception, PermissionDenied):
        return _response(problem(403))
    if isinstance(exception, RequestDataTooBig):
        return _response(problem(413, _too_large(exception, context)))
    if isinstance(exception, exceptions.APIException):
        return _of_framework(exception)
    return None


def _too_large(exception: RequestDataTooBig, context: dict[str, Any]) -> str:
    """Returns the limit that was exceeded, and the size of the body where the sender declared it."""
    limit = exception.args[0] if exception.args else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    size = context["request"].META.get("CONTENT_LENGTH", "")
    if not size:
        return _("At most %(limit)s bytes are accepted.") % {"limit": limit}
    return _("At most %(limit)s bytes are accepted; this body has %(sent)s.") % {"limit": limit, "sent": size}


def problem_of(refusal: ActionError) -> dict[str, Any]:
    """Returns the body of a problem response about a refusal."""
    more: dict[str, Any] = {}
    status = refusal.status
    if isinstance(refusal, Invalid):
        more["errors"] = [{"pointer": e.pointer, "code": e.code, "detail": str(e.detail)} for e in refusal.errors]
    if isinstance(refusal, TransitionRefused):
        more["missing"] = [{"code": m.code, "detail": str(m.detail)} for m in refusal.missing]
    if isinstance(refusal, Stale):
        status = 412
        if refusal.version is not None:
            more["version"] = refusal.version
    return problem(status, refusal.detail, code=refusal.code, title=refusal.title, **more)


def _headers(refusal: ActionError) -> dict[str, str]:
    headers = dict(refusal.headers)
    if isinstance(refusal, Stale) and refusal.version is not None:
        headers["ETag"] = etag(refusal.version)
    return headers


def etag(version: int) -> str:
    """Returns a version in the form of `ETag` and `If-Match`."""
    return f'"{version}"'


def _of_framework(exception: exceptions.APIException) -> Response:
    if isinstance(exception, exceptions.ValidationError):
        return _response(problem_of(Invalid(field_errors(exception.detail))))
    headers = {}
    if authenticate := getattr(exception, "auth_header", ""):
        headers["WWW-Authenticate"] = authenticate
    if wait := getattr(exception, "wait", None):
        headers["Retry-After"] = str(round(wait))
    return _response(problem(exception.status_code, str(exception.detail)), headers)


def field_errors(detail: Any, pointer: str = "") -> list[FieldError]:
    """Flattens the nested errors of a serializer into a list of JSON pointers."""
    if isinstance(detail, dict):
        return [
            error
            for name, inner in detail.items()
            for error in field_errors(inner, pointer if name == "non_field_errors" else f"{pointer}/{escaped(name)}")
        ]
    if isinstance(detail, list | tuple):
        # Errors of rows are a list with one entry per row; errors of one value are a list of texts.
        return [
            error
            for n, inner in enumerate(detail)
            for error in field_errors(inner, f"{pointer}/{n}" if isinstance(inner, dict | list) else pointer)
        ]
    return [FieldError(pointer, getattr(detail, "code", "invalid"), str(detail))]


def escaped(name: Any) -> str:
    """Returns one step of a JSON pointer (RFC 6901), safe to send back for any name."""
    step = str(name).encode(errors="replace").decode()
    return step.replace("~", "~0").replace("/", "~1")


def _response(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(body, status=body["status"], content_type=MEDIA_TYPE, headers=headers)
