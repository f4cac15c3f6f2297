"""Default deny. A route without a declared permission answers 403 to everyone, and a test fails on it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission

from .actor import ANONYMOUS, Actor, Role
from .middleware import Middleware
from .outages import longer

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Permission:
    """Who may call a route at all. `visible_to` then limits the rows, and the workflow limits the actions.

    `scopes`: a machine with one of them may call it.
    """

    name: str
    allows: Callable[[Actor], bool]
    scopes: tuple[str, ...] = ()


PUBLIC = Permission("public", lambda actor: True)
SIGNED_IN = Permission("signed in", lambda actor: actor.kind == "user")
STAFF = Permission("staff of an agency", lambda actor: actor.is_staff)
OFFICE = Permission("responsible person or deputy", lambda actor: bool(actor.responsible_for))
INTAKE = Permission("staff or coordinator", lambda actor: actor.is_staff or actor.has_role(Role.COORDINATOR))
CASE_READER = Permission("staff or centre", lambda actor: actor.reads_cases)
COORDINATOR = Permission("coordinator", lambda actor: actor.has_role(Role.COORDINATOR))
CENTRE = Permission("centre", lambda actor: actor.is_centre)
FIGURES = Permission("figures", lambda actor: actor.is_centre or actor.leads(actor.agency_id))
LEADS = Permission("unit lead or office holder", lambda actor: actor.leads(actor.agency_id))
ROSTER = Permission("roster", lambda actor: actor.reads_cases or actor.has_role(Role.AGENCY_ADMIN))
AUDIT = Permission("auditor", lambda actor: actor.has_role(Role.AUDITOR))
ACCOUNTS = Permission("accounts", lambda actor: actor.has_role(Role.AGENCY_ADMIN, Role.SYSADMIN, Role.SECADMIN))
# Works on cases, or may be a second person (`agencies.confirmations`).
ACTING = Permission("staff, centre or administrator", lambda actor: CASE_READER.allows(actor) or ACCOUNTS.allows(actor))
API_CALLER = Permission("staff, centre or a machine", lambda actor: actor.reads_cases or bool(actor.scopes))
CALENDAR = Permission("calendar", lambda actor: actor.has_role(Role.SYSADMIN))
# Imports rows of the control law, or confirms as the second person what another one imported.
RULE_KEEPERS = Permission("control rules", lambda actor: actor.has_role(Role.SYSADMIN, Role.COORDINATOR))
OPERATION = Permission("operation", lambda actor: actor.has_role(Role.SYSADMIN))
MACHINES = Permission("systems", lambda actor: actor.has_role(Role.SECADMIN, Role.AGENCY_ADMIN))


def scope(*names: str) -> Permission:
    """Allows machines with one of these scopes, and people who work on cases."""
    return scope_or(STAFF, *names)


def scope_or_reader(*names: str) -> Permission:
    """Allows machines with one of these scopes, and people who may read cases."""
    return scope_or(CASE_READER, *names)


def scope_or_signed_in(*names: str) -> Permission:
    """Allows machines with one of these scopes, and everybody who is signed in."""
    return scope_or(SIGNED_IN, *names)


def scope_or(people: Permission, *names: str) -> Permission:
    """Allows machines with one of these scopes, and the people whom another permission allows."""

    def allows(actor: Actor) -> bool:
        return people.allows(actor) or bool(actor.scopes.intersection(names))

    return Permission(" ".join(names), allows, names)


def page(permission: Permission, *, statement: int = 0) -> Callable[[View], View]:
    """Declares the permission of a page and enforces it.

    `statement` is the time limit of a database statement in seconds, where the general limit is too short.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_of(request)
            if not permission.allows(actor):
                if not actor.is_known:
                    return redirect_to_login(request.get_full_path())
                raise PermissionDenied
            with longer(statement):
                answer: HttpResponse = view(request, *args, **kwargs)
            return answer

        guarded.permission, guarded.statement = permission, statement  # type: ignore[attr-defined]  # marks on a function
        return guarded  # type: ignore[return-value]  # `wraps` keeps the view's signature

    return declare


def actor_of(request: Any) -> Actor:
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor


def permission_of(view: Any) -> Permission | None:
    """Returns the declared permission of a URL callback: a function, a class-based view or a DRF view."""
    found: Permission | None = getattr(view, "permission", None) or getattr(view, "initkwargs", {}).get("permission")
    for holder in ("view_class", "cls"):
        found = found or getattr(getattr(view, holder, None), "permission", None)
    return found


class DeniedByDefault(BasePermission):
    """Permission check of the API: `permissions` of the view by method, else its `permission`.

    Without either, every request is refused. The refusal names the scope that the key of a system lacks.
    """

    message: str | None = None

    def has_permission(self, request: Any, view: Any) -> bool:
        method = "GET" if request.method == "HEAD" else request.method
        permission: Permission | None = getattr(view, "permissions", {}).get(method) or permission_of(view)
        actor = actor_of(request)
        allowed = permission is not None and permission.allows(actor)
        if permission is not None and not allowed and actor.kind == "machine":
            self.message = missing_scope(permission)
        return allowed


def missing_scope(permission: Permission) -> str:
    """What a machine lacks, and who can give it."""
    if not permission.scopes:
        return _("This operation is for people; no scope of a key allows it.")
    lacks = _(
        "This key lacks the scope %(scopes)s. The administrator of your agency requests it on the page “Systems”."
    )
    return lacks % {"scopes": _(" or ").join(permission.scopes)}


class DefaultDenyMiddleware(Middleware):
    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if permission_of(view) is None:
            raise PermissionDenied("this route declares no permission")
