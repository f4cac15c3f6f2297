"""The second-level navigation: pages the actor may open."""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import format_count
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.paging import on_paper
from agencies.kernel.permissions import actor_of
from coordination.lists import saved_view_pages
from coordination.tooling.operation import health

from .desk import WORK, desk_of
from .pages import pages

# The row holds at most five destinations. Each opens its first page that the actor may open; the others are its tabs.
# The menu "More" holds the rest, on a telephone also the pages of the destinations.
DESTINATIONS = (Group.TODAY, Group.WORK, Group.MATTERS, Group.PREVENTION, Group.SUPERVISION)
ROW = 5  # pages in the row for people who read no cases, and so have no destinations
NARROW = 3  # destinations in the row on a telephone; all pages are also under "More" there


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the actor and the items they may open, with counters."""
    actor = actor_of(request)
    counts = desk_of(request).numbers
    items = _items(request.path, actor, counts)
    row, more = _row(items, counts), _grouped(items, reads_cases=actor.reads_cases)
    return {
        "actor": actor,
        "is_training": settings.TRAINING,
        "delays": health.delays_for(actor),
        # News are counted from here; slightly earlier, to include rows written while the page was rendered.
        "drawn_at": (times.now() - timedelta(seconds=2)).isoformat(),
        "on_paper": on_paper(request.GET),
        # So that a case page queries letters only if there are any.
        "is_named": bool(counts.get("confidential_letters")),
        "nav": items,
        "nav_row": row,
        "nav_more": more,
        "nav_has_more": any(not group["is_narrow"] for group in more),
        "nav_tabs": _tabs(items),
        "nav_sums": behind_more(actor, counts),
    }


def _items(path: str, actor: Actor, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The links. One with a number opens exactly what is counted."""
    opening = saved_view_pages.lists_opening_with_a_view(actor)
    items: list[dict[str, Any]] = []
    for page in _allowed(actor, counts):
        url, count = reverse(page.page), counts.get(page.page)
        item = {
            "name": page.page,
            "group": page.group,
            "key": page.key,
            "url": url + (page.query(actor) if count else ""),
            "label": page.label,
            "purpose": page.purpose,
            "count": count,
            "number": format_count(count or 0),
            "active": _is_active(path, url),
        }
        if page.page in opening:
            item["url"] = reverse("default_view", args=[page.page])
        items.append(item | {"link": _link(item)})
    return items


def _inside(items: list[dict[str, Any]], group: Group) -> list[dict[str, Any]]:
    return [item for item in items if item["group"] == group]


def _has_destinations(items: list[dict[str, Any]]) -> bool:
    return not {"queues", "cases"}.isdisjoint(item["name"] for item in items)


def _row(items: list[dict[str, Any]], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The destinations with a page that the actor may open; for people without cases their own pages."""
    if not _has_destinations(items):
        return [item | {"place": "first" if n < NARROW else "row"} for n, item in enumerate(items[:ROW])]
    row: list[dict[str, Any]] = []
    for group in DESTINATIONS:
        if inside := _inside(items, group):
            number = counts.get(WORK, 0) if group == WORK else 0
            item = {
                "name": group.value,
                "key": "",
                "url": inside[0]["url"],
                "label": group.label,
                "count": number,
                "number": format_count(number),
                "active": any(one["active"] for one in inside),
                "place": "first" if len(row) < NARROW else "row",
            }
            row.append(item | {"link": _link(item)})
    return row


def _tabs(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pages of the open destination, on its pages except home. People without cases have all in the row."""
    if not _has_destinations(items) or any(item["active"] for item in items if item["name"] == "home"):
        return []
    for group in DESTINATIONS:
        inside = _inside(items, group)
        if len(inside) > 1 and any(one["active"] for one in inside):
            return [one | {"count": one["number"] if one["count"] else None} for one in inside]
    return []


def _link(item: Mapping[str, Any]) -> SafeString:
    number = item["number"] if item["count"] else ""
    return _markup(item["url"], item["name"], item["key"], str(item["label"]), number, is_current=item["active"])


@lru_cache(maxsize=2048)
def _markup(url: str, name: str, key: str, label: str, number: str, *, is_current: bool) -> SafeString:
    """An item. Not a template, which would be rendered some thirty times a page; most items are the same on each."""
    keyed = format_html(' data-key="{}"', key) if key else ""
    current = format_html(' aria-current="{}"', "page") if is_current else ""
    count = format_html(' <span class="cv-count">{}</span>', number) if number else ""
    return format_html('<a href="{}" data-name="{}"{}{}>{}{}</a>', url, name, keyed, current, label, count)


def _allowed(actor: Actor, counts: Mapping[str, int]) -> list[NavigationPage]:
    return [
        page
        for page in pages()
        if actor.is_known and page.permission.allows(actor) and (counts.get(page.page) or not page.only_counted)
    ]


def _grouped(items: list[dict[str, Any]], *, reads_cases: bool) -> list[dict[str, Any]]:
    """The groups of "More"; those of the destinations are needed on narrow pages only."""
    if not reads_cases:
        rest = items[ROW:]
        return [{"label": _("Pages"), "entries": rest, "is_narrow": False}] if rest else []
    return [
        {"label": group.label, "entries": inside, "is_narrow": group in DESTINATIONS}
        for group in Group
        if (inside := _inside(items, group))
    ]


def behind_more(actor: Actor, counts: Mapping[str, int]) -> dict[str, str]:
    """The sum of the counters under "More"; empty if zero."""
    number = sum(counts.get(page.page, 0) for page in _allowed(actor, counts) if page.group not in DESTINATIONS)
    return {"more": format_count(number)} if number else {}


def _is_active(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
