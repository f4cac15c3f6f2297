"""The second-level navigation: what this actor may open."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from agencies.kernel.doors import ACCOUNTS, AUDIT, CASE_READER, FIGURES, MACHINES, SIGNED_IN, actor_of

ITEMS = (
    ("home", _("Today"), SIGNED_IN),
    ("leads", _("Leads"), CASE_READER),
    ("cases", _("Cases"), CASE_READER),
    ("referrals", _("Referrals"), CASE_READER),
    ("tasks", _("Tasks"), CASE_READER),
    ("running_clocks", _("Deadlines"), CASE_READER),
    ("supervision", _("Supervision"), FIGURES),
    ("journal", _("Journal"), AUDIT),
    ("accounts", _("Accounts"), ACCOUNTS),
    ("machines", _("Systems"), MACHINES),
)


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the actor and the items his role may open."""
    actor = actor_of(request)
    return {
        "actor": actor,
        "nav": [
            {"url": url, "label": label, "count": None, "active": _is_active(request.path, url)}
            for name, label, policy in ITEMS
            if actor.is_known and policy.allows(actor) and (url := _url(name))
        ],
    }


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _is_active(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
