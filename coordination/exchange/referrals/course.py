"""How far each case has come on its way to a judgment: facts by the day of its opening, at its lead agency.

A case counts in every step up to the last one that it has reached. At that step it is either still open, or it ended
there for a coded reason; one that was judged is neither. The centre counts all that happened in the case, an agency its
own proceedings and whether its transfers were filed.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from agencies.kernel.measures import FactCollector, History, MeasuredFact, Measures, labels
from cases.casefile.models import Case
from cases.proceedings.measures import JUDGED
from cases.proceedings.models import Proceeding, Suspect

from .models import Referral

P = Proceeding.State
OVER = (P.REJECTED, P.NO_CASE, P.HANDED_ON, P.NOT_PROSECUTED, P.FINAL, P.WITHDRAWN, P.CLOSED)
PROSECUTED = (Suspect.State.PROSECUTED, *JUDGED)
OPENED, WITH_POLICE, FILED, CHARGED, ENDED = STEPS = ("opened", "police", "filed", "prosecuted", "judged")


@dataclass(frozen=True)
class CaseCourse:
    """What is known of a case: its delivered transfers and its proceedings, in order, and its suspects."""

    case: Any
    transfers: Sequence[Any]
    proceedings: Sequence[Any]
    suspects: Sequence[Any]

    @property
    def criminal(self) -> list[Any]:
        return [one for one in self.proceedings if one.is_criminal]

    @property
    def reached(self) -> int:
        """The place of the last step."""
        of = {one.pk for one in self.criminal}
        states = {one.state for one in self.suspects if one.proceeding_id in of}
        if states & set(JUDGED):
            return STEPS.index(ENDED)
        if states & set(PROSECUTED):
            return STEPS.index(CHARGED)
        if self.criminal or any(one.state == Referral.State.FILED for one in self.transfers):
            return STEPS.index(FILED)
        return STEPS.index(WITH_POLICE if self.transfers else OPENED)

    @property
    def has_ended(self) -> bool:
        """Whether the case goes no further from its step."""
        if self.case.state == Case.State.CLOSED:
            return True
        match STEPS[self.reached]:
            case "opened":
                return False
            case "police":
                return all(one.state in Referral.ENDED for one in self.transfers)
        return bool(self.criminal) and all(one.state in OVER for one in self.criminal)

    @property
    def reason(self) -> str:
        """Why it ended: the state of the transfer, the ground of the case, or the outcome of a proceeding."""
        if STEPS[self.reached] == WITH_POLICE:
            return f"referral.state:{self.transfers[-1].state}"
        if STEPS[self.reached] == OPENED and self.case.no_crime_ground:
            return f"case.no_crime_ground:{self.case.no_crime_ground}"
        outcomes = [one.outcome for one in self._deciding if one.outcome]
        return f"proceeding.outcome:{outcomes[-1]}" if outcomes else f"case.state:{Case.State.CLOSED}"

    @property
    def _deciding(self) -> Sequence[Any]:
        return self.criminal or self.proceedings

    @property
    def behind(self) -> UUID | None:
        """The proceeding whose wall hides how the case goes on."""
        return next((one.pk for one in reversed(self._deciding)), None)


def _facts(case: Any, history: History) -> Iterable[MeasuredFact]:
    transfers = [one for one in case.referrals.all() if one.kind == Referral.Kind.CRIMINAL_TRANSFER]
    delivered = sorted((one for one in transfers if one.delivered_at), key=lambda one: (one.delivered_at, one.pk))
    proceedings = sorted(case.proceedings.all(), key=lambda one: (one.opened_at, one.pk))
    own = [one for one in delivered if case.lead_id in (one.sender_id, one.receiver_id)]
    of_lead = [one for one in proceedings if one.agency_id == case.lead_id]
    suspects = [one for each in proceedings for one in each.suspects.all()]
    yield from _course("course", CaseCourse(case, delivered, proceedings, suspects))
    yield from _course("course.own", CaseCourse(case, own, of_lead, suspects), behind=True)


def _course(measure: str, known: CaseCourse, *, behind: bool = False) -> Iterable[MeasuredFact]:
    found = FactCollector(known.case.lead_id)
    opened, reached = known.case.opened_at, known.reached
    for place, step in enumerate(STEPS[: reached + 1]):
        found.behind = known.behind if behind and place else None
        found.count(measure, opened, labelled=labels(step=step))
    found.behind = known.behind if behind else None
    here = labels(step=STEPS[reached])
    if STEPS[reached] == ENDED:
        return found.facts
    if known.has_ended:
        found.count(f"{measure}.lost", opened, labelled=here | labels(reason=known.reason))
    else:
        found.count(f"{measure}.open", opened, labelled=here)
    return found.facts


def _rows(matters: Collection[UUID]) -> QuerySet[Any]:
    return Case.objects.filter(pk__in=matters).prefetch_related("referrals", "proceedings__suspects")


COURSE = Measures(rows=_rows, matter=lambda case: case.pk, facts=_facts)
