"""The keyboard shortcuts as one list: the page tells them, and the script finds in it where a key leads."""

from typing import Any

from django import template
from django.urls import reverse

from coordination.navigation import ITEMS

register = template.Library()

# Second letter after "g" → the page of the navigation.
GO = {
    "home": "h",
    "approvals": "a",
    "leads": "l",
    "cases": "c",
    "referrals": "r",
    "tasks": "t",
    "persons": "p",
    "running_clocks": "d",
    "supervision": "f",
}


@register.inclusion_tag("components/keys.html", takes_context=True)
def keys(context: dict[str, Any]) -> dict[str, Any]:
    actor = context["actor"]
    places = [
        {"key": GO[name], "label": label, "url": reverse(name)}
        for name, label, policy in ITEMS
        if name in GO and policy.allows(actor)
    ]
    return {"places": places, "searches": actor.reads_cases, "search_url": reverse("search")}
