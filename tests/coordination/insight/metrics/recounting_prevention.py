"""Every figure of prevention counted once more without the ledger: from the rows, and from the events where no row
keeps the step. Shares and durations are written as in `recounting`.
"""

from collections import Counter
from datetime import timedelta
from itertools import groupby, pairwise
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from agencies.journal.models import Event
from cases.casefile.models import Handling
from cases.clocks.models import Clock
from coordination.prevention.certificates.models import Certificate
from coordination.prevention.customsqueries.models import CustomsQuery
from coordination.prevention.diligence.models import Gap, Review
from coordination.prevention.enduse.models import EndUseFinding
from coordination.prevention.identifications.models import Identification
from coordination.prevention.inspections.models import Inspection
from coordination.prevention.routerisk.models import RiskFinding
from coordination.prevention.screening.models import Match
from coordination.prevention.stops.models import Stop
from coordination.prevention.warnings.models import ExporterLetter

from .recounting import Recount, between, changes_of, within


def from_prevention() -> Recount:
    return {
        **{**of_queries(), **of_identifications(), **of_stops(), **of_letters(), **of_reviews(), **of_gaps()},
        **{**of_inspections(), **of_certificates(), **of_matches(), **of_findings()},
        **of_end_uses(),
    }


def entries(things: QuerySet[Any], kind: str) -> dict[Any, dict[str, Any]]:
    """Object → state → when it came into this state for the first time, as its events say."""
    return {
        pk: {one.to_state: one.happened_at for one in reversed(changes)} for pk, changes in steps(things, kind).items()
    }


def steps(things: QuerySet[Any], kind: str) -> dict[Any, list[Event]]:
    """Object → its changes of state in order."""
    events = Event.objects.filter(object_kind=kind, object_id__in=things.values("pk")).order_by("object_id", "pk")
    return {pk: changes_of(group) for pk, group in groupby(events, lambda one: one.object_id)}


def of_queries() -> Recount:
    """Issued queries of customs, with and without a case."""
    rows = CustomsQuery.objects.exclude(case__handling=Handling.H3).exclude(issued_at=None)
    queries, reached = list(rows), entries(rows, "query")
    periods = {one.pk: Clock.objects.about(one).order_by("started_at").last() for one in queries}
    answered = [one for one in queries if one.answered_at]
    in_time = [one for one in answered if one.answered_at <= periods[one.pk].due_at]
    decided = [one for one in queries if one.state in ("NOT_CONTROLLED", "LICENCE_NEEDED")]
    return {
        "queries_issued": len(queries),
        "queries_open": sum(1 for one in queries if one.state != "WITHDRAWN" and one.told_at is None),
        "queries_answered_in_time": (len(in_time), len(answered)),
        "queries_no_reply": sum(1 for states in reached.values() if "NO_REPLY" in states),
        "queries_not_controlled": sum(1 for one in decided if one.state == "NOT_CONTROLLED"),
        "queries_licence_needed": sum(1 for one in decided if one.state == "LICENCE_NEEDED"),
        "queries_days": within([between(one.issued_at, one.decided_at) for one in decided], 50),
    }


def of_identifications() -> Recount:
    """Requests to identify goods, and the opinions on them."""
    rows = Identification.objects.exclude(case__handling=Handling.H3)
    requests, reached = list(rows), entries(rows, "id_request")
    opinions = {one: list(one.opinions.order_by("number")) for one in requests if one.opinions.exists()}
    latest = Counter(found[-1].finding for found in opinions.values())
    days = [between(reached[one.pk]["SENT"], found[0].at) for one, found in opinions.items()]
    return {
        "identifications": len(requests),
        "identifications_open": sum(1 for one in requests if one.state not in ("CLOSED", "WITHDRAWN")),
        "identifications_days": within(days, 50),
        "identifications_controlled": latest["controlled"],
        "identifications_undetermined": latest["undetermined"],
    }


def of_stops() -> Recount:
    """Stops that were sent. Customs see a stop in time within ten minutes."""
    stops = Stop.objects.exclude(case__handling=Handling.H3).exclude(sent_at=None)
    sent, reached = list(stops), entries(stops, "stop")
    seen = [one for one in sent if one.seen_at and one.seen_at - one.sent_at <= timedelta(minutes=10)]
    held = [one for one in sent if "HELD" in reached[one.pk]]
    return {
        "stops_sent": len(sent),
        "stops_seen_in_time": (len(seen), len(sent)),
        "stops_held": len(held),
        "stops_held_kg": sum(one.weight_kg or 0 for one in held),
        "stops_not_found": sum(1 for states in reached.values() if "NOT_FOUND" in states),
        "stops_released_before": sum(1 for states in reached.values() if "ALREADY_RELEASED" in states),
    }


