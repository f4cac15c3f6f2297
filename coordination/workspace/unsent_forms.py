"""Form drafts, kept on the server for the person alone.

Not in the browser, because colleagues may share a desk. A script saves while the person types and offers the draft
again; successful submission deletes it. Without script, forms work as usual.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.kernel.middleware import Middleware
from agencies.kernel.permissions import SIGNED_IN, actor_of, page, permission_of
from agencies.kernel.resource import RESOURCES
from coordination.workspace.form_drafts.actions import drop_draft, keep_draft
from coordination.workspace.form_drafts.kept import ABOUT_NO_CASE, CONFIDENTIAL_RESOURCES, CONFIDENTIAL_VERBS, NOT_KEPT
from coordination.workspace.form_drafts.models import KEPT, Draft

# Technical form fields, which belong to the page that was open.
NOT_WORDS = {"csrfmiddlewaretoken", "sheet", "version", "password"}
# As much as a form may submit at all; in JSON, an encoded form of 1 MiB with Chinese text takes less than half.
MOST_BYTES = 512 * 1024
MOST_FIELDS = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
LONGEST_NAME = 100
MATTER = ("resource", "id")  # of a decision, in the address of the approvals


def is_drafted(resource: str, verb: str) -> bool:
    return resource not in CONFIDENTIAL_RESOURCES and verb not in CONFIDENTIAL_VERBS


@page(SIGNED_IN)
def draft(request: HttpRequest) -> HttpResponse:
    """GET returns the draft of the form submitted to `page`, POST saves it, DELETE deletes it. Own drafts only."""
    actor = actor_of(request)
    key = form_key(request.GET.get("page", ""), actor)
    if request.method == "POST":
        keep_draft(key, _form_fields(request), actor=actor)
        return HttpResponse(status=204)
    if request.method == "DELETE":
        drop_draft(key, actor=actor)
        return HttpResponse(status=204)
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST, DELETE"})
    return _given_back(Draft.objects.visible_to(actor).filter(page=key, saved_at__gt=times.now() - KEPT).first())


def _given_back(kept: Draft | None) -> HttpResponse:
    if kept is None:
        return HttpResponse(status=204)
    when = date_format(timezone.localtime(kept.saved_at), "DATETIME_FORMAT")
    words = {
        "text": _("You entered something here on %(when)s and have not submitted it.") % {"when": when},
        "take": _("Restore it"),
        "drop": _("Discard it"),
    }
    return JsonResponse({"fields": kept.fields, "words": words})


def form_key(address: str, actor: Actor) -> str:
    """Key of a form's draft: the address it is submitted to. Raises Http404 if there is no such form or it is not
    visible."""
    is_ours = len(address) < 2000 and address.startswith("/") and not address.startswith("//")
    parts = urlsplit(address if is_ours else "")
    try:
        found = resolve(parts.path)
    except Resolver404 as no:
        raise Http404 from no
    if not _keeps_drafts(found.url_name or "", found.func, actor):
        raise Http404
    given = {**found.kwargs}
    if found.url_name == "approvals":
        asked = parse_qs(parts.query)
        given = {name: asked.get(name, [""])[0] for name in MATTER}
    if not (found.url_name in ABOUT_NO_CASE or _in_sight(given, actor)):
        raise Http404
    return f"{parts.path}{_matter(given)}"[:300]


def _matter(given: Mapping[str, Any]) -> str:
    """What names the matter in the address of a decision; all its actions share one form and one draft."""
    return "?" + "&".join(f"{name}={given[name]}" for name in MATTER) if "id" in given else ""


def _keeps_drafts(name: str, view: Any, actor: Actor) -> bool:
    """Whether the person may open the page, and its drafts may be kept."""
    permission = permission_of(view)
    return name not in NOT_KEPT and not name.startswith("api-") and permission is not None and permission.allows(actor)


def _in_sight(given: dict[str, Any], actor: Actor) -> bool:
    resource, verb = given.get("resource"), given.get("verb")
    if resource is None:
        return "pk" not in given
    if resource not in RESOURCES or not is_drafted(resource, verb or ""):
        return False
    try:
        RESOURCES[resource].find(actor, UUID(str(given.get("pk") or given.get("id"))))
    except ValueError:
        return False
    return True


def _form_fields(request: HttpRequest) -> dict[str, list[str]]:
    """Fields as submitted, without technical ones."""
    fields = {
        name: [str(value) for value in values]
        for name, values in request.POST.lists()
        if name not in NOT_WORDS and "password" not in name and len(name) <= LONGEST_NAME
    }
    if len(fields) > MOST_FIELDS or len(json.dumps(fields, ensure_ascii=False).encode()) > MOST_BYTES:
        raise Invalid.field("page", "too_long", _("This is too long to keep as a draft."))
    if any("\x00" in text for name, values in fields.items() for text in (name, *values)):
        raise Invalid.field("page", "invalid", _("This contains characters that forms do not accept."))
    return fields


class SentMiddleware(Middleware):
    """Deletes the draft of a form after its submission led to a redirect."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        route = request.resolver_match
        if request.method == "POST" and response.status_code == 302 and route and route.url_name not in NOT_KEPT:
            self._drop(request, actor_of(request))
        return response

    def _drop(self, request: HttpRequest, actor: Actor) -> None:
        if actor.kind != "user":
            return
        is_decision = request.resolver_match is not None and request.resolver_match.url_name == "approvals"
        drop_draft(f"{request.path}{_matter(request.GET) if is_decision else ''}"[:300], actor=actor)
