"""Legal steps of a referral: those taken, the present one, and those to come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agencies.journal.models import Event
from agencies.organisations.models import Agency
from cases.clocks.models import Clock, PeriodRule

from .models import Referral, Sight
from .workflow import workflow_of
from .workflow.steps import STARTS_AS_DRAFT, agency_at, step_of

S = Referral.State

# The main path of each kind; every other state is a detour.
WAYS: dict[str, tuple[str, ...]] = {
    Referral.Kind.CRIMINAL_TRANSFER: (S.DRAFT_REPORT, S.HEAD_DECISION, S.APPROVED, S.DELIVERED, S.ACCEPTED, S.FILED),
    Referral.Kind.ASSISTANCE: (S.DRAFT, S.SENT, S.IN_WORK, S.ANSWERED),
    Referral.Kind.LEAD_TRANSFER: (S.DRAFT, S.SENT, S.TAKEN_OVER),
    Referral.Kind.NOTICE: (S.DRAFT, S.SENT, S.READ),
    Referral.Kind.COPY: (S.DRAFT, S.SENT, S.READ),
    Referral.Kind.ECO_LEAD: (S.DRAFT, S.SENT, S.ACCEPTED, S.FILED),
    Referral.Kind.IDENTITY: (S.DRAFT, S.SENT, S.IN_WORK, S.ANSWERED),
    Referral.Kind.ADMINISTRATIVE: (S.DRAFT, S.SENT, S.RECEIVED),
    Referral.Kind.REVERSE: (S.DRAFT, S.SENT, S.RESUMED, S.REPORTED),
    Referral.Kind.OPINION: (S.DRAFT, S.SENT, S.RESUMED, S.REPORTED),
    Referral.Kind.CONVERSION: (S.DRAFT_REPORT, S.HEAD_DECISION, S.CONVERTED),
    Referral.Kind.DEMAND: (S.DRAFT, S.SENT, S.REPORTED),
    Referral.Kind.PROSECUTION: (S.DRAFT, S.SENT, S.IN_WORK, S.REPORTED),
    Referral.Kind.SUPERVISION: (S.SUGGESTED, S.REASONS_ASKED, S.EXPLAINED, S.ORDERED, S.ORDER_OBEYED),
}
# From these states on the further path is unknown.
TURNED_AWAY = frozenset(
    {
        S.NOT_COMPETENT,
        S.DESIGNATION,
        S.CENTRE_ASKED,
        S.OPINED,
        S.AT_OFFICE,
        S.NOT_FILED,
        S.RECONSIDERATION,
        S.UPHELD,
        S.SUPERVISED,
        S.REASONS_STAND,
    }
)
HANDED_AT: Mapping[str, str] = {
    **dict.fromkeys(WAYS, S.SENT),
    Referral.Kind.CRIMINAL_TRANSFER: S.DELIVERED,
    Referral.Kind.SUPERVISION: S.SUGGESTED,
}
SIGNED_AT: dict[str, str] = {
    Referral.Kind.REVERSE: S.RESUMED,
    Referral.Kind.OPINION: S.RESUMED,
    Referral.Kind.ADMINISTRATIVE: S.RECEIVED,
    Referral.Kind.SUPERVISION: S.REASONS_ASKED,
    Referral.Kind.PROSECUTION: S.IN_WORK,
}
BEFORE_HAND_OVER = frozenset({S.DRAFT_REPORT, S.HEAD_DECISION, S.APPROVED, S.DRAFT})
ENDED_BY_RECEIVER = frozenset(
    {S.ANSWERED, S.TAKEN_OVER, S.DECLINED, S.READ, S.REASONS_TOLD, S.RECEIVED, S.REPORTED, S.OUT_OF_SCOPE}
)


@dataclass(frozen=True)
class LegalStep:
    """A state: who must act in it, since when it has lasted, its legal period and its running clocks."""

    agency: Agency
    state: str
    since: datetime | None
    now: bool
    ahead: bool
    clocks: tuple[Clock, ...]
    articles: tuple[str, ...]


def legal_steps(
    referral: Referral, level: Sight, events: Iterable[Event], clocks: Sequence[Clock], rules: Mapping[str, PeriodRule]
) -> list[LegalStep]:
    """Steps for a reader with access `level`, from `events` visible to them.

    Steps before delivery are shown only to the sender. `rules` are those of `rule_codes`.
    """
    taken = _taken(referral, events)
    if level < Sight.FULL:
        taken = [step for step in taken if step[0] not in BEFORE_HAND_OVER] or taken[-1:]
    return [
        *(_step(referral, state, since, clocks, rules, now=(state, since) == taken[-1]) for state, since in taken),
        *(_step(referral, state, None, (), rules, ahead=True) for state in _ahead(referral, taken)),
    ]


def rule_codes(referral: Referral) -> set[str]:
    """Every rule whose period starts with a state of this kind of referral."""
    return {code for state in S.values for code in _codes(referral, state)}


def _taken(referral: Referral, events: Iterable[Event]) -> list[tuple[str, datetime | None]]:
    entered: list[tuple[str, datetime | None]] = [
        (event.to_state, event.happened_at) for event in events if event.to_state not in ("", event.from_state)
    ]
    known = {state for state, _ in entered}
    if referral.delivered_at and not known & set(HANDED_AT.values()):
        # A reader other than the two sides does not see single events, but knows the dates on the papers.
        handed, signed = HANDED_AT.get(referral.kind, S.SENT), SIGNED_AT.get(referral.kind, S.ACCEPTED)
        papers = [(handed, referral.delivered_at), (signed, referral.signed_at)]
        entered = [*((state, at) for state, at in papers if at and state not in known), *entered]
    if not entered or entered[-1][0] != referral.state:
        entered.append((referral.state, referral.state_since))
    return entered


def _ahead(referral: Referral, taken: list[tuple[str, datetime | None]]) -> list[str]:
    if referral.state in workflow_of(referral).final or referral.state in TURNED_AWAY:
        return []
    way = WAYS[referral.kind]
    # From a detour (papers to be supplied, returned) the path continues where it was left.
    last = next((state for state, _ in reversed(taken) if state in way), way[0])
    return list(way[way.index(last) + 1 :])


def _step(
    referral: Referral,
    state: str,
    since: datetime | None,
    clocks: Sequence[Clock],
    rules: Mapping[str, PeriodRule],
    *,
    now: bool = False,
    ahead: bool = False,
) -> LegalStep:
    codes = _codes(referral, state)
    running = [clock for clock in clocks if clock.rule.code in codes and clock.stopped_at is None and now]
    return LegalStep(
        agency=_who_acts(referral, state),
        state=str(S(state).label),
        since=since,
        now=now,
        ahead=ahead,
        clocks=tuple(running),
        articles=tuple(dict.fromkeys(rules[code].cited for code in sorted(codes) if code in rules)),
    )


def _codes(referral: Referral, state: str) -> set[str]:
    started = {
        code
        for transition in workflow_of(referral).transitions.values()
        if transition.to == state
        for code in transition.starts
    }
    if state == S.DRAFT:
        started |= set(STARTS_AS_DRAFT.get(referral.kind, ()))
    return {referral.review_rule if code == "REVIEW" else code for code in started}


def _who_acts(referral: Referral, state: str) -> Agency:
    step = step_of(referral, state)
    if step:
        return agency_at(referral, step[1])
    if state == S.SUPERVISED and referral.supervised_by is not None:
        return referral.supervised_by
    if state == S.ORDER_OBEYED and referral.respondent is not None:
        return referral.respondent
    return referral.receiver if state in ENDED_BY_RECEIVER else referral.sender
