"""Letters that need no answer: notices and copies. One letter may go to several agencies; each confirms receipt."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agencies.journal.transitions import TransitionResult
from agencies.kernel.actor import Actor
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.clocks.actions import stop_clocks
from cases.proceedings.actions import move_line
from cases.proceedings.models import Decision

from ..models import Referral
from ..packages import freeze
from .drafting import draft_to
from .requests import send_request
from .transitions import Actions, ask_step, create_sent, record_sent


def copy_decision(
    line: Decision,
    *,
    actor: Actor,
    receiver: str,
    also_to: Iterable[str] = (),
    happened_at: datetime | None = None,
    paper: str = "",
    version: int | None = None,
) -> Referral:
    """Drafts the copy of a penalty decision. Sending it ends the duty, because only then is it known who has it."""
    to = list(also_to)
    words = {"number": line.decision_number, "party": line.party}
    with atomic():
        move_line(
            line,
            "copy_decision",
            actor=actor,
            receiver=receiver,
            also_to=to,
            happened_at=happened_at,
            paper=paper,
            version=version,
        )
        return draft_to(
            line.proceeding.case,
            actor=actor,
            verb="send_copy",
            kind=Referral.Kind.COPY,
            receiver=receiver,
            also_to=to,
            decision=line,
            happened_at=happened_at,
            paper=paper,
            title=_("Copy of the penalty decision %(number)s") % words,
            report=_("The penalty decision %(number)s on %(party)s is attached.") % words,
        )


DECISION_ACTIONS: dict[str, Callable[..., Any]] = {"copy_decision": copy_decision}


def send_letter(letter: Referral, *, actor: Actor, **given: Any) -> TransitionResult[Referral]:
    """Sends the letter to every addressee under one number."""
    with atomic():
        applied = send_request(letter, actor=actor, **given)
        for agency in letter.also_to.exclude(pk__in=[letter.receiver_id, letter.sender_id]):
            _send_to_another(applied, agency, actor)
        _end_copy_duty(applied)
        return applied


def _send_to_another(sent: TransitionResult[Referral], agency: Agency, actor: Actor) -> None:
    first = sent.thing
    same = ("case", "kind", "state", "drafter", "number", "title", "report", "decision")
    columns = {name: getattr(first, name) for name in same} | {"parent": first.parent or first}
    twin = create_sent(sender=first.sender, receiver=agency, at=sent.at, **columns)
    freeze(twin, at=sent.at)
    record_sent(twin, "send", agency, actor=actor, at=sent.at)
    ask_step(twin, at=sent.at)


def _end_copy_duty(sent: TransitionResult[Referral]) -> None:
    """A penalty imposed before a late transfer must be copied to police and procuratorate, both, within 10 days."""
    decision = sent.thing.decision
    if decision is None:
        return
    agencies = Agency.objects.filter(
        received_referrals__decision=decision, received_referrals__delivered_at__isnull=False
    )
    police = any(agency.investigates_crime for agency in agencies)
    if police and any(agency.line == Agency.Line.PROCURATORATE for agency in agencies):
        stop_clocks(["TRF_COPY_DECISION"], decision, case_id=sent.thing.case_id, at=sent.at)


ACTIONS: Actions = {"send": send_letter}
