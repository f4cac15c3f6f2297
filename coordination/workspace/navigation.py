"""The second-level navigation: pages the actor may open."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.counting import (
    Compiled,
    Moment,
    compiled,
    compiled_pairs,
    count_and_find,
    count_each,
    count_up_to,
    format_count,
    question_of,
)
from agencies.kernel.open_items import Counter, lists_of, summed
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
from agencies.kernel.resource import RESOURCES
from agencies.kernel.workflow import Text
from agencies.organisations.models import has_police_powers
from agencies.work.reading import Reader
from coordination.lists import saved_view_pages
from coordination.tooling.operation import health

from . import approvals, inbox, worklist
from .page_purposes import PURPOSES
from .waiting import on_desk, work_to_count

Lists = Mapping[str, QuerySet[Any] | Compiled]
# Functions of a module, not of a call, because their result is compiled once for each person and day. For the present
# time they use `reader.now`.
ListsOf = Callable[[Reader], Lists]
PairsOf = Callable[[Actor], QuerySet[Any]]
Counts = Mapping[str, int]
WORK = "work"  # the destination whose number is that of everything on home
QUERIES = {"queues": "?queue=work"}  # filters of pages that count for themselves


def no_lists(_reader: Reader) -> Lists:
    return {}


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
    counts = waiting(request)
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
    may = _allowed(actor, counts)
    items = [
        {
            "name": name,
            "key": KEYS.get(name, ""),
            "url": _opened(name, url, counts, actor),
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
    """The person's chosen start page; if a number is shown, exactly what it counts."""
    if saved_view_pages.opens_first(name) in counts:
        return reverse("default_view", args=[name])
    return url + (_url_of_waiting(name, actor) if counts.get(name) else "")


def reader_of(request: HttpRequest) -> Reader:
    """The reader of this request. It is kept with the request, so that its visible reminders are read once."""
    known: Any = request
    if not hasattr(known, "work_reader"):
        known.work_reader = Reader(actor_of(request), times.now())
    found: Reader = known.work_reader
    return found


def waiting(request: HttpRequest, also: ListsOf = no_lists) -> dict[str, int]:
    """The counters of the navigation, read once for each request. The first caller may add lists of its own."""
    known: Any = request
    if not hasattr(known, "waiting"):
        counts_and_rows(request, also)
    counts: dict[str, int] = known.waiting
    return counts


def counts_and_rows(
    request: HttpRequest,
    also: ListsOf = no_lists,
    then: Callable[[Counts], Lists] = lambda _counts: {},
    rows: Callable[[Reader, Counts], Mapping[str, Compiled]] = lambda _reader, _counts: {},
    *named: PairsOf,
    with_desk: str = "",
    with_decisions: bool = False,
) -> tuple[dict[str, int], dict[str, dict[Any, str]]]:
    """Counts for a page: those of the navigation, of the lists `also`, and, knowing these, of the lists `then`.

    With the latter it reads `rows`: the entries of lists, as name → {id: text}. `named` give further rows of (name,
    number). `with_desk`: the page reads the work `on_desk`, so that it is not counted before, and with it the queue of
    this name, or the `TOP`. `with_decisions`: `rows` has the decisions of the reader.
    """
    reader, known = reader_of(request), cast(Any, request)
    if reader.actor.reads_cases:
        counted, found = _waiting(known, reader, Asked(also, then, rows, named, with_desk, with_decisions))
    else:
        counted, found = _without_cases(reader), {}
    known.waiting = counted
    return counted, found


@dataclass(frozen=True)
class Asked:
    """What a page asks besides the navigation, see `counts_and_rows`."""

    also: ListsOf
    then: Callable[[Counts], Lists]
    rows: Callable[[Reader, Counts], Mapping[str, Compiled]]
    named: Iterable[PairsOf]
    with_desk: str
    with_decisions: bool


def _without_cases(reader: Reader) -> dict[str, int]:
    """For administrators and the auditor, who read no cases."""
    counts = {one.page: sum(map(count_up_to, one.rows(reader))) for one in _counters(reader.actor)}
    return counts | {"inbox": inbox.unread(reader.actor)}


