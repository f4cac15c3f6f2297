"""What a noun declares about its late objects, which the reminder desk, letters and the figures of lateness name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from .actor import Actor
from .texts import Text


def past_due(rows: Any, now: datetime) -> QuerySet[Any]:
    """Those of the rows that are overdue, as their queryset says."""
    found: QuerySet[Any] = rows.overdue(now)
    return found


@dataclass(frozen=True, kw_only=True)
class Late:
    """When and to whom an object of a noun is late.

    `debtor`, `since`, `handler` and `case` name its columns: the agency that owes it, since when it is late, who
    handles it, and its case ("" if the noun is of no case). `related` are the relations that its title needs.
    `late(rows, now)` selects the late rows, `owed_to(agency)` is the condition of those owed to the agency with that
    id. `rows(actor)` are those the actor may see, by default all visible ones. `title(row)` names an item and
    `about(row)` its kind. `waits_for_several`: several agencies have its next step at once. Every reader of the centre
    sees the objects on cases that are not restricted.
    """

    debtor: str
    since: str = "due_at"
    handler: str = ""
    case: str = "case"
    related: tuple[str, ...] = ("case",)
    late: Callable[[QuerySet[Any], datetime], QuerySet[Any]] = past_due
    owed_to: Callable[[int | None], Q]
    rows: Callable[..., QuerySet[Any]] | None = None
    title: Callable[[Any], Text] = str
    about: Callable[[Any], Text]
    waits_for_several: bool = False

    def rows_of(self, model: type[Any], actor: Actor) -> QuerySet[Any]:
        """Returns the rows of the noun's model that the actor may see."""
        found: QuerySet[Any] = self.rows(actor) if self.rows else model.objects.visible_to(actor)
        return found
