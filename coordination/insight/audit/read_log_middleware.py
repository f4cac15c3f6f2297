"""Decides what of a request enters the read log, and to which case it belongs.

Every response to a case reader or a machine counts as a read, unless its route is in `NO_CONTENTS`; new pages are
therefore logged by default. Written after the response was sent.
"""

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import cache, partial
from typing import Any
from uuid import UUID

from django.core.signals import request_finished
from django.db import models
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.facets import NOT_FILTERS
from agencies.kernel.middleware import Middleware
from agencies.kernel.permissions import actor_of
from agencies.kernel.resource import RESOURCES, Resource
from cases.casefile.models import Case, Handling
from coordination.insight.read_log import actions

# Routes without case contents: those polled by scripts, about the reader's own account or screen, law and help, and
# administration. Whole groups by prefix.
NO_CONTENTS = (
    *("fresh", "drafts", "help", "keys", "theme", "language", "readyz", "login", "logout", "password"),
    *(
        "glossary",
        "help",
        "state_help",
        "inbox_settings",
        "training",
        "api-schema",
        "api-docs",
        "saved_view",
        "default_view",
    ),
    *("clock_rules", "calculator", "calendar", "penalty_calculator", "api-clocks-preview", "api-penalties-preview"),
    *("controls", "api-controls-check"),
    *(
        "account",
        "machine",
        "webhook",
        "journal",
        "readings",
        "read_alert",
        "api-readings",
        "duty",
        "absence",
        "shift",
    ),
)
POSTS = ("api-exports", "list_csv", "list_xlsx")  # exports, immediate or by the worker
REFUSED = (401, 403, 404)
NOT_TERMS = {*NOT_FILTERS, "size", "after", "before", "page", "since", "csrfmiddlewaretoken"}
_pending: ContextVar[Callable[[], None] | None] = ContextVar("reading", default=None)


class ReadLogMiddleware(Middleware):
    """Outermost, so that it sees the final status."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _pending.set(None)
        response = self.get_response(request)
        _pending.set(_entry(request, response.status_code))
        return response


@receiver(request_finished)
def write_pending(**kwargs: Any) -> None:
    """Runs after the response was sent, so that readers do not wait for it."""
    write = _pending.get()
    _pending.set(None)
    if write is not None:
        write()


def _entry(request: HttpRequest, status: int) -> Callable[[], None] | None:
    actor, route = actor_of(request), request.resolver_match
    if status in REFUSED:
        if not actor.is_known and route is None:
            return None  # an anonymous request for an unknown address
    elif route is None or not _shows(request, actor, status, route):
        return None
    elif (noun := _with_own_record(request, route)) is not None:
        return _own_entry(noun, request, actor, route)
    return partial(actions.write, _row(request, actor, status, route))


def _shows(request: HttpRequest, actor: Actor, status: int, route: ResolverMatch) -> bool:
    name = route.url_name or ""
    if not (actor.reads_cases or actor.kind == "machine") or name.startswith(NO_CONTENTS):
        return False
    return status < 300 if request.method == "GET" else status < 400 and name in POSTS


def _row(request: HttpRequest, actor: Actor, status: int, route: ResolverMatch | None) -> dict[str, Any]:
    """A refusal is logged without the id, which might disclose that something exists."""
    refused = status in REFUSED
    kind, pk = ("", None) if refused or route is None else _object_of(route)
    given = [value for name, values in request.GET.lists() if name not in NOT_TERMS for value in values]
    return {
        "at": times.now().isoformat(),
        "actor_kind": actor.kind,
        "actor_id": actor.id[:40],
        "agency_id": actor.agency_id,
        "address": request.META.get("REMOTE_ADDR", "")[:45],
        "route": ((route.url_name if route else "") or "")[:60],
        "object_kind": kind,
        "object_id": None if pk is None else str(pk),
        "status": status,
        "terms": "" if refused or not given else actions.digests_of(given[: actions.MOST_TERMS]),
    }


def _object_of(route: ResolverMatch) -> tuple[str, UUID | None]:
    pk, folder = route.kwargs.get("pk"), _folder(route)
    kind = RESOURCES[folder].kind if folder in RESOURCES else folder
    return (kind[:20], pk) if isinstance(pk, UUID) else ("", None)


def _folder(route: ResolverMatch) -> str:
    """The resource as in addresses: `cases`, `referrals`, `confidential-letters` …"""
    return str(route.kwargs.get("resource") or route.route.removeprefix("api/v1/").split("/", 1)[0])


def _with_own_record(request: HttpRequest, route: ResolverMatch) -> Resource | None:
    """The noun of the address if it records readings itself."""
    named = (RESOURCES.get(name) for name in (_folder(route), request.GET.get("resource", "")))
    return next((noun for noun in named if noun and noun.record_reading), None)


def _own_entry(noun: Resource, request: HttpRequest, actor: Actor, route: ResolverMatch) -> Callable[[], None] | None:
    """Recorded in the object's own chain, which the auditor does not read. A list of them is not logged."""
    try:
        pk = UUID(str(route.kwargs.get("pk") or request.GET.get("id")))
    except ValueError:
        return None

    return partial(noun.record_reading, pk, actor) if noun.record_reading else None


# Related case --------------------------------------------------------------------------------------------------------
KINDS: dict[str, type[models.Model]] = {
    resource.kind: resource.model for resource in RESOURCES.values() if not resource.record_reading
}


@cache
def way_to_case(model: type[models.Model]) -> str | None:
    """The shortest lookup from a model to its case; None if there is none within three steps."""
    ways: list[tuple[type[models.Model], str]] = [(model, "")]
    for _step in range(3):
        further = []
        for at, way in ways:
            for name, target in _links(at):
                if target is Case:
                    return f"{way}{name}"
                further.append((target, f"{way}{name}__"))
        ways = further
    return None


def _links(model: type[models.Model]) -> Iterator[tuple[str, type[models.Model]]]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and isinstance(field.related_model, type):
            yield field.name, field.related_model


def restricted_of(ids: Mapping[str, set[UUID]]) -> dict[UUID, UUID]:
    """Which of these objects, by kind, belong to a restricted case (handling code H3): id → case."""
    found: dict[UUID, UUID] = {}
    for kind, some in ids.items():
        model = KINDS.get(kind)
        way = None if model is None else "pk" if model is Case else way_to_case(model)
        if model is None or way is None:
            continue
        handling = "handling" if model is Case else f"{way}__handling"
        rows = model._default_manager.filter(pk__in=some, **{handling: Handling.H3})
        found |= dict(rows.values_list("pk", way))
    return found


def readings_of(case: Case) -> models.Q:
    """Read-log rows of the case or anything that belongs to it."""
    wanted = models.Q(object_id=case.pk)
    for model in set(KINDS.values()):
        if model is not Case and (way := way_to_case(model)):
            ids = model._default_manager.filter(**{way: case}).values_list("pk", flat=True)
            wanted |= models.Q(object_id__in=list(ids))
    return wanted
