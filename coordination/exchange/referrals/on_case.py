"""Referrals on the page of their case."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, RequiredAction, Status
from cases.proceedings.models import Proceeding

from .chosen import parties_of
from .corrections import awaiting_receipt
from .models import Referral

# What the police or the procuratorate returned, and the agency handles again.
BACK = (Referral.Kind.REVERSE, Referral.Kind.OPINION)
TAKEN_BACK = (Referral.State.RESUMED, Referral.State.REPORTED)
END_AS_TRANSFERRED = "transfer"
WHY = _("The police filed the criminal case on %(day)s: the administrative proceeding ends as transferred.")


def _status(referral: Referral, waiting: Collection[UUID]) -> Status:
    """The contact is the handler in the agency whose step is next."""
    people = (referral.handler, referral.drafter)
    return Status(
        agencies=[referral.holder, referral.sender, referral.receiver],
        number=referral.number,
        handler=next((person for person in people if person and person.agency_id == referral.holder_id), None),
        sender=referral.sender,
        has_ended=referral.state in Referral.ENDED and not referral.notice_pending,
        got_papers=referral.receiver if referral.delivered_at else None,
        remark=_("A correction waits for the receipt by the receiver.") if referral.pk in waiting else "",
    )


class ReferralsOnCase(CasePart):
    related = ("sender", "receiver", "holder", "respondent", "handler", "drafter")
    order = ("created_at", "pk")
    is_named = False  # its status names it
    periods_follow = True
    requires_of = ("proceeding",)

    def statuses(self, page: Any) -> list[tuple[Any, Status]]:
        referrals = page.of["referral"]
        waiting = awaiting_receipt(page.case, page.actor) if any(one.delivered_at for one in referrals) else ()
        return [(referral, _status(referral, waiting)) for referral in referrals]

    def required(self, page: Any) -> Iterable[RequiredAction]:
        """Once the police have filed the case, the sender's administrative proceeding about the same parties ends as
        transferred: no penalty takes the place of the transfer (D310 art. 11)."""
        filed = [one for one in page.of["referral"] if one.is_transfer and one.state == Referral.State.FILED]
        back = {one.receiver_id for one in page.of["referral"] if one.kind in BACK and one.state in TAKEN_BACK}
        for transfer in filed:
            beside = [one for one in page.of["proceeding"] if _continues_beside(one, transfer)]
            own = [one for one in beside if one.agency_id not in back]
            if own and not page.case.parties.exclude(pk__in=parties_of(transfer).values("pk")).exists():
                day = date_format(timezone.localtime(transfer.state_since or transfer.created_at), "DATE_FORMAT")
                why = WHY % {"day": day}
                yield from (RequiredAction(pk=one.pk, verb=END_AS_TRANSFERRED, why=why) for one in own)


def _continues_beside(proceeding: Proceeding, transfer: Referral) -> bool:
    return proceeding.agency_id == transfer.sender_id and not proceeding.is_criminal and proceeding.outcome == ""
