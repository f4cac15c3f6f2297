"""One page for every error: what happened, what to do, whom to ask, and the trace id to quote."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.kernel.outages import Outage, outage_of
from agencies.kernel.problems import is_api, problem_page
from agencies.kernel.refusals import Refusal

Text = str | Promise


@dataclass(frozen=True)
class ErrorText:
    title: Text
    happened: Text
    to_do: Text
    ask: Text


SYSTEM_ADMIN = _("Ask the system administrator of the centre and quote the trace id.")
AGENCY_ADMIN = _("Ask the administrator of your agency.")

TEXTS: dict[int, ErrorText] = {
    400: ErrorText(
        _("This request cannot be read"),
        _("The browser sent something the system does not understand. Nothing was changed."),
        _("Go back, reload the page and try again."),
        SYSTEM_ADMIN,
    ),
    403: ErrorText(
        _("This is not yours to do"),
        _("You are signed in, but your role or your agency may not do this. Nothing was changed."),
        _("Go back. If it is part of your work, your role has to be changed first."),
        _("Ask the administrator of your agency; for a case of another agency, ask that agency."),
    ),
    404: ErrorText(
        _("There is nothing here that you can see"),
        _("The address is wrong, or it belongs to something that is not shared with your agency."),
        _("Check the address, or start again from the home page."),
        _("Ask the person who gave you the address to share the case with your agency."),
    ),
    409: ErrorText(
        _("This is not possible now"),
        _("The state is no longer the one you saw, or a condition is not met. Nothing was changed."),
        _("Go back, reload the page and look at the present state before you act again."),
        _("Ask the officer who holds the case; name and telephone stand on the case page."),
    ),
    413: ErrorText(
        _("That is too large"),
        _("The system takes no more than it can check at once. Nothing was saved."),
        _("Send less at a time, or smaller files."),
        SYSTEM_ADMIN,
    ),
    429: ErrorText(
        _("Too many attempts"),
        _("Too many wrong passwords or keys came for this account or from this place. The next attempt has to wait."),
        _("Wait until the time above and try again. If you forgot the password, have it reset."),
        AGENCY_ADMIN,
    ),
    500: ErrorText(
        _("The system made a mistake"),
        _("Something failed on our side. What you had just sent was not saved; everything before is safe."),
        _("Wait a moment and try again. If it happens twice, report it."),
        SYSTEM_ADMIN,
    ),
    503: ErrorText(
        _("The system is not available"),
        _("It is under maintenance or cannot reach its database. Nothing that was accepted is lost."),
        _("Try again shortly. Legal periods keep running: note on paper what cannot wait."),
        _("Ask the duty officer of the centre."),
    ),
}
WITHOUT_CONTEXT = {500, 503}  # nothing may be asked of the database or the session when these are shown


def error_page(request: HttpRequest, status: int, detail: Text | None = None) -> HttpResponse:
    """The page for one of TEXTS. `detail` says what exactly was refused, and is escaped. Machines get a problem."""
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
    """Not now: says why, and when another try makes sense."""
    response = error_page(request, 503, outage.detail)
    response["Retry-After"] = str(outage.retry_after)
    return response


def _language_of(request: HttpRequest) -> str:
    """An error can come before LocaleMiddleware has run; the reader's language holds all the same."""
    language: str = getattr(request, "LANGUAGE_CODE", "") or translation.get_language_from_request(request)
    return language


class RefusalMiddleware:
    """What an action answered instead of acting, where a page does not tell it itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
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
    """Django calls this while the exception is being handled, and does not pass it."""
    if isinstance(sys.exception(), UnreadablePostError):  # the sender broke off or was too slow
        return error_page(request, 400)
    outage = outage_of(sys.exception())
    return outage_page(request, outage) if outage else error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that stood open too long or came from another site."""
    if reason == REASON_NO_CSRF_COOKIE:
        return error_page(request, 403, _("The browser sent no cookie. Allow cookies for this site."))
    return error_page(request, 403, _("The form is too old. Reload the page and send it again."))
