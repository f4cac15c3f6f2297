"""Referrals on the page of their case."""

from typing import Any

from agencies.kernel.case_parts import CasePart, Status

from .models import Referral


def _referrals(page: Any) -> list[Referral]:
    visible = Referral.objects.visible_to(page.actor).filter(case=page.case)
    related = ("sender", "receiver", "holder", "handler", "drafter")
    return list(visible.select_related(*related).order_by("created_at", "pk"))


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


ON_CASE = CasePart(rows=_referrals, status=_status, periods_follow=True)
