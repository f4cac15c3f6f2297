"""One page for every error: what happened, what to do, whom to ask, and the trace id."""

import sys
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from agencies.kernel.errors import ActionError
from agencies.kernel.middleware import Middleware
from agencies.kernel.outages import Outage, outage_of
from agencies.kernel.problems import is_api, problem_page
from agencies.kernel.texts import Text


@dataclass(frozen=True)
class ErrorText:
    title: Text
    happened: Text
    to_do: Text
    ask: Text


SYSTEM_ADMIN = _("Contact the system administrator of the centre and give the trace id.")
AGENCY_ADMIN = _("Contact the administrator of your agency.")

TEXTS: dict[int, ErrorText] = {
    400: ErrorText(
        _("This request could not be read"),
        _("The browser sent something the system does not understand. Nothing was changed."),
        _("Go back, reload the page and try again."),
        SYSTEM_ADMIN,
    ),
    403: ErrorText(
        _("You may not do this"),
        _("You are signed in, but your role or your agency may not do this. Nothing was changed."),
        _("Go back. If it is part of your work, ask for the right role."),
        _("Contact the administrator of your agency; for a case of another agency, contact that agency."),
    ),
    404: ErrorText(
        _("There is no content here that you may see"),
        _("The address is wrong, or the content is not shared with your agency."),
        _("Check the address, or start again from the home page."),
        _("Ask the person who gave you the address to share the case with your agency."),
    ),
    409: ErrorText(
        _("This is not possible now"),
        _("The state has changed since you opened the page, or a condition is not met. Nothing was changed."),
        _("Go back, reload the page and check the current state before you act again."),
        _("Contact the handler of the case; name and telephone are on the case page."),
    ),
    413: ErrorText(
        _("The content is too large"),
        _("The request exceeds what the system can check at once. Nothing was saved."),
        _("Send less at a time, or smaller files."),
        SYSTEM_ADMIN,
    ),
    429: ErrorText(
        _("Too many attempts"),
        _(
            "There were too many wrong passwords or keys for this account or from this address. The next "
            "attempt is delayed."
        ),
        _("Wait until the time above and try again. If you forgot the password, have it reset."),
        AGENCY_ADMIN,
    ),
    500: ErrorText(
        _("An internal error occurred"),
        _("An internal error occurred. Your last entry was not saved; earlier data is safe."),
        _("Wait a moment and try again. If it happens again, report it."),
        SYSTEM_ADMIN,
    ),
    503: ErrorText(
        _("The system is not available"),
        _("The system is under maintenance or cannot reach its database. Accepted data is not lost."),
        _("Try again shortly. Statutory periods continue to run: record urgent matters on paper."),
        _("Contact the duty officer of the centre."),
    ),
}
WITHOUT_CONTEXT = {500, 503}  # these pages must not use database or session


def error_page(request: HttpRequest, status: int, detail: Text | None = None) -> HttpResponse:
    """The page for one of TEXTS. `detail` says what was refused, and is escaped. API clients get a problem document."""
    with translation.override(_language_of(request)):
        if is_api(request):
            return problem_page(status, detail)
        context: dict[str, Any] = {
            "status": status,
            "text": TEXTS[status],
            "detail": detail,
            "trace_id": getattr(request, "trace_id", ""),
            "again": request.get_full_path() if request.method == "GET" else "",
            "LANGUAGE_CODE": translation.get_language(),
        }
        body = render_to_string("errors/error.html", context, None if status in WITHOUT_CONTEXT else request)
    return HttpResponse(body, status=status)


def outage_page(request: HttpRequest, outage: Outage) -> HttpResponse:
    """Says why the system is unavailable, and when to try again."""
    response = error_page(request, 503, outage.detail)
    response["Retry-After"] = str(outage.retry_after)
    return response


def _language_of(request: HttpRequest) -> str:
    """The reader's language, even if the error occurs before LocaleMiddleware has run."""
    language: str = getattr(request, "LANGUAGE_CODE", "") or translation.get_language_from_request(request)
    return language


class ActionErrorMiddleware(Middleware):
    """Turns errors of actions into error pages, unless the page shows them itself."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ActionError):
            return None
        answer = error_page(request, exception.status, exception.detail)
        for name, value in exception.headers.items():
            answer[name] = value
        return answer


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def handler500(request: HttpRequest) -> HttpResponse:
    """Django calls this while the exception is handled, without passing it."""
    if isinstance(sys.exception(), UnreadablePostError):  # the client disconnected or was too slow
        return error_page(request, 400)
    outage = outage_of(sys.exception())
    return outage_page(request, outage) if outage else error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open for too long, or came from another site."""
    if reason == REASON_NO_CSRF_COOKIE:
        return error_page(request, 403, _("The browser sent no cookie. Allow cookies for this site."))
    return error_page(request, 403, _("The form is too old. Reload the page and send it again."))
