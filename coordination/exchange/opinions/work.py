"""Work items of opinions."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from agencies.kernel.work import Decides, Row, Side, Work
from cases.casefile.work import in_case

from .models import Opinion, OpinionLevel, OpinionRound

S = Opinion.State
BY_HOLDER = (S.WITH_HEAD, S.OUTDATED)
DECIDES = {S.WITH_LEAD: Decides.LEAD} | dict.fromkeys(BY_HOLDER, Decides.HEAD)


def rows(opinion: Any) -> Iterator[Row]:
    """The agency asked owes its opinion; the asking agency awaits the opinions of others."""
    asks, case = opinion.round.agency_id, opinion.round.case
    common: dict[str, Any] = {
        "state": opinion.state,
        "due_at": opinion.due_at,
        "breach_at": opinion.due_at,
        "since": opinion.state_since,
        "matter_id": opinion.round_id,
    }
    yield Row(
        side=Side.DOES,
        agency_id=opinion.agency_id,
        person_id=opinion.handler_id,
        free=opinion.handler_id is None,
        other_id=asks,
        # Of this turn something was written: a superior in the agency returned it.
        returned=opinion.state == S.ASKED and opinion.was_written,
        decides=DECIDES.get(opinion.state, Decides.NONE),
        **common,
        **in_case(case, opinion.agency_id),
    )
    if asks != opinion.agency_id:
        yield Row(side=Side.AWAITS, agency_id=asks, other_id=opinion.agency_id, **common, **in_case(case, asks))


def waiting() -> QuerySet[Any]:
    written = OpinionLevel.objects.filter(opinion=OuterRef("pk"), turn=OuterRef("turn"))
    asked = Opinion.objects.filter(state__in=Opinion.WAITING).select_related("round__case")
    return asked.annotate(was_written=Exists(written))


def round_rows(asked: Any) -> Iterator[Row]:
    """The asking agency concludes once every agency has given its opinion."""
    yield Row(
        side=Side.DOES,
        agency_id=asked.agency_id,
        state=asked.state,
        person_id=asked.asker_id,
        free=asked.asker_id is None,
        since=asked.state_since,
        **in_case(asked.case, asked.agency_id),
    )


def answered() -> QuerySet[Any]:
    owed = Opinion.objects.filter(round=OuterRef("pk"), state__in=Opinion.WAITING)
    return OpinionRound.objects.open().filter(~Exists(owed)).select_related("case")


def rounds_of(ids: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    """The rounds of these opinions, which may be the last ones."""
    return {"round": Opinion.objects.filter(pk__in=list(ids)).values_list("round", flat=True).distinct()}


WORK = Work(kind="opinion", things=waiting, rows=rows)
ROUND_WORK = Work(kind="round", things=answered, rows=round_rows)
