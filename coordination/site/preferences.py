"""Display preferences of a reader, kept in a cookie, so that they apply before sign-in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from agencies.kernel.errors import Invalid
from agencies.kernel.permissions import PUBLIC, SIGNED_IN, page
from agencies.people.actions import choose_language
from agencies.people.models import User

CHOSEN_THEMES = {"light", "dark"}
A_YEAR = 365 * 24 * 3600

# Script features; on unless switched off in this browser (WCAG 2.1.4 for the keys).
SWITCHES = {
    "keys": {
        "label": _("Single keys"),
        "words_on": _("Switch the keys on"),
        "words_off": _("Switch the keys off"),
        "help": _(
            "Letter keys without Ctrl or Alt. Switch them off if you use voice input or often press them by mistake."
        ),
    },
    "live": {
        "label": _("Quiet updates"),
        "words_on": _("Switch updates on"),
        "words_off": _("Switch updates off"),
        "help": _("Lists show how many items are new since you opened them. Rows move only when you ask for it."),
    },
}
KEYS = (
    (("j", "k"), _("next row, previous row")),
    (("Enter",), _("open the selected row")),
    (("a",), _("the next step of the row, or of the page")),
    (("x",), _("select or deselect the row")),
    (("f",), _("the first field of the form")),
    (("u",), _("go up to the parent page")),
    (("n", "p"), _("next page or month, previous page or month")),
    (("r",), _("show new items")),
    (("/",), _("search; on a case all its actions and names")),
    (("Esc",), _("leave the field")),
    (("?",), _("these keys")),
)


@page(PUBLIC)
def set_language(request: HttpRequest) -> HttpResponse:
    """Stores the language in this browser and, after sign-in, in the account."""
    response = django_set_language(request)
    chosen, person = request.POST.get("language", ""), request.user
    if isinstance(person, User) and chosen in dict(settings.LANGUAGES):
        choose_language(person, chosen)
    return response


@page(PUBLIC)
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Stores the theme and returns to the previous page. Other values follow the system and need no cookie."""
    response = HttpResponseRedirect(_way_back(request))
    theme = request.POST.get("theme", "")
    if theme not in CHOSEN_THEMES:
        response.delete_cookie("theme", samesite="Lax")
        return response
    response.set_cookie(
        "theme", theme, max_age=A_YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response


@page(SIGNED_IN)
def keys(request: HttpRequest) -> HttpResponse:
    """GET lists the keyboard shortcuts; POST switches shortcuts or live updates in this browser."""
    if request.method == "POST":
        return _switched(request)
    switches = [{**texts, "name": name, "on": is_on(request, name)} for name, texts in SWITCHES.items()]
    return render(request, "help/keys.html", {"keys": KEYS, "switches": switches})


def _switched(request: HttpRequest) -> HttpResponse:
    chosen = [name for name in SWITCHES if request.POST.get(name) in ("on", "off")]
    if not chosen:
        raise Invalid.field("keys", "choice", str(_("Choose “on” or “off”.")))
    response = redirect("keys")
    for name in chosen:
        kept: dict[str, Any] = {"secure": settings.SESSION_COOKIE_SECURE, "httponly": True, "samesite": "Lax"}
        if request.POST[name] == "on":
            response.delete_cookie(name, samesite="Lax")
        else:
            response.set_cookie(name, "off", max_age=A_YEAR, **kept)
    return response


def is_on(request: HttpRequest, name: str) -> bool:
    return request.COOKIES.get(name) != "off"


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"
