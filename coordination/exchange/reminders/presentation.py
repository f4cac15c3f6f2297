"""What a reminder is about, read from the items by readers who still see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import pick

from .late import CLOCK, KINDS, Asked, kind_of, with_case
from .models import Reminder, ReminderItem


@dataclass(frozen=True)
class ItemSubject:
    """A late item: its title and its page. `row` is a period or an `Asked`."""

    row: Any

    @property
    def name(self) -> str:
        return str(kind_of(self.row).title(self.row))

    @property
    def about(self) -> str | Promise:
        return kind_of(self.row).about(self.row)

    @property
    def basis(self) -> str:
        return str(self.row.rule.cited) if self.is_clock else ""

    @property
    def citation(self) -> str:
        return self.row.rule.citation if self.is_clock else ""

    @property
    def is_clock(self) -> bool:
        """A period is shown on the page of its subject."""
        return kind_of(self.row).name == CLOCK

    @property
    def url(self) -> str:
        return reverse(kind_of(self.row).page, args=[self.row.pk])

    @property
    def case_number(self) -> str:
        return self._of_case("number", "case_number")

    @property
    def case_label(self) -> str:
        """Number and title of the case in the reader's language, "" if they do not see it."""
        if not self.case_number:
            return ""
        title = self.row.case.label if self.is_clock else pick(self.row.case_title, self.row.case_title_en)
        return f"{self.case_number} {title}"

    @property
    def handling(self) -> str:
        return self._of_case("handling", "handling")

    def _of_case(self, name: str, asked: str) -> str:
        if not (self.row.case_id and self.row.case_seen):
            return ""
        return str(getattr(self.row.case, name) if self.is_clock else getattr(self.row, asked))


@dataclass(frozen=True)
class Shown(ItemSubject):
    """An item of a letter as its reader sees it today."""

    item: ReminderItem

    @property
    def is_met(self) -> bool:
        return self.item.met_at is not None

    @property
    def days(self) -> int:
        return (self._until - self.item.late_since).days

    @property
    def _until(self) -> datetime:
        return self.item.met_at or times.now()


def items_of(letter: Reminder, actor: Actor) -> list[Shown]:
    """Visible items, oldest first."""
    return shown_items(list(letter.items.all()), actor)


def shown_items(items: list[ReminderItem], actor: Actor) -> list[Shown]:
    """Those of the items that the reader sees; one query for each kind."""
    things: dict[tuple[str, Any], Any] = {}
    for name, kind in KINDS.items():
        wanted = [item.thing_id for item in items if item.kind == name]
        if wanted:
            rows = kind.visible_rows(actor).filter(pk__in=wanted)
            things |= {(name, thing.pk): thing for thing in _read(rows, actor, is_clock=name == CLOCK)}
    return [Shown(things[item.kind, item.thing_id], item) for item in items if (item.kind, item.thing_id) in things]


def _read(rows: QuerySet[Any], actor: Actor, *, is_clock: bool) -> Iterable[Any]:
    if is_clock:
        return with_case(rows, actor).select_related("rule", "case")
    return [Asked(*row) for row in Asked.read([rows], actor)]
