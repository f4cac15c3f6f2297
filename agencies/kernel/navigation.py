"""The pages in the navigation, and the numbers beside them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from .actor import Actor
from .permissions import CASE_READER, STAFF, Permission
from .texts import Text
from .work import Side


class Group(TextChoices):
    """The groups of the navigation. `coordination.workspace.navigation` has the destinations of its row."""

    TODAY = "today", _("Today")
    WORK = "work", _("Work")
    MATTERS = "matters", _("Cases")
    SUPERVISION = "supervise", _("Supervision")
    PREVENTION = "prevention", _("Prevention")
    BETWEEN_AGENCIES = "between", _("Between agencies")
    LOOK_UP = "look_up", _("Look up")
    ADMINISTRATION = "administration", _("Administration")


@dataclass(frozen=True, kw_only=True)
class NavigationPage:
    """A page in the navigation: its group, its `place` among all pages, and the number beside it.

    `page` is its route and `label` its name, for a noun by default the route of its list and its plural. `key` is the
    second key after "g" (see `keys.js`); other pages are reached by Tab. `permission`: who may open it. `purpose` is
    said on the home of people who read no cases.

    `counts` is the kind of the work items that are counted: those in which the agency takes the next step, each once.
    A subclass counts others in `items`, or in `rows` what has no work items. `counted_for`: who is shown the number.
    `waiting` are the filters by which the page shows what is counted; `{agency}` is the code of the reader's agency.
    `only_counted`: the page is shown only if the number is not zero, because its list would be empty.
    """

    group: Group
    place: int
    page: str = ""
    label: Text = ""
    key: str = ""
    permission: Permission = CASE_READER
    purpose: Text = ""
    counts: str = ""
    counted_for: Permission = STAFF
    waiting: str = ""
    only_counted: bool = False

    def items(self, reader: Any) -> Q | None:
        """Returns the condition of the counted work items; `reader` is an `agencies.work.reading.DeskReader`."""
        return Q(kind=self.counts, side=Side.DOES, first=True) if self.counts else None

    def rows(self, reader: Any) -> QuerySet[Any] | None:
        """Returns the counted rows of a noun without work items."""
        return None

    def query(self, actor: Actor) -> str:
        return self.waiting.format(agency=actor.agency_code)
