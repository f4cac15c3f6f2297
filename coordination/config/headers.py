"""Response headers that no library sets."""

from django.http import HttpRequest, HttpResponse

from agencies.kernel.middleware import Middleware

UNUSED_FEATURES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class HeadersMiddleware(Middleware):
    """Placed before WhiteNoise, so that static files get the headers as well."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = UNUSED_FEATURES
        # A response without a lifetime is one reader's view of a case and must not be cached by a proxy or shared
        # browser.
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response
