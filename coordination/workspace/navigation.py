"""The second-level navigation: pages the actor may open."""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import format_count
from agencies.kernel.paging import on_paper
from agencies.kernel.permissions import (
    ACCOUNTS,
    ACTING,
    AUDIT,
    CALENDAR,
    CASE_READER,
    FIGURES,
    LEADS,
    MACHINES,
    OFFICE,
    OPERATION,
    ROSTER,
    SIGNED_IN,
    STAFF,
    Permission,
    actor_of,
)
from agencies.kernel.texts import Text
from agencies.organisations.models import has_police_powers
from coordination.lists import saved_view_pages
from coordination.tooling.operation import health

from .desk import WORK, counters_of, desk_of
from .page_purposes import PURPOSES

QUERIES = {"queues": "?queue=work"}  # filters of pages that count for themselves

# Those who conduct criminal proceedings, and the centre; for others the list would always be empty.
INVESTIGATORS = Permission(
    "investigators",
    lambda actor: CASE_READER.allows(actor) and (actor.is_centre or has_police_powers(actor.line, actor.agency_code)),
)
PRACTISING = Permission("practising", lambda actor: settings.TRAINING and CASE_READER.allows(actor))
ITEMS = (
    ("home", _("Today"), SIGNED_IN),
    ("training", _("Training"), PRACTISING),
    ("inbox", _("Inbox"), SIGNED_IN),
    ("queues", _("Queues"), STAFF),
    ("board", _("Board"), STAFF),
    ("load", _("Workload"), LEADS),
    ("approvals", _("Approvals"), OFFICE),  # everyone of the agency may read it; the office holder works on it
    ("leads", _("Leads"), CASE_READER),
    ("cases", _("Cases"), CASE_READER),
    ("referrals", _("Referrals"), CASE_READER),
    ("tasks", _("Tasks"), CASE_READER),
    ("instructions", _("Instructions"), CASE_READER),
    ("opinion_rounds", _("Opinions"), CASE_READER),
    ("conferences", _("Conferences"), CASE_READER),
    ("notes", _("Notes"), CASE_READER),
    ("confidential_letters", _("Confidential letters"), CASE_READER),
    ("reminders", _("Reminders"), CASE_READER),
    ("reminder_desk", _("Late at other agencies"), CASE_READER),
    ("persons", _("Persons"), INVESTIGATORS),
    ("running_clocks", _("Deadlines"), CASE_READER),
    ("listings", _("Watch lists"), CASE_READER),
    ("controls", _("Control law"), SIGNED_IN),
    ("duty", _("Duty"), ROSTER),
    ("rule_sets", _("Routing rules"), LEADS),
    ("campaigns", _("Campaigns"), CASE_READER),
    ("major_cases", _("Major cases"), CASE_READER),
    ("one_page", _("Daily brief"), FIGURES),
    ("supervision", _("Supervision"), FIGURES),
    ("bulletins", _("Bulletins"), CASE_READER),
    ("thresholds", _("Watched figures"), FIGURES),
    ("typical_cases", _("Typical cases"), CASE_READER),
    ("journal", _("Journal"), AUDIT),
    ("readings", _("Read log"), AUDIT),
    ("confirmations", _("Confirmations"), ACTING),
    ("accounts", _("Accounts"), ACCOUNTS),
    ("machines", _("Systems"), MACHINES),
    ("calendar", _("Calendar"), CALENDAR),
    ("operation", _("Operation"), OPERATION),
)

# The second key after "g" (see `keys.js`); all others are reached by Tab.
KEYS = {
    **{"home": "h", "inbox": "i", "queues": "q", "approvals": "a", "leads": "l", "cases": "c"},
    **{"referrals": "r", "tasks": "t", "notes": "n", "persons": "p", "running_clocks": "d", "duty": "u"},
    **{"supervision": "s", "training": "x", "board": "b", "load": "w", "instructions": "v", "opinion_rounds": "o"},
}

