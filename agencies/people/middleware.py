"""Puts the actor on the request, and whoever has a temporary password before the page that replaces it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from agencies.kernel.actor import ANONYMOUS

from .models import User
from .sight import actor_for


class ActorMiddleware:
    """Rights are read anew on every request, so a role ended this morning opens nothing this noon."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = actor_for(user) if isinstance(user, User) else ANONYMOUS  # type: ignore[attr-defined]  # ours
        return self.get_response(request)


class PasswordMiddleware:
    """Leads whoever has a temporary password to the page that replaces it. He has no rights, so nothing leaks if
    another door forgets this one; the middleware only spares him a refusal without a way out."""

    OPEN = frozenset({"password_change", "logout", "language", "theme"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        user, route = request.user, request.resolver_match
        if not (isinstance(user, User) and user.must_change_password):
            return None
        if route is None or route.url_name in self.OPEN or request.path.startswith("/api/"):
            return None
        return redirect("password_change")
