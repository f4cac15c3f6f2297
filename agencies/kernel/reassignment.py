"""How work on an object passes from one person to a colleague: the base class that nouns declare (`reassigning.py`)."""

from abc import ABC, abstractmethod
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable

from .actor import Actor
from .texts import Text


class Reassignment(ABC):
    """How work on an object passes from one person of an agency to a colleague (工作移交). A subclass states what it
    needs, and overrides the methods that compute it.

    `handler` is the column of the present handler, `agency` that of the agency whose handler the next step needs.
    `taken_back`: `pass_on` also takes None as the next person, and changes nothing but the handler, so that it is its
    own opposite; with `has_team` also the team of the row, which is then put back as it was.
    """

    handler = "handler"
    agency = "agency"
    taken_back = False
    has_team = False

    @abstractmethod
    def pass_on(self, thing: Any, person: Any, to: Any, actor: Actor, reason: str) -> Any:
        """Changes the handler; `person` is the present one or None."""

    def held(self, visible: Any, person: Any, actor: Actor) -> QuerySet[Any]:
        """Returns the open rows that the person handles, of those visible to the actor."""
        return self.open_at(visible, person.agency_id).filter(**{self.handler: person}).order_by("created_at", "pk")

    def open_at(self, visible: Any, agency: int) -> QuerySet[Any]:
        """Returns the open rows at the agency with that id, of the visible ones."""
        return visible.open().filter(**{self.agency: agency})  # type: ignore[no-any-return]  # as above

    def rows(self, visible: Any, actor: Actor) -> QuerySet[Any]:
        """Returns the rows that bulk actions may change, of those visible to the actor."""
        return visible  # type: ignore[no-any-return]  # as above

    def column(self, thing: Any) -> str:
        """Returns the column of the handler whose step is next."""
        return self.handler

    def holder(self, thing: Any, agency: int) -> Any:
        """Returns the present handler at the agency with that id."""
        return getattr(thing, self.column(thing))

    def holder_id(self, agency: int) -> Combinable:
        """Returns the id of the handler at the agency with that id, as an expression."""
        return F(f"{self.handler}_id")

    def agency_of(self, thing: Any, actor: Actor) -> int:
        """Returns the id of the agency whose handler the next step needs. May raise Forbidden."""
        found: int = getattr(thing, f"{self.agency}_id")
        return found

    def is_open(self, thing: Any) -> bool:
        """Whether the row still needs a handler."""
        return bool(thing.is_open)

    def words(self, thing: Any) -> Text:
        return str(thing)

    def label(self, thing: Any) -> Text:
        """Returns the kind of a row, "" for the label of the noun."""
        return ""
