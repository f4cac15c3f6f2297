"""Work items of opinions."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from agencies.kernel.work import Decider, DeskRow, Side, WorkRows
from coordination.exchange.letters.work import in_hand, item

from .models import Opinion, OpinionLevel, OpinionRound

S = Opinion.State
BY_HOLDER = (S.WITH_HEAD, S.OUTDATED)
DECIDES = {S.WITH_LEAD: Decider.LEAD} | dict.fromkeys(BY_HOLDER, Decider.HEAD)


def rows(opinion: Any) -> Iterator[DeskRow]:
    """The agency asked owes its opinion; the asking agency awaits the opinions of others."""
    asks = opinion.round.agency_id
    yield in_hand(
        opinion,
        opinion.agency_id,
        opinion.handler_id,
        other_id=asks,
        matter_id=opinion.round_id,
        # Of this turn something was written: a superior in the agency returned it.
        returned=opinion.state == S.ASKED and opinion.was_written,
        decides=DECIDES.get(opinion.state, Decider.NONE),
    )
    if asks != opinion.agency_id:
        yield item(opinion, Side.AWAITS, asks, other_id=opinion.agency_id, matter_id=opinion.round_id)


def waiting() -> QuerySet[Any]:
    written = OpinionLevel.objects.filter(opinion=OuterRef("pk"), turn=OuterRef("turn"))
    asked = Opinion.objects.open().select_related("round__case")
    return asked.annotate(was_written=Exists(written))


def round_rows(asked: Any) -> Iterator[DeskRow]:
    """The asking agency concludes once every agency has given its opinion."""
    yield in_hand(asked, asked.agency_id, asked.asker_id, due_at=None, breach_at=None)


def answered() -> QuerySet[Any]:
    owed = Opinion.objects.open().filter(round=OuterRef("pk"))
    return OpinionRound.objects.open().filter(~Exists(owed)).select_related("case")


def rounds_of(ids: Iterable[UUID]) -> Mapping[str, Iterable[UUID]]:
    """The rounds of these opinions, which may be the last ones."""
    return {"round": Opinion.objects.filter(pk__in=list(ids)).values_list("round", flat=True).distinct()}


WORK = WorkRows(kind="opinion", things=waiting, rows=rows)
ROUND_WORK = WorkRows(kind="round", things=answered, rows=round_rows)