def _counters(actor: Actor) -> list[Counter]:
    declared = (resource.counter for resource in RESOURCES.values())
    return [counter for counter in declared if counter and counter.permission.allows(actor)]


def _waiting(request: Any, reader: Reader, page: Asked) -> tuple[dict[str, int], dict[str, dict[Any, str]]]:
    """The counts of narrow rows, and then those that need more than these, for lists that have rows."""
    actor, day = reader.actor, times.today()
    named, kept = (*NAMED, *page.named), (actor, day)
    asked_first = [_without_desk if page.with_desk else _standing, page.also]
    asked_first += [] if page.with_decisions else [_decisions]
    first = {name: one for lists in asked_first for name, one in _compiled(lists, *kept).items()}
    counts = summed(count_each(first, *[_pairs(one, actor, day) for one in named]))
    listed = page.rows(reader, counts)
    decisions = {} if page.with_decisions else approvals.decidable(actor, counts)
    later: dict[str, Any] = {**_certain(reader, counts), **decisions, **page.then(counts)}
    asked = {name: question_of(one) for name, one in later.items()}
    more, found = count_and_find(asked, listed)
    more |= {name: len(some) for name, some in found.items() if name.startswith(approvals.COUNTED)}
    counts = {**counts, **summed(more), "inbox": inbox.unread(actor)}
    counts["approvals"] = sum(number for name, number in counts.items() if name.startswith(approvals.COUNTED))
    if page.with_desk:
        request.work_on_desk = on_desk(reader, page.with_desk)
        counts[worklist.ON_DESK] = request.work_on_desk.number
    return counts | {WORK: worklist.total(counts)}, found


NAMED: tuple[PairsOf, ...] = (
    approvals.waiting_kinds,
    saved_view_pages.defaults_of,
    saved_view_pages.kept_for,
)


@lru_cache(maxsize=2048)
def _pairs(pairs_of: PairsOf, actor: Actor, day: date) -> Compiled:
    return compiled_pairs(pairs_of(actor))


@lru_cache(maxsize=1024)
def _compiled(lists: ListsOf, actor: Actor, day: date) -> Mapping[str, Compiled]:
    """The lists of this person, compiled once a day: Django takes longer to compile them than the database to
    answer."""
    asked: Any = Moment()
    return {name: question_of(rows) for name, rows in lists(Reader(actor, asked)).items()}


def _on_desk(reader: Reader) -> dict[str, Any]:
    """All work as lists without a row in common."""
    return lists_of(worklist.ON_DESK, work_to_count(reader))


def _without_desk(reader: Reader) -> dict[str, Any]:
    """What every page counts: the counters of the nouns, with all reminders of the agency."""
    actor = reader.actor
    rows: dict[str, Any] = {}
    for one in _counters(actor):
        rows |= lists_of(one.page, (one.candidates or one.rows)(reader))
    return {**rows, **worklist.counted(reader)} if actor.is_staff else rows


def _standing(reader: Reader) -> dict[str, Any]:
    """The same with the work on the desk, for pages that do not read it."""
    return {**_without_desk(reader), **_on_desk(reader)} if reader.actor.is_staff else _without_desk(reader)


def _decisions(reader: Reader) -> dict[str, Any]:
    """The decisions without work items."""
    return approvals.decidable(reader.actor) if reader.actor.is_staff else {}


def _certain(reader: Reader, counts: Counts) -> dict[str, Compiled]:
    """The lists of counters with candidates."""
    some = [one for one in _counters(reader.actor) if one.candidates and counts.get(one.page)]
    kept = reader.actor, times.today()
    return {name: rows for one in some for name, rows in _compiled_counter(one.page, *kept).items()}


@lru_cache(maxsize=512)
def _compiled_counter(page: str, actor: Actor, day: date) -> Mapping[str, Compiled]:
    asked: Any = Moment()
    reader = Reader(actor, asked)
    counter = next(one for one in _counters(actor) if one.page == page)
    return {name: compiled(rows) for name, rows in lists_of(page, counter.rows(reader)).items()}


def _url_of_waiting(name: str, actor: Actor) -> str:
    """The filters of the list that a number counts."""
    counter = next((one for one in _counters(actor) if one.page == name), None)
    return counter.query(actor) if counter else QUERIES.get(name, "")


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _is_active(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
