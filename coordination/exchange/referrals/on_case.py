"""Referrals on the page of their case."""

from typing import Any

from agencies.kernel.case_parts import CasePart, Status

from .models import Referral


def _status(referral: Referral) -> Status:
    """The contact is the handler in the agency whose step is next."""
    people = (referral.handler, referral.drafter)
    return Status(
        agencies=[referral.holder, referral.sender, referral.receiver],
        number=referral.number,
        handler=next((person for person in people if person and person.agency_id == referral.holder_id), None),
        sender=referral.sender,
        has_ended=referral.state in Referral.ENDED,
        got_papers=referral.receiver if referral.delivered_at else None,
    )


class ReferralsOnCase(CasePart):
    related = ("sender", "receiver", "holder", "handler", "drafter")
    order = ("created_at", "pk")
    is_named = False  # its status names it
    periods_follow = True

    def statuses(self, page: Any) -> list[tuple[Any, Status]]:
        return [(referral, _status(referral)) for referral in page.of["referral"]]
