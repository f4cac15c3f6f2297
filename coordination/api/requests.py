"""Address and language of API requests, before any view runs."""

from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from agencies.kernel.middleware import Middleware
from agencies.kernel.problems import is_api

PAGE_PREFIX = "/api/docs/"  # pages for people, under the API's address


class SlashMiddleware(Middleware):
    """`/api/v1/leads` means `/api/v1/leads/`.

    A redirect would cost a second request, and most clients would repeat a POST as a GET.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_api(request) and not request.path_info.endswith("/"):
            request.path_info += "/"
            request.path += "/"
        return self.get_response(request)


class LanguageMiddleware(LocaleMiddleware):
    """For the API, the header `Accept-Language` takes precedence over the cookie, which belongs to the pages."""

    def process_request(self, request: HttpRequest) -> None:
        language = accepted_language(request)
        if language is None:
            super().process_request(request)
            return
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()


def accepted_language(request: HttpRequest) -> str | None:
    """The first supported language of an API request's `Accept-Language`; None if the rule for pages applies."""
    if not is_api(request) or request.path_info.startswith(PAGE_PREFIX):
        return None
    for wanted, _weight in parse_accept_lang_header(request.headers.get("accept-language", "")):
        if wanted == "*":
            return None
        try:
            return translation.get_supported_language_variant(wanted)
        except LookupError:
            continue
    return None
