"""The worklist of home: every open item that needs an action of the reader, once, under its most urgent heading.

One query finds what is due first on every desk, and one for each noun reads it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.counting import Compiled, Moment, first_of_each
from agencies.kernel.filtering import NEVER
from agencies.kernel.lines import Line, OpenItems
from agencies.kernel.resource import RESOURCE_OF_KIND, RESOURCES
from agencies.kernel.workflow import Text
from agencies.work.reading import SHOWN, Reader

Desks = Mapping[str, Compiled]  # desk → the query for its items, ordered and limited


@dataclass(frozen=True)
class Section:
    """One heading: at most SHOWN lines, and links to the complete lists."""

    key: str
    title: Text
    lines: list[Line]
    lists: list[tuple[Text, str]]
    has_more: bool


# The headings of all nouns; a noun declares its own.
TITLES: dict[str, Text] = {
    "overdue": _("Late"),
    "soon": _("Due within 24 hours"),
    "decide": _("Awaiting your decision"),
    "returned": _("Returned to us"),
}
# Sections that are also a queue of all resources.
IN_QUEUES = ("overdue", "soon", "returned", "mine", "unclaimed", "elsewhere")
OFFICER = (
    "overdue",
    "soon",
    "reminded",
    "returned",
    "referrals",
    "instructions",
    "opinions",
    "conferences",
    "elsewhere",
    "triage",
    "rules",
    "mine",
    "unclaimed",
)
LEAD = (
    "overdue",
    "soon",
    "reminded",
    "decide",
    "unclaimed",
    "triage",
    "rules",
    "returned",
    "referrals",
    "instructions",
    "opinions",
    "conferences",
    "elsewhere",
    "mine",
)
OFFICE_HOLDER = (
    "decide",
    "overdue",
    "soon",
    "reminded",
    "returned",
    "referrals",
    "instructions",
    "opinions",
    "conferences",
    "elsewhere",
    "triage",
    "rules",
    "unclaimed",
    "mine",
)


def worklist(actor: Actor, counts: Mapping[str, int] | None = None) -> list[Section]:
    """The sections of this actor, in the order of their role. No section is empty, and no item is in two.

    `counts` are the counters of the navigation; desks with a count of zero are not read.
    """
    reader = Reader(actor, times.now())
    return sections(reader, first_of_each(questions(reader, counts)))


def sections(reader: Reader, found: Mapping[str, Mapping[Any, str]]) -> list[Section]:
    """The same, from the results of `questions`."""
    # A referral and the task of its present step are one matter. Referrals come first in the register, so their line
    # is shown.
    about: dict[tuple[str, Any], Line] = {}
    for line in _lines(reader, found):
        about.setdefault(line.key, line)
    lines = sorted(about.values(), key=lambda line: (line.due_at or NEVER, str(line.key[1])))
    made, taken = [], set[tuple[str, Any]]()
    titles = _titles()
    for key in dict.fromkeys((*order_for(reader.actor), *titles)):
        own = [line for line in lines if key in line.sections and line.key not in taken]
        taken |= {line.key for line in own}
        if own:
            made.append(_section(key, titles[key], own, reader.actor))
    return made


def order_for(actor: Actor) -> tuple[str, ...]:
    if actor.responsible_for:
        return OFFICE_HOLDER
    return LEAD if Role.LEAD in actor.roles else OFFICER


def _titles() -> dict[str, Text]:
    declared = (resource.open_items.sections for resource in RESOURCES.values() if resource.open_items)
    return {key: title for sections in (TITLES, *declared) for key, title in sections.items()}


def _section(key: str, title: Text, lines: list[Line], actor: Actor) -> Section:
    sources = dict.fromkeys(line.source for line in lines if line.source)
    lists = [(source.label, f"{reverse(source.page)}?{source.query_of(key)}") for source in sources]
    if key == "decide" and actor.responsible_for:
        lists.insert(0, (_("Approvals"), reverse("approvals")))
    if key == "elsewhere":
        lists.insert(0, (_("Late at other agencies"), reverse("reminder_desk")))
    if key in IN_QUEUES:
        lists.insert(0, (_("One combined queue"), f"{reverse('queues')}?queue={key}"))
    return Section(key, title, lines[:SHOWN], lists, len(lines) > SHOWN)


def on_home() -> dict[str, OpenItems]:
    """The nouns of home by kind, in the order of the register."""
    return {
        kind: resource.open_items
        for kind, resource in RESOURCE_OF_KIND.items()
        if resource.open_items and resource.open_items.nearest
    }


def questions(reader: Reader, counts: Mapping[str, int] | None) -> dict[str, Compiled]:
    """The items of each desk that are due first, of nouns whose counter is not zero."""
    asked = [kind for kind in on_home() if not _is_empty(kind, counts)]
    desks = {kind: _desks(kind, reader.actor, reader.hidden_items, reader.walls, times.today()) for kind in asked}
    return {f"{kind} {desk}": question for kind in asked for desk, question in desks[kind].items()}


def _is_empty(kind: str, counts: Mapping[str, int] | None) -> bool:
    counter = RESOURCE_OF_KIND[kind].counter
    return counts is not None and counter is not None and counter.is_all and counts.get(counter.page) == 0


@lru_cache(maxsize=2048)
def _desks(kind: str, actor: Actor, hidden: frozenset[UUID], walled: frozenset[UUID], day: date) -> Desks:
    """The desks of this person, compiled once a day."""
    now: Any = Moment()
    nearest = on_home()[kind].nearest
    return nearest(Reader(actor, now, hidden=hidden, walled=walled)) if nearest else {}


def _lines(reader: Reader, found: Mapping[str, Mapping[Any, str]]) -> Iterator[Line]:
    ids: dict[str, dict[UUID, str]] = {}
    for name, pks in found.items():
        kind, _space, desk = name.partition(" ")
        ids.setdefault(kind, {}).update(dict.fromkeys(pks, desk))
    for kind, items in on_home().items():
        if not ids.get(kind):
            continue
        if items.on_home:
            yield from items.on_home(ids[kind], reader)
        else:
            rows = items.fetched(reader.visible(kind).filter(pk__in=ids[kind]))
            yield from (items.line(row, reader.actor, reader.now) for row in rows.select_related(*items.related))
