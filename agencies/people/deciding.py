"""The office that decides on an object: its holders, who is barred, and what happens if all are barred.

One rule for every workflow. A person who took part does not decide (`agencies.journal.involvement`). If every holder
took part, the decision of the superior agency is recorded from its paper.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from agencies.journal.involvement import (
    are_all_involved,
    exclude_involved,
    involved_in,
    involves_person,
    is_involved,
    outer_references,
)
from agencies.journal.models import ProxyStep
from agencies.kernel.action_fields import ActionField
from agencies.kernel.actor import Actor
from agencies.kernel.proxy_recording import DECIDED_BY, Rule, recorded_for
from agencies.organisations.models import Agency

from .models import OfficeHolder


@dataclass(frozen=True)
class SuperiorDecision:
    """Who decided in place of the agency's own office, and by which document."""

    agency: Agency
    by: str
    paper: str

    def __str__(self) -> str:
        return f"{self.agency.name}{gettext(', ')}{self.by} ({self.paper})"


@dataclass(frozen=True)
class DecidingOffice:
    """`agencies` are the paths to the deciding agency; the first filled one counts.

    `involves` maps each kind in the journal to the column with the id of what a person may have taken part in.
    """

    agencies: tuple[str, ...]
    involves: Mapping[str, str]

    # One object ------------------------------------------------------------------------------------------------------
    def agency(self, thing: Any) -> Agency:
        found: Agency = next(one for path in self.agencies if (one := _follow(thing, path)) is not None)
        return found

    def superior(self, thing: Any) -> Agency | None:
        return self.agency(thing).superior

    def bars(self, actor: Actor, thing: Any) -> bool:
        """Whether the person took part. Cached on the object, because a page asks for every action."""
        cached: dict[str, bool] = thing.__dict__.setdefault("_bars", {})
        if actor.id not in cached:
            cached[actor.id] = is_involved(actor, **self._ids(thing))
        return cached[actor.id]

    def can_decide(self, thing: Any) -> bool:
        """Whether a holder of the office took no part, or the superior agency can decide."""
        return self.eligible_holders(thing).exists() or self.superior_decides(thing)

    def eligible_holders(self, thing: Any) -> QuerySet[OfficeHolder]:
        """Returns the holders of the office who took no part."""
        return exclude_involved(self._holders(thing), **self._ids(thing))

    def involved_people(self, thing: Any) -> list[UUID]:
        return list(involved_in(**self._ids(thing)).values_list("person_id", flat=True).distinct())

    def superior_decides(self, thing: Any) -> bool:
        """Whether the office is held, every holder took part, and there is a superior agency.

        It is cached on the object and known for rows of `with_barred_holders`; otherwise it takes one query.
        """
        cached = thing.__dict__
        if "_superior_decides" not in cached:
            cached["_superior_decides"] = (
                self.agency(thing).parent_id is not None  # checked first, because it rarely costs a query
                and self._bars_all(thing)
                and self.superior(thing) is not None
            )
        return bool(cached["_superior_decides"])

    def _bars_all(self, thing: Any) -> bool:
        annotated: bool | None = getattr(thing, "bars_all", None)
        return are_all_involved(self._holders(thing), **self._ids(thing)) if annotated is None else annotated

    def _holders(self, thing: Any) -> QuerySet[OfficeHolder]:
        return OfficeHolder.objects.current().filter(agency=self.agency(thing), user__is_active=True)

    def _ids(self, thing: Any) -> dict[str, Any]:
        return {
            kind: thing.pk if column == "pk" else getattr(thing, f"{column}_id")
            for kind, column in self.involves.items()
        }

    # Rows ------------------------------------------------------------------------------------------------------------
    def with_barred_holders(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Annotates whether every holder of the office took part, so that a list needs no further query."""
        holders = self._outer_holders()
        annotated: QuerySet[Any] = rows.annotate(
            bars_all=Exists(holders) & ~Exists(exclude_involved(holders, **outer_references(**self.involves)))
        )
        return annotated

    def rows_barring(self, rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
        """Limits to rows in which this person took part."""
        return rows.filter(involves_person(actor.id, **self.involves))

    def without_decider(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Limits to rows where every holder of the office took part or the office is vacant."""
        return rows.exclude(Exists(exclude_involved(self._outer_holders(), **outer_references(**self.involves))))

    def _outer_holders(self) -> QuerySet[OfficeHolder]:
        columns = [OuterRef(path) for path in self.agencies]
        agency = columns[0] if len(columns) == 1 else Coalesce(*columns)
        return OfficeHolder.objects.current().filter(agency=agency, user__is_active=True)

    # Its rule --------------------------------------------------------------------------------------------------------
    def or_superior(
        self, *, by: Rule, paper: ActionField, instead: Callable[[Any], bool] | None = None
    ) -> Callable[[Rule], Rule]:
        """Marks the rule of the office: if every holder took part, `by` records the superior's decision from its
        `paper`.

        A second person who took no part confirms it.
        """
        recorded = recorded_for(
            self.superior,
            by=by,
            paper=paper,
            of_chief=True,
            instead=instead or self.superior_decides,
            fields=(DECIDED_BY,),
            barred=self.involved_people,
        )
        return lambda rule: of_office(recorded(rule))


def of_office(rule: Rule) -> Rule:
    """Marks a rule by which only the holder of an office decides. A correction of the decision needs a holder too."""
    rule.of_office = True  # type: ignore[attr-defined]  # a mark on a function
    return rule


def is_of_office(rule: Rule) -> bool:
    return getattr(rule, "of_office", False)


def find_superior_decision(kind: str, pk: Any) -> SuperiorDecision | None:
    """Returns the latest recorded decision of a superior agency on the object, None if there is none."""
    steps = ProxyStep.objects.filter(event__object_kind=kind, event__object_id=pk).order_by("-event_id")
    for step in steps.select_related("event__note"):
        note = step.event.remark
        if note is not None and DECIDED_BY.name in note.data:
            return SuperiorDecision(Agency.objects.get(pk=step.agency_id), note.data[DECIDED_BY.name], step.paper)
    return None


def _follow(thing: Any, path: str) -> Any:
    for name in path.split("__"):
        thing = getattr(thing, name)
    return thing
