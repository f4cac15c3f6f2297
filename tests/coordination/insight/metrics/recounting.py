"""Every figure of the centre counted once more without the ledger: from the rows alone, and from the events alone.
Those of prevention are in `recounting_prevention`.

A count is a number, a share (n, d), and a duration the smallest number of days that so many percent did not exceed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

from django.utils import timezone

from agencies.journal.models import Event, StateInterval, effective_events
from agencies.kernel import times
from cases.casefile.models import Case, Handling, Identifier, Item, Party
from cases.clocks.models import Clock
from cases.custody.models import GoodsLot
from cases.intake.models import Lead
from cases.proceedings.models import Decision, Measure, Proceeding, Remedy, Suspect
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.late import late_items
from coordination.exchange.tasks.models import Task

Recount = dict[str, Any]
SEEN = {"case__handling__in": [Handling.H0, Handling.H1, Handling.H2]}
CRIMINAL_OVER = ("REJECTED", "NO_CASE", "HANDED_ON", "NOT_PROSECUTED", "FINAL", "WITHDRAWN", "CLOSED")
DECIDED = ("FILED", "NOT_FILED", "OUT_OF_SCOPE")


def within(days: Iterable[int], percent: int) -> int | None:
    ordered = sorted(days)
    return next((one for place, one in enumerate(ordered, 1) if place * 100 >= len(ordered) * percent), None)


def between(began: Any, ended: Any) -> int:
    return (timezone.localdate(ended) - timezone.localdate(began)).days


def from_rows(reader: Any) -> Recount:
    return {**of_leads(), **of_cases(), **of_proceedings(), **of_referrals(), **of_duties(reader), **of_stages()}


def of_leads() -> Recount:
    leads = list(Lead.objects.exclude(handling=Handling.H3))
    done = [one for one in leads if one.state not in ("RECEIVED", "TAKEN_UP")]
    days = [between(one.received_at, one.state_since or one.received_at) for one in done]
    return {
        "leads": len(leads),
        "leads_open": len(leads) - len(done),
        "leads_done": len(done),
        "leads_used": (sum(1 for one in leads if one.case_id), len(leads)),
        "leads_waiting": len(leads) - len(done),
        "leads_lost": sum(1 for one in done if one.state not in ("PROMOTED", "ATTACHED")),
        "lead_days": within(days, 50),
    }


def of_cases() -> Recount:
    cases = list(Case.objects.exclude(handling=Handling.H3))
    closed = [one for one in cases if one.state == "CLOSED"]
    days = [between(one.opened_at, one.state_since) for one in closed]
    last = dict(Event.objects.order_by("id").values_list("stream__subject", "recorded_at"))
    idle = [one for one in cases if one not in closed and quiet_for(last[one.pk], 30)]
    parties = list(Party.objects.filter(case__in=cases))
    items = list(Item.objects.filter(case__in=cases))
    lots = [one for one in GoodsLot.objects.filter(case__in=cases) if one.parent_id is None]
    weighed = {one: weight_of(one) for one in lots}
    both = {one: kg for one, kg in weighed.items() if kg and one.item and one.item.net_weight_kg is not None}
    first = {one.item: one for one in sorted(lots, key=lambda one: one.created_at, reverse=True)}
    return {
        **of_courses(cases),
        "declared": len(items),
        "found_kg": sum(both.values()),
        "declared_kg": sum(one.item.net_weight_kg for one in both if first[one.item] == one),
        **dict.fromkeys(("cases_opened", "by_tech", "by_dest", "by_port"), len(cases)),
        **dict.fromkeys(("cases_open", "case_age"), len(cases) - len(closed)),
        **dict.fromkeys(("clear_rate", "clear_rate_cohort"), (len(closed), len(cases))),
        "cases_closed": len(closed),
        "cases_idle": len(idle),
        "avg_days": within(days, 50),
        "avg_days_p90": within(days, 90),
        "smuggled_kg": sum(one.net_weight_kg or 0 for one in items),
        "value": sum(one.value or 0 for one in items if one.currency == "CNY"),
        "seized_kg": sum(weighed.values()),
        "repeat": (sum(1 for one in parties if came_before(one)), len(parties)),
    }


def weight_of(lot: GoodsLot) -> Decimal:
    """The weight that was taken in. A lot in another unit is weighed, or was at its receipt."""
    whole = [one.amount for one in lot.ledger.filter(kind="weighed") if one.quantity == lot.received]
    if lot.unit == "kg":
        return lot.received
    return whole[-1] if whole else lot.taken_kg or Decimal()


def of_courses(cases: list[Case]) -> Recount:
    """Each case with a transfer, a criminal proceeding, a prosecuted and a judged suspect; a later step includes the
    earlier ones."""
    reached = lost = waiting = 0
    for case in cases:
        criminal = list(case.proceedings.filter(kind="criminal"))
        transfers = list(case.referrals.filter(kind="criminal_transfer", delivered_at__isnull=False))
        suspects = {one.state for one in Suspect.objects.filter(proceeding__in=criminal)}
        is_judged = bool(suspects & {"JUDGED", "APPEAL", "FINAL"})
        is_filed = bool(criminal) or any(one.state == "FILED" for one in transfers)
        steps = [True, is_filed or bool(transfers), is_filed, is_judged or "PROSECUTED" in suspects, is_judged]
        reached += sum(steps)
        over = [one.state in CRIMINAL_OVER for one in criminal]
        if not is_filed:
            over = [one.state in Referral.ENDED for one in transfers]
        has_ended = case.state == "CLOSED" or (bool(over) and all(over))
        lost += has_ended and not is_judged
        waiting += not has_ended and not is_judged
    return {"course": reached, "course_lost": lost, "course_open": waiting}


def quiet_for(moment: Any, days: int) -> bool:
    return timezone.localdate(moment) <= times.today() - timedelta(days=days)


def came_before(party: Party) -> bool:
    """Whether an earlier case has a party with one of the same identifiers."""
    earlier = Identifier.objects.filter(
        party__removed_at=None,
        party__case__opened_at__lt=party.case.opened_at,
        party__case__handling__in=SEEN["case__handling__in"],
    ).exclude(party__case=party.case)
    return any(earlier.filter(scheme=one.scheme, key=one.key).exists() for one in party.identifiers.all())


def of_proceedings() -> Recount:
    proceedings = list(Proceeding.objects.filter(**SEEN))
    closed = [one for one in proceedings if one.state == "CLOSED"]
    decisions = list(Decision.objects.filter(proceeding__in=proceedings).exclude(result=""))
    ended = Remedy.objects.filter(decision__proceeding__in=proceedings, ended_at__isnull=False)
    results = [one.result for one in ended if one.result and one.result != Remedy.Result.WITHDRAWN]
    suspects = Suspect.objects.filter(proceeding__in=proceedings)
    guilty = suspects.filter(state__in=["JUDGED", "APPEAL", "FINAL"], verdict__in=["guilty", "exempt"])
    return {
        "proceedings_open": len(proceedings) - len(closed),
        "proceedings_closed": len(closed),
        "proceeding_days": within((between(one.opened_at, one.state_since) for one in closed), 50),
        "crm_filed": sum(1 for one in proceedings if one.kind == "criminal"),
        "adm_decided": len(decisions),
        "fine": sum((one.fine_cny or 0) + (one.confiscated_cny or 0) for one in decisions),
        "overturn_decisions": (sum(1 for one in results if one in ("changed", "revoked")), len(results)),
        "coercive_measures": Measure.objects.filter(suspect__in=suspects).count(),
        "suspects": suspects.filter(measures__isnull=False, party__kind="person").distinct().count(),
        "convicted": guilty.count(),
    }


def of_referrals() -> Recount:
    referrals = list(Referral.objects.filter(delivered_at__isnull=False, **SEEN))
    ended = [one for one in referrals if one.state in Referral.ENDED]
    tasks = list(Task.objects.filter(**SEEN))
    done = [one for one in tasks if one.state == "DONE"]
    dated = [one for one in done if one.due_at]
    waiting = [one for one in tasks if one.is_open]
    leads = Lead.objects.exclude(handling=Handling.H3).filter(state__in=["RECEIVED", "TAKEN_UP"])
    proceedings = Proceeding.objects.filter(**SEEN).exclude(state="CLOSED")
    return {
        "transferred": sum(1 for one in referrals if one.kind == "criminal_transfer"),
        "referrals_sent": len(referrals),
        "referrals_open": len(referrals) - len(ended),
        "referrals_ended": len(ended),
        "referral_days": within((between(one.delivered_at, one.state_since) for one in ended), 50),
        "tasks_open": len(waiting),
        "tasks_done": len(done),
        "tasks_ontime": (sum(1 for one in dated if one.state_since <= one.due_at), len(dated)),
        "load": leads.count() + proceedings.count() + len(referrals) - len(ended) + len(waiting),
    }


def of_duties(reader: Any) -> Recount:
    leads = Lead.objects.exclude(handling=Handling.H3)
    owed = Clock.objects.duties().filter(agency__isnull=False).select_related("rule")
    duties = [*owed.filter(**SEEN), *owed.filter(case=None, subject_kind="lead", subject_id__in=leads)]
    stopped = [one for one in duties if one.stopped_at]
    due = [one for one in duties if one.breach_at and timezone.localdate(one.breach_at) <= times.today()]
    asked = [one for one in due if one.rule.code == "INT_ASSIST"]
    by_law = [one for one in stopped if one.rule.legal_basis]
    targets = [one for one in stopped if not one.rule.legal_basis]
    late = [one for rows in late_items(reader) for one in rows]
    laws = [one.rule.legal_basis for one in late if isinstance(one, Clock)]
    leads_late = sum(1 for one in late if isinstance(one, Lead))  # by the target of the centre
    return {
        "overdue": len(late),
        "overdue_statutory": sum(map(bool, laws)),
        "overdue_internal": laws.count("") + leads_late,
        "ontime": (sum(map(in_time, by_law)), len(by_law)),
        "ontime_internal": (sum(map(in_time, targets)), len(targets)),
        "ontime_due": (sum(map(in_time, due)), len(due)),
        "duties_due": sum(1 for one in due if not one.stopped_at),
        "assist_rate": (sum(map(in_time, asked)), len(asked)),
    }


def in_time(clock: Clock) -> bool:
    return clock.stopped_at is not None and (clock.breach_at is None or clock.stopped_at <= clock.breach_at)


def of_stages() -> Recount:
    """The stays in each state, from the intervals; those at several desks in one state are one stay.

    No intervals are kept of cases and suspects, so theirs are counted from the events.
    """
    sent = {one.pk: one.delivered_at for one in Referral.objects.filter(**SEEN)}
    kinds = ("lead", "proceeding", "referral")
    hidden = restricted_matters()
    inside = Proceeding.objects.filter(case__in=hidden).values_list("pk", flat=True)
    rows = StateInterval.objects.filter(object_kind__in=kinds).exclude(object_id__in=hidden | set(inside))
    rows = rows.order_by("object_id", "number")
    days = []
    for (kind, pk, _state), group in groupby(rows, lambda one: (one.object_kind, one.object_id, one.state)):
        stay = list(group)
        if kind == "referral" and not (sent.get(pk) and stay[0].entered_at >= sent[pk]):
            continue  # no other agency knew of it
        days.append(between(stay[0].entered_at, stay[-1].left_at))
    begun = {one.pk: added(one) for one in Suspect.objects.select_related("proceeding")}
    unmeasured = Event.objects.filter(object_kind__in=["case", "suspect"]).exclude(stream__subject__in=hidden)
    unmeasured = unmeasured.order_by("object_id", "pk")
    for pk, events in groupby(unmeasured, lambda one: one.object_id):
        moments = [*([begun[pk]] if pk in begun else []), *(one.happened_at for one in changes_of(events))]
        days += [between(*pair) for pair in pairwise(moments)]
    return {
        "stage_days": within(days, 50),
        "stage_days_p90": within(days, 90),
        "stages_ended": len(days),
        "stages_open": present_stages(),
    }


def added(suspect: Suspect) -> Any:
    """The event of the proceeding names the party; the last one before the row, if it was added again."""
    events = Event.objects.filter(object_id=suspect.proceeding_id, verb="add_line").select_related("note")
    named = [one for one in events.order_by("pk") if one.remark and one.remark.data["party"] == str(suspect.party_id)]
    return [one.happened_at for one in named if one.recorded_at <= suspect.created_at][-1]


def present_stages() -> int:
    """What is open and has a state: leads, cases, proceedings, suspects, and referrals that were sent."""
    referrals = Referral.objects.filter(delivered_at__isnull=False, **SEEN).exclude(state__in=Referral.ENDED)
    proceedings = Proceeding.objects.filter(**SEEN)
    suspects = Suspect.objects.filter(proceeding__in=proceedings)
    leads = Lead.objects.exclude(handling=Handling.H3).filter(state__in=["RECEIVED", "TAKEN_UP"])
    return (
        leads.count()
        + Case.objects.exclude(handling=Handling.H3).exclude(state="CLOSED").count()
        + proceedings.exclude(state="CLOSED").count()
        + suspects.exclude(state__in=["DROPPED", "MOVED", "NOT_PROSECUTED", "FINAL"]).count()
        + referrals.count()
    )


def changes_of(events: Iterable[Event]) -> list[Event]:
    return [one for one in effective_events(events) if one.to_state and one.to_state != one.from_state]


def restricted_matters() -> set[Any]:
    """Cases and leads whose facts only their own agencies count."""
    return {
        pk for model in (Case, Lead) for pk in model.objects.filter(handling=Handling.H3).values_list("pk", flat=True)
    }


def from_events() -> Recount:
    """What entered which state, and in which it is, as the effective events say."""
    restricted = restricted_matters()
    by_object: dict[Any, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(stream__kind__in=["case", "lead"]).select_related("stream").order_by("pk"):
        if event.stream.subject not in restricted:
            by_object[event.object_kind, event.object_id].append(event)
    entered, now, transfers = Counter[Any](), Counter[Any](), list[list[Event]]()
    kinds = set(Referral.objects.filter(kind="criminal_transfer").values_list("pk", flat=True))
    for (kind, pk), events in by_object.items():
        changes = changes_of(events)
        entered.update((kind, state) for state in {one.to_state for one in changes})
        now.update((kind, one.to_state) for one in changes[-1:])
        if pk in kinds:
            transfers.append(changes)
    return {**of_states(entered, now), **of_transfers(transfers)}


def of_states(entered: Counter[Any], now: Counter[Any]) -> Recount:
    every = {kind: sum(number for (one, _state), number in now.items() if one == kind) for kind in ("lead", "case")}
    waiting, closed = now["lead", "RECEIVED"] + now["lead", "TAKEN_UP"], now["case", "CLOSED"]
    used = now["lead", "PROMOTED"] + now["lead", "ATTACHED"]
    return {
        "leads": every["lead"],
        "leads_open": waiting,
        "leads_done": every["lead"] - waiting,
        "leads_used": (used, every["lead"]),
        "cases_opened": every["case"],
        "cases_closed": closed,
        "cases_open": every["case"] - closed,
        "clear_rate": (closed, every["case"]),
        "proceedings_closed": now["proceeding", "CLOSED"],
        "adm_filed": entered["proceeding", "FILED_ADM"],
        "warnings": entered["proceeding", "WARN"],
        "arrests": entered["suspect", "ARREST_APPROVED"],
        "prosecuted": entered["suspect", "PROSECUTED"],
    }


def of_transfers(transfers: list[list[Event]]) -> Recount:
    decided, days, received, returned, contested, overturned = Counter[str](), [], 0, 0, 0, 0
    for changes in transfers:
        at = {one.to_state: one.happened_at for one in reversed(changes)}  # the first of each
        received += "ACCEPTED" in at
        returned += "ACCEPTED" in at and "SUPPLEMENT" in at
        against = min((at[one] for one in ("RECONSIDERATION", "SUPERVISED") if one in at), default=None)
        contested += against is not None
        filed = [one.happened_at for one in changes if one.to_state == "FILED"]
        overturned += against is not None and any(one >= against for one in filed)
        for first in [one for one in changes if one.to_state in DECIDED][:1]:
            decided[first.to_state] += 1
            days.append(between(at.get("ACCEPTED") or at["DELIVERED"], first.happened_at))
    every = sum(decided.values())
    return {
        "accept_rate": (decided["FILED"], every),
        "refuse_rate": (every - decided["FILED"], every),
        "not_filed": every - decided["FILED"],
        "filing_days": within(days, 50),
        "filing_days_p90": within(days, 90),
        "supplement_rate": (returned, received),
        "overturn": (overturned, contested),
    }
