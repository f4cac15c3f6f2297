"""How a reader wants the pages to look; kept in a cookie, so it holds before sign-in too."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from agencies.kernel.doors import PUBLIC, page

CHOSEN_THEMES = {"light", "dark"}
A_YEAR = 365 * 24 * 3600

set_language = page(PUBLIC)(django_set_language)


@page(PUBLIC)
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Goes back to where the reader was. Anything else than light or dark follows the system and needs no cookie."""
    response = HttpResponseRedirect(_way_back(request))
    theme = request.POST.get("theme", "")
    if theme not in CHOSEN_THEMES:
        response.delete_cookie("theme", samesite="Lax")
        return response
    response.set_cookie(
        "theme", theme, max_age=A_YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"
