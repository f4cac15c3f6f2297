"""Work items of referrals."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from agencies.kernel.work import Decider, DeskRow, Side, WorkRows
from coordination.exchange.letters.work import item

from .models import Referral

R = Referral.State


def rows(referral: Referral) -> Iterator[DeskRow]:
    """Items of the holder, and of the side that awaits the next step; the receiver from delivery on. The issuer of a
    notice also has one, even if the notice ended the referral, as that of filing does.

    Under supervision the next step belongs to the supervision, so the referral itself is assigned to no agency.
    """
    yield from _of_issuer(referral)
    if referral.state in Referral.ENDED:
        return
    sides = [referral.sender_id, referral.receiver_id]
    if referral.state != R.SUPERVISED:
        yield from _of_holder(referral)
    if referral.decider_id is not None:
        yield _item(referral, Side.DECIDES, referral.decider_id, decides=Decider.HEAD, other_id=_other(referral))
    for agency_id, other_id in dict(zip(sides, reversed(sides), strict=True)).items():
        knows = agency_id == referral.sender_id or referral.delivered_at is not None
        if knows and agency_id != referral.holder_id:
            yield _item(referral, Side.AWAITS, agency_id, other_id=other_id)


def _of_holder(referral: Referral) -> Iterator[DeskRow]:
    """One item for each handler, because in a conversion one agency is both sides.

    At an agency that is neither side, such as the respondent of a supervision, the item is unclaimed.
    """
    holder = referral.holder_id
    people = [
        person
        for side, person in ((referral.receiver_id, referral.handler_id), (referral.sender_id, referral.drafter_id))
        if side == holder
    ]
    is_free = not people or None in people
    named: list[UUID | None] = list(dict.fromkeys(person for person in people if person is not None))
    for place, person in enumerate(named or [None]):
        first = place == 0
        yield _item(
            referral,
            Side.DOES,
            holder,
            person_id=person,
            first=first,
            free=first and is_free,
            returned=referral.came_back,
            # Before the hand-over no other agency waits for it.
            other_id=None if referral.delivered_at is None else _other(referral),
            decides=Decider.HEAD if referral.state == R.HEAD_DECISION else Decider.NONE,
        )


def _of_issuer(referral: Referral) -> Iterator[DeskRow]:
    """The period in which the issuer of a notice records its receipt, while the next step is the addressee's."""
    if not referral.notice_pending or referral.notice_from.pk == referral.holder_id:
        return
    person = referral.drafter_id if referral.is_opinion else referral.handler_id
    yield _item(
        referral,
        Side.PERIOD,
        referral.notice_from.pk,
        person_id=person,
        free=person is None,
        other_id=referral.notice_to.pk,
    )


def _item(referral: Referral, side: Side, agency_id: int, **columns: Any) -> DeskRow:
    wall = referral.origin_id if agency_id == referral.sender_id else None
    return item(referral, side, agency_id, matter_id=referral.pk, wall_id=wall, **columns)


def _other(referral: Referral) -> int:
    return referral.sender_id if referral.holder_id == referral.receiver_id else referral.receiver_id


def with_work() -> QuerySet[Any]:
    rows: QuerySet[Any] = Referral.objects.open() | Referral.objects.filter(
        notice_issued_at__isnull=False, notice_received_at=None
    )
    return rows.select_related("case", "sender", "receiver")


WORK = WorkRows(kind="referral", things=with_work, rows=rows)