def of_letters() -> Recount:
    """Letters that were sent. A consultation is answered by sending it, every other letter by the exporter."""
    letters = ExporterLetter.objects.exclude(about_case__handling=Handling.H3)
    sent = [one for one in letters if one.sent_at]
    replies = {one: timezone.localdate(one.sent_at) for one in sent if one.kind == "consultation"}
    answers = replies | {one: one.answered_on for one in sent if one.kind != "consultation" and one.answered_on}
    due = [(day, timezone.localdate(one.due_at)) for one, day in answers.items() if one.due_at]
    return {
        "letters_sent": len(sent),
        "letters_answered": len(answers),
        "letters_in_time": (sum(1 for day, last in due if day <= last), len(due)),
        "release_days": within(
            (
                between(asked.happened_at, settled.happened_at)
                for changes in steps(letters, "letter").values()
                for asked, settled in pairwise(changes)
                if asked.to_state == "AWAITS_RELEASE"
            ),
            50,
        ),
    }


def of_reviews() -> Recount:
    reached = entries(Review.objects.all(), "review").values()
    answered = [states for states in reached if "ANSWERED" in states]
    return {
        "reviews_sent": sum(1 for states in reached if "SENT" in states),
        "reviews_answered": len(answered),
        "review_days": within(
            (between(states["SENT"], states["ANSWERED"]) for states in answered if "SENT" in states), 50
        ),
    }


def of_gaps() -> Recount:
    gaps = list(Gap.objects.all())
    closed = [one for one in gaps if one.state == "CLOSED"]
    return {
        "review_gaps_found": len(gaps),
        "review_gaps_closed": len(closed),
        "review_gap_days": within((between(one.found_at, one.closed_at) for one in closed), 50),
    }


def of_inspections() -> Recount:
    inspections = Inspection.objects.exclude(case__handling=Handling.H3)
    reached = entries(inspections, "inspection")
    done = inspections.filter(pk__in=[pk for pk, states in reached.items() if "DONE" in states])
    return {
        "inspections_planned": inspections.count(),
        "inspections_done": done.count(),
        "inspections_refused": sum(1 for states in reached.values() if "REFUSED" in states),
        "inspections_found": (done.filter(checklist__finding="found").distinct().count(), done.count()),
    }


def of_certificates() -> Recount:
    """Those whose end is work expire soon."""
    doubted = Event.objects.filter(object_kind="certificate", verb="doubt")
    return {
        "certificates_recorded": Certificate.objects.count(),
        "certificates_expiring": Certificate.objects.filter(state="VALID", expiry="soon").count(),
        "certificates_doubted": doubted.values("object_id").distinct().count(),
    }


def of_matches() -> Recount:
    """Matches with published lists."""
    matches = Match.objects.filter(listing__owner=None)
    matches = matches.exclude(case__handling=Handling.H3).exclude(lead__handling=Handling.H3)
    decided = matches.exclude(verdict="")
    return {
        "screening_matches_found": matches.count(),
        "screening_matches_decided": decided.count(),
        "screening_matches_confirmed": (decided.filter(verdict="SAME").count(), decided.count()),
        "screening_matches_open": matches.filter(state="OPEN").count(),
    }


def of_findings() -> Recount:
    findings = RiskFinding.objects.exclude(case__handling=Handling.H3)
    judged = findings.exclude(verdict="")
    return {
        "risk_findings": findings.count(),
        "risk_useful": (judged.filter(verdict="useful").count(), judged.count()),
    }


def of_end_uses() -> Recount:
    """Findings of military end use by their last conclusion."""
    findings = list(EndUseFinding.objects.exclude(case__handling=Handling.H3))
    concluded = Counter(one.conclusion for one in findings)
    return {
        **{f"end_uses_{conclusion}": concluded[conclusion] for conclusion in ("established", "indicated", "none")},
        "end_uses_open": sum(1 for one in findings if one.state in ("OPEN", "OUTDATED")),
    }
