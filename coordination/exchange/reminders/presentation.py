"""What a reminder is about, read from the items by readers who still see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.resource import resource_of
from agencies.kernel.texts import Text
from cases.casefile.models import Case

from .late import CLOCK, case_of, kind_of, late_of, visible_rows, with_words
from .models import Reminder, ReminderItem


@dataclass(frozen=True)
class ItemSubject:
    """A late item: its title and its page. `row` is read by `late.with_words`."""

    row: Any

    @property
    def name(self) -> str:
        return str(late_of(self.row).title(self.row))

    @property
    def about(self) -> Text:
        return late_of(self.row).about(self.row)

    @property
    def basis(self) -> str:
        return str(self.row.rule.cited) if self.is_clock else ""

    @property
    def citation(self) -> str:
        return self.row.rule.citation if self.is_clock else ""

    @property
    def is_clock(self) -> bool:
        """A period is shown on the page of its subject."""
        return kind_of(self.row) == CLOCK

    @property
    def url(self) -> str:
        return reverse(resource_of(self.row).page, args=[self.row.pk])

    @property
    def case(self) -> Case | None:
        """The case, None if the reader does not see it."""
        return case_of(self.row) if self.row.case_seen else None

    @property
    def case_number(self) -> str:
        return self.case.number if self.case else ""

    @property
    def case_label(self) -> str:
        """Number and title of the case in the reader's language, "" if they do not see it."""
        return f"{self.case.number} {self.case.label}" if self.case else ""

    @property
    def matter(self) -> str:
        """Number and title of the case, or the title of the lead, if the reader sees it."""
        return self.case_label or getattr(self.row, "lead_title", None) or ""

    @property
    def handling(self) -> str:
        return self.case.handling if self.case else ""


@dataclass(frozen=True)
class ShownItem(ItemSubject):
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


def items_of(letter: Reminder, actor: Actor) -> list[ShownItem]:
    """Visible items, oldest first."""
    return shown_items(list(letter.items.all()), actor)


def shown_items(items: list[ReminderItem], actor: Actor) -> list[ShownItem]:
    """Those of the items that the reader sees; one query for each kind."""
    things: dict[tuple[str, Any], Any] = {}
    for kind, visible in visible_rows(actor).items():
        wanted = [item.thing_id for item in items if item.kind == kind]
        if wanted:
            things |= {(kind, thing.pk): thing for thing in with_words(visible.filter(pk__in=wanted), actor)}
    return [ShownItem(things[item.kind, item.thing_id], item) for item in items if (item.kind, item.thing_id) in things]
