"""The search page: the newest hits of every resource, or all of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies.kernel.errors import Invalid
from agencies.kernel.permissions import CASE_READER, actor_of, page
from agencies.kernel.resource import HEADINGS

from .finding import groups, listed, place_of_number
from .query import LONGEST


@page(CASE_READER, statement=20)  # a common word matches a third of all objects
def search(request: HttpRequest) -> HttpResponse:
    """Redirects to the only object with the number typed, unless `stay` asks for the list. A longer text is cut."""
    actor, (typed, resource) = actor_of(request), search_params(request.GET)
    longest = LONGEST if is_cut(request.GET) else 0
    context: dict[str, Any] = {"typed": typed, "resource": resource, "longest": longest}
    if typed and resource:
        context |= {"page": listed(typed, actor, resource, request.GET), "label": HEADINGS[resource]}
    elif typed:
        if not request.GET.get("stay") and (place := place_of_number(typed, actor)):
            return redirect(place)
        context["groups"] = groups(typed, actor)
    return render(request, "search/search.html", context)


def search_params(params: Any) -> tuple[str, str]:
    """The typed text and the resource, as given in the address or by a caller. A longer text is cut."""
    typed, resource = params.get("q", "").strip()[:LONGEST], params.get("resource", "")
    if resource and resource not in HEADINGS:
        raise Invalid.field("resource", "choice", _("Choose one of: %(names)s.") % {"names": ", ".join(HEADINGS)})
    return typed, resource


def is_cut(params: Any) -> bool:
    """Whether more was typed than is searched for."""
    return len(params.get("q", "").strip()) > LONGEST
