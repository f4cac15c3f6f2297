"""The search page: the newest hits of every noun, or all of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies.kernel.doors import CASE_READER, actor_of, page
from agencies.kernel.refusals import Invalid

from .finding import groups, listed, place_of_number
from .kinds import NOUNS
from .query import LONGEST


@page(CASE_READER, statement=20)  # a common word has hits in a third of all things
def search(request: HttpRequest) -> HttpResponse:
    """A number that only one thing has leads straight to it, unless `stay` asks for the list."""
    actor, (typed, noun) = actor_of(request), asked_of(request.GET)
    context: dict[str, Any] = {"typed": typed, "noun": noun}
    if typed and noun:
        context |= {"page": listed(typed, actor, noun, request.GET), "label": NOUNS[noun]}
    elif typed:
        if not request.GET.get("stay") and (place := place_of_number(typed, actor)):
            return redirect(place)
        context["groups"] = groups(typed, actor)
    return render(request, "search/search.html", context)


def asked_of(params: Any) -> tuple[str, str]:
    """What was typed and of which noun, both as an address or a caller told them."""
    typed, noun = params.get("q", "").strip(), params.get("noun", "")
    if len(typed) > LONGEST:
        raise Invalid.field("q", "max_length", _("Type at most %(most)s characters.") % {"most": LONGEST})
    if noun and noun not in NOUNS:
        raise Invalid.field("noun", "choice", _("Choose one of: %(names)s.") % {"names": ", ".join(NOUNS)})
    return typed, noun
