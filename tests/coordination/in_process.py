"""A client that calls views directly, for a signed-in person: without resolving the address, reading the session or
looking up rights. The middleware is tested over HTTP, for a sample of the routes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpResponse
from django.urls import ResolverMatch, resolve

from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError
from agencies.kernel.resource import Resource
from agencies.people.models import User
from coordination.documents import pdf
from coordination.site import errors
from coordination.workspace.desk import PersonalDesk
from tests.conftest import Browser

from .routes import Route


def not_drawn(html: str, styles: Path) -> bytes:
    """The page of which a PDF would be drawn, because the layout takes a second, and its packages are optional. The
    same page is the same PDF."""
    return html.encode()


class NoMessages(BaseStorage):
    """Stores no messages."""

    def _get(self, *_given: Any, **_named: Any) -> tuple[list[Any], bool]:
        return [], True

    def _store(self, *_given: Any, **_named: Any) -> list[Any]:
        return []


class InProcess(Browser):
    """`missed` are objects that the person cannot see. They are looked up once, and the counters of the navigation are
    counted once, because these queries take most of the time."""

    def __init__(self, user: User, actor: Actor) -> None:
        super().__init__(headers={"accept-language": "en"})
        self.user, self.actor = user, actor
        self.force_login(user, backend="agencies.people.backend.Backend")
        self.found: ResolverMatch | None = None
        self.counters: dict[str, int] | None = None
        self.missed: set[tuple[str, UUID]] = set()

    def ask(self, route: Route, method: str, things: dict[str, Any], **body: Any) -> HttpResponse:
        self.found = ResolverMatch(route.view, (), route.given(things), route.name, route=route.pattern)
        try:
            answer: HttpResponse = getattr(self, method)(route.url(things), **body)
        finally:
            self.found = None
        return answer

    def request(self, **environ: Any) -> Any:
        """Exceptions of the view become responses, as in the product."""
        request: Any = WSGIRequest(self._base_environ(**environ))
        request.user, request.actor, request.session = self.user, self.actor, SessionStore()
        request.trace_id, request.LANGUAGE_CODE, request._messages = "0" * 32, "en", NoMessages(request)
        request._dont_enforce_csrf_checks = True
        request.desk = PersonalDesk(self.actor)
        if self.counters is None:
            self.counters = request.desk.numbers
        request.desk.numbers = self.counters
        request.resolver_match = found = self.found or resolve(request.path_info)
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Resource, "find", self.find)
                patch.setattr(pdf, "pdf_from", not_drawn)
                response: Any = found.func(request, *found.args, **found.kwargs)
        except PermissionDenied as refusal:
            return errors.handler403(request, refusal)
        except Http404 as missing:
            return errors.handler404(request, missing)
        except ActionError as refusal:
            return errors.error_page(request, refusal.status, refusal.detail)
        return response.render() if hasattr(response, "render") else response

    @property
    def find(self) -> Callable[..., Any]:
        look = Resource.find

        def find(resource: Resource, actor: Actor, pk: UUID, **how: Any) -> Any:
            if (resource.name, pk) in self.missed:
                raise Http404
            try:
                return look(resource, actor, pk, **how)
            except Http404:
                self.missed.add((resource.name, pk))
                raise

        return find
