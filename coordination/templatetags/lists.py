"""What stands around a list of `coordination.lists`: `{% load lists %}`. How to use each is in docs/look.md."""

from collections.abc import Sequence
from typing import Any

from django import template

from coordination.exporting import highest_handling
from coordination.lists import LISTS

register = template.Library()


@register.inclusion_tag("components/list_tools.html", takes_context=True)
def export_links(context: template.Context, name: str, has_rows: Any) -> dict[str, Any]:
    """Print view and files of a list, with the filters of the address; on paper the way back."""
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "on_paper": context["on_paper"],
        "list": name,
        "has_rows": bool(has_rows),
    }


@register.inclusion_tag("components/printed.html", takes_context=True)
def printed(context: template.Context, name: str, page: Any, chosen: Sequence[Any]) -> dict[str, Any]:
    """On paper only: who printed a list, when, which filters cut it, and how secret the most secret row is."""
    return {
        "actor": context["actor"],
        "on_paper": context["on_paper"],
        "page": page,
        "chosen": chosen,
        "highest": highest_handling(LISTS[name], page.items, context["actor"]),
    }
