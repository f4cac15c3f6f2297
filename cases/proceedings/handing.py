"""Effects of a hand-over between agencies on their proceedings: ending, opening, resuming."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from agencies.journal.actions import Audience
from agencies.kernel.actor import SYSTEM, Actor
from agencies.kernel.work import atomic
from agencies.organisations.models import Agency
from cases.casefile.actions import lift_party_holds
from cases.casefile.choices import KINDS_BY_LINE
from cases.casefile.models import Case, Hold

from .actions import create_proceeding, move_line, move_proceeding
from .assessing import record_transfer_return
from .models import Decision, Proceeding

P, D = Proceeding.State, Decision.State
# States from which a proceeding resumes when a party comes back.
RESUMABLE = (P.TRANSFERRED, P.DECIDED, P.CLOSED)


def end_by_hand_over(
    proceeding: Proceeding, *, parties: Collection[UUID], at: datetime, verb: str = "give_over"
) -> None:
    """移送: ends the undecided lines of these parties as transferred.

    With the last of them, or without named parties, the proceeding ends too, by `verb`. Earlier decisions remain.
    """
    with atomic():
        for line in _of(proceeding, parties).filter(state__in=Decision.UNDECIDED):
            _move_line(line, "give_over", at)
        left = proceeding.decisions.exclude(state=D.TRANSFERRED).exists()
        # Read again: the caller may hold an older copy.
        current = Proceeding.objects.get(pk=proceeding.pk)
        if not left and (not parties or proceeding.decisions.exists()) and current.state not in RESUMABLE:
            move_proceeding(current, verb, actor=SYSTEM, happened_at=_after(current, at))


def open_after_hand_over(case: Case, agency: Agency, *, actor: Actor, at: datetime) -> Proceeding:
    """Opens the receiving agency's administrative proceeding, in verification like any other."""
    return create_proceeding(case, agency, actor=actor, kind=kind_of(agency), at=at)


def kind_of(agency: Agency) -> str:
    """The kind of administrative proceeding that the agency conducts."""
    return KINDS_BY_LINE[Agency.Line(agency.line)][0]


def resume_after_return(
    case: Case, agency: Agency, *, proceeding: Proceeding | None, parties: Collection[UUID], actor: Actor, at: datetime
) -> Proceeding:
    """反向移送后: resumes the proceeding for these parties, with a new period for the decision.

    Earlier penalties keep their times: only lines that ended as transferred are reopened.
    """
    with atomic():
        if proceeding is None:
            proceeding = open_after_hand_over(case, agency, actor=actor, at=at)
        elif proceeding.state in RESUMABLE:
            move_proceeding(proceeding, "resume", actor=SYSTEM, happened_at=_after(proceeding, at))
        resumed: Proceeding = Proceeding.objects.get(pk=proceeding.pk)
        for line in _of(resumed, parties).filter(state=D.TRANSFERRED):
            _move_line(line, "resume", at)
        _add_missing(resumed, parties, at)
        record_transfer_return(case.pk, agency.pk, at=at, parties=parties)
        return resumed


def lift_police_holds(*, sources: Collection[UUID], parties: Collection[UUID]) -> None:
    """Parties that return to administrative handling may be fined again. The hold on the others remains."""
    lift_party_holds(sources, Hold.Verb.PUNISH, parties)


def _add_missing(proceeding: Proceeding, parties: Collection[UUID], at: datetime) -> None:
    """Adds a line for returned parties without one, if the proceeding has reached a stage with lines."""
    if proceeding.state not in (P.FILED_ADM, P.INVESTIGATE):
        return
    known = set(proceeding.decisions.values_list("party_id", flat=True))
    for party in proceeding.case.parties.filter(pk__in=set(parties) - known):
        Decision.objects.create(proceeding=proceeding, party=party, state_since=at)


def _of(proceeding: Proceeding, parties: Collection[UUID]) -> Any:
    lines = Decision.objects.filter(proceeding=proceeding).select_related("proceeding", "party").order_by("pk")
    return lines.filter(party__in=parties) if parties else lines


def _move_line(line: Decision, verb: str, at: datetime) -> None:
    move_line(
        line,
        verb,
        actor=SYSTEM,
        happened_at=_after(line, at),
        audience=Audience(counterpart_id=line.proceeding.agency_id),
    )


def _after(thing: Any, at: datetime) -> datetime:
    """A consequence cannot have happened before the state that it ends."""
    return max(at, thing.state_since) if thing.state_since else at
