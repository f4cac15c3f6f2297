"""Response headers that no library of ours sets."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

UNUSED_FEATURES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class HeadersMiddleware:
    """Stands before WhiteNoise, so that static files carry the headers too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = UNUSED_FEATURES
        # Whatever does not say how long it lives is somebody's view of a case: neither a proxy nor the next person
        # at this desk may find it in a cache.
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response