# The row holds at most five destinations. Each opens its first page that the actor may open; the others are its tabs.
# The menu "More" holds the rest, on a telephone also the pages of the destinations.
DESTINATIONS: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("today", _("Today"), ("home", "inbox")),
    ("work", _("Work"), ("queues", "board", "approvals", "tasks", "load")),
    ("matters", _("Cases"), ("cases", "leads", "referrals", "persons")),
    (
        "supervise",
        _("Supervision"),
        (
            *("supervision", "one_page", "bulletins", "typical_cases", "reminder_desk", "reminders", "running_clocks"),
            *("campaigns", "major_cases", "thresholds"),
        ),
    ),
)
GROUPS = (
    (_("Between agencies"), ("instructions", "opinion_rounds", "conferences", "confidential_letters", "notes")),
    (_("Look up"), ("controls", "listings", "duty", "calendar", "training")),
    (
        _("Administration"),
        ("rule_sets", "journal", "readings", "confirmations", "accounts", "machines", "operation"),
    ),
)
ROW = 5  # pages in the row for people who read no cases, and so have no destinations
NARROW = 3  # destinations in the row on a telephone; all pages are also under "More" there

# Shown only if an item names the actor or waits for them; otherwise the list is empty, and the desk links to the
# letters.
BY_NAME = {"confidential_letters", "reminders"}


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


def _items(path: str, actor: Actor, counts: dict[str, int]) -> list[dict[str, Any]]:
    may, opening = _allowed(actor, counts), saved_view_pages.lists_opening_with_a_view(actor)
    items = [
        {
            "name": name,
            "key": KEYS.get(name, ""),
            "url": reverse("default_view", args=[name]) if name in opening else _opened(name, url, counts, actor),
            "label": label,
            "purpose": PURPOSES.get(name, ""),
            "count": counts.get(name),
            "number": format_count(counts.get(name, 0)),
            "active": _is_active(path, url),
        }
        for name, label, _policy in ITEMS
        if name in may and (url := _url(name))
    ]
    return [item | {"link": _link(item)} for item in items]


def _row(items: list[dict[str, Any]], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The destinations with a page that the actor may open; for people without cases their own pages."""
    named = {item["name"]: item for item in items}
    if "queues" not in named and "cases" not in named:
        return [item | {"place": "first" if n < NARROW else "row"} for n, item in enumerate(items[:ROW])]
    row: list[dict[str, Any]] = []
    for name, label, pages in DESTINATIONS:
        inside = [named[one] for one in pages if one in named]
        if inside:
            number = counts.get(WORK, 0) if name == WORK else 0
            item = {
                "name": name,
                "key": "",
                "url": inside[0]["url"],
                "label": label,
                "count": number,
                "number": format_count(number),
                "active": any(one["active"] for one in inside),
                "place": "first" if len(row) < NARROW else "row",
            }
            row.append(item | {"link": _link(item)})
    return row


def _tabs(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pages of the open destination, on its pages except home. People without cases have all in the row."""
    named = {item["name"]: item for item in items}
    if not {"queues", "cases"} & named.keys():
        return []
    for _name, _label, pages in DESTINATIONS:
        inside = [named[one] for one in pages if one in named]
        if len(inside) > 1 and any(one["active"] for one in inside) and not named.get("home", {}).get("active"):
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


def _allowed(actor: Actor, counts: Mapping[str, int]) -> set[str]:
    return {
        name
        for name, _label, permission in ITEMS
        if actor.is_known and permission.allows(actor) and (name not in BY_NAME or counts.get(name))
    }


def _grouped(items: list[dict[str, Any]], *, reads_cases: bool) -> list[dict[str, Any]]:
    """The groups of "More"; those of the destinations are needed on narrow pages only."""
    named = {item["name"]: item for item in items}
    if not reads_cases:
        rest = items[ROW:]
        return [{"label": _("Pages"), "entries": rest, "is_narrow": False}] if rest else []
    groups = [(label, pages, True) for _name, label, pages in DESTINATIONS]
    groups += [(label, pages, False) for label, pages in GROUPS]
    return [
        {"label": label, "entries": inside, "is_narrow": is_narrow}
        for label, pages, is_narrow in groups
        if (inside := [named[name] for name in pages if name in named])
    ]


def behind_more(actor: Actor, counts: Mapping[str, int]) -> dict[str, str]:
    """The sum of the counters under "More"; empty if zero."""
    may = _allowed(actor, counts)
    number = sum(counts.get(name, 0) for _label, pages in GROUPS for name in pages if name in may)
    return {"more": format_count(number)} if number else {}


def _opened(name: str, url: str, counts: dict[str, int], actor: Actor) -> str:
    """If a number is shown, exactly what it counts."""
    return url + (_url_of_waiting(name, actor) if counts.get(name) else "")


def _url_of_waiting(name: str, actor: Actor) -> str:
    """The filters of the list that a number counts."""
    counter = next((one for one in counters_of(actor) if one.page == name), None)
    return counter.query(actor) if counter else QUERIES.get(name, "")


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _is_active(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
