"""Determines from the journal which events are outcomes, of what, and for whom."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from agencies.journal.models import ANNUL, CORRECT, Event, Stream
from cases.intake.models import Lead
from cases.proceedings.models import Decision
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.workflow import workflow_of

# Events of a lead that its sender may know, wherever the lead is now. These verbs name no person.
OF_LEAD = frozenset({"take_up", "put_back", "promote", "attach", "detach", "close", "reopen"})
# Events of the resulting case; for a proceeding, every change of state.
OF_CASE = {
    "case": frozenset({"conclude", "close", "reopen"}),
    "decision": frozenset({"decide", "mitigate", "no_penalty", "revoke"}),
    "referral": frozenset({"deliver", "file", "not_file"}),
}
LEAD_TRANSFER = "lead_transfer"


@dataclass(frozen=True)
class OutcomeEvent:
    """An event as an outcome of a sent item; `of_case`: it happened to the resulting case."""

    event: Event
    sent: Lead | Referral
    of_case: bool = False

    @property
    def lead(self) -> Lead | None:
        return self.sent if isinstance(self.sent, Lead) else None

    @property
    def referral(self) -> Referral | None:
        return self.sent if isinstance(self.sent, Referral) else None

    def sender(self, writers: Mapping[UUID, UUID]) -> tuple[UUID | None, int, UUID | None]:
        """Author (of leads: `writers`), agency, and the machine that sent it."""
        if isinstance(self.sent, Referral):
            return self.sent.drafter_id, self.sent.sender_id, None
        return writers.get(self.sent.pk), self.sent.source_agency_id, self.sent.client_id


def candidates() -> Q:
    """Preselects events that may be outcomes."""
    return Q(object_kind="lead", stream__kind=Stream.Kind.LEAD, verb__in=OF_LEAD | {ANNUL, CORRECT}) | Q(
        object_kind__in=("case", "proceeding", "decision", "referral"), stream__kind=Stream.Kind.CASE
    )


def outcome_events(events: Iterable[Event]) -> list[OutcomeEvent]:
    """Outcomes of the events with their recipients. The number of queries does not depend on the number of events."""
    # An event on a lead and a case is in both streams, and reported once.
    listed = [
        event
        for event in events
        if event.refers_to_id is None and (event.object_kind == "lead") == (event.stream.kind == Stream.Kind.LEAD)
    ]
    by_kind: dict[str, list[Event]] = defaultdict(list)
    for event in listed:
        by_kind[event.object_kind].append(event)
    cases = {event.stream.subject for event in listed if event.stream.kind == Stream.Kind.CASE}
    leads = _leads({event.object_id for event in by_kind["lead"]}, cases)
    transfers = _transfers(leads.values())
    referrals = _referrals(by_kind)
    return [
        *(one for event in by_kind["lead"] for one in _of_lead(event, leads, transfers)),
        *(one for event in listed if _is_of_case(event) for one in _of_case(event, leads, transfers)),
        *(one for event in by_kind["referral"] for one in _of_referral(event, referrals)),
        *(
            one
            for kind in ("proceeding", "decision")
            for event in by_kind[kind]
            for one in _of_opened(event, referrals)
        ),
    ]


def _leads(named: set[UUID], cases: set[UUID]) -> dict[UUID, Lead]:
    found = Lead.objects.filter(Q(pk__in=named) | Q(case__in=cases)).select_related("agency", "source_agency")
    return {lead.pk: lead for lead in found}


def _transfers(leads: Iterable[Lead]) -> dict[UUID, Referral]:
    """Lead → the referral by which another agency sent it here."""
    came = {lead.source_ref: lead for lead in leads if lead.report_type == LEAD_TRANSFER}
    if not came:
        return {}
    sent = Referral.objects.filter(
        kind=Referral.Kind.LEAD_TRANSFER, state=Referral.State.TAKEN_OVER, number__in=came
    ).select_related("sender")
    return {
        came[one.number].pk: one
        for one in sent
        if (came[one.number].source_agency_id, came[one.number].source_system) == (one.receiver_id, one.sender.code)
    }


def _referrals(by_kind: dict[str, list[Event]]) -> dict[UUID, list[Referral]]:
    """Referral, proceeding or decision → the referrals whose outcome its events are."""
    named = {event.object_id for event in by_kind["referral"]}
    inside = dict(
        Decision.objects.filter(pk__in={e.object_id for e in by_kind["decision"]}).values_list("pk", "proceeding")
    )
    opened = {event.object_id for event in by_kind["proceeding"]} | set(inside.values())
    found: dict[UUID, list[Referral]] = defaultdict(list)
    rows = Referral.objects.filter(Q(pk__in=named) | Q(proceeding__in=opened) | Q(resumed__in=opened))
    for one in rows.select_related("sender"):
        found[one.pk].append(one)
        for proceeding in filter(None, {one.proceeding_id, one.resumed_id}):
            found[proceeding].append(one)
    for decision, proceeding in inside.items():
        found[decision] = found[proceeding]
    return found


def _of_lead(event: Event, leads: dict[UUID, Lead], transfers: dict[UUID, Referral]) -> Iterator[OutcomeEvent]:
    lead = leads.get(event.object_id)
    if lead is None or event.verb not in OF_LEAD:
        return
    if lead.pk in transfers:
        yield OutcomeEvent(event, transfers[lead.pk])
    elif lead.report_type != LEAD_TRANSFER:
        yield OutcomeEvent(event, lead)


def _is_of_case(event: Event) -> bool:
    if event.object_kind == "proceeding":
        return event.from_state != event.to_state
    return event.verb in OF_CASE.get(event.object_kind, ())


def _of_case(event: Event, leads: dict[UUID, Lead], transfers: dict[UUID, Referral]) -> Iterator[OutcomeEvent]:
    """Outcomes for senders of leads that were in the case before the event."""
    for lead in leads.values():
        if lead.case_id != event.stream.subject or (lead.state_since and lead.state_since > event.recorded_at):
            continue
        transfer = transfers.get(lead.pk)
        sender = transfer.sender_id if transfer else lead.source_agency_id
        if not is_readable_by(event, sender):
            continue
        if transfer:
            yield OutcomeEvent(event, transfer, of_case=True)
        elif lead.report_type != LEAD_TRANSFER:
            yield OutcomeEvent(event, lead, of_case=True)


def _of_referral(event: Event, referrals: dict[UUID, list[Referral]]) -> Iterator[OutcomeEvent]:
    for referral in referrals.get(event.object_id, ()):
        # Approaching deadlines and exports are not steps.
        is_step = event.verb in workflow_of(referral).transitions
        if is_step and _by_another(event, referral) and is_readable_by(event, referral.sender_id):
            yield OutcomeEvent(event, referral)


def _of_opened(event: Event, referrals: dict[UUID, list[Referral]]) -> Iterator[OutcomeEvent]:
    """Actions in the proceeding that the referral opened or resumed. The opening is a step of the referral itself."""
    if not _is_of_case(event) or not event.from_state:
        return
    for referral in referrals.get(event.object_id, ()):
        if _by_another(event, referral) and is_readable_by(event, referral.sender_id):
            yield OutcomeEvent(event, referral, of_case=True)


def _by_another(event: Event, referral: Referral) -> bool:
    """Whether another agency acted. What an agency recorded for an absent one it holds on paper already."""
    return event.agency_id != referral.sender_id


def is_readable_by(event: Event, agency_id: int) -> bool:
    """As `Event.objects.readable_by_agency`: drafts and internal steps of other agencies are not outcomes."""
    return (
        event.visibility in (Event.Visibility.CASE, Event.Visibility.STATUS)
        or event.agency_id == agency_id
        or (event.visibility == Event.Visibility.PAIR and event.counterpart_id == agency_id)
    )
