"""Random histories: after any acts on any day, the figures equal a recount from rows and one from events, past answers
stay what they were, and a rebuild changes nothing.

HISTORIES=10000x12 runs ten thousand histories of twelve days; the seed is that of the random walks (WALK_SEED).
"""

import os
import random
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from agencies.journal.models import Event, effective_events
from agencies.kernel import times
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.work import atomic
from cases.casefile.models import Case, Handling, Item
from cases.clocks.models import Clock
from cases.intake.models import Lead
from cases.proceedings.models import Decision, Measure, Proceeding, Suspect
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.late import late_items
from coordination.exchange.tasks.models import Task
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.cells import KEY, SUMS
from coordination.insight.metrics.following import differing, follow, rebuild
from coordination.insight.metrics.models import Cell
from coordination.insight.metrics.registry import METRICS
from tests.coordination.test_random_walks import SEED
from tests.coordination.test_workflow_matrix import ROLES, STAGES, perform

HISTORIES, DAYS = map(int, os.environ.get("HISTORIES", "1x3").split("x"))
SERIES = (
    *("lead", "case", "administrative", "criminal", "decision", "suspect", "measure"),
    *("criminal transfer", "assistance", "supervision of filing", "task", "lot"),
)
LONG_AGO = 20 * 365


def answers(actor, **more):
    today = more.pop("last", times.today())
    asked = [Question(key, today - timedelta(days=LONG_AGO), today, **more) for key in METRICS]
    return {
        one.question.metric: (one.total.value, one.total.numerator, one.total.denominator)
        for one in ask_many(actor, asked)
    }


def from_rows(reader):
    """A recount of what the centre sees, from rows alone."""
    seen = {"case__handling__in": [Handling.H0, Handling.H1, Handling.H2]}
    cases = Case.objects.exclude(handling=Handling.H3)
    leads = Lead.objects.exclude(handling=Handling.H3)
    referrals = Referral.objects.filter(delivered_at__isnull=False, **seen)
    duties = Clock.objects.duties().filter(agency__isnull=False, case__handling__in=seen["case__handling__in"])
    duties = [
        *duties,
        *Clock.objects.duties().filter(agency__isnull=False, case=None, subject_kind="lead", subject_id__in=leads),
    ]
    stopped = [one for one in duties if one.stopped_at]
    in_time = [one for one in stopped if one.breach_at is None or one.stopped_at <= one.breach_at]
    proceedings = Proceeding.objects.filter(**seen)
    decisions = Decision.objects.filter(proceeding__in=proceedings).exclude(result="")
    closed = cases.filter(state="CLOSED").count()
    return {
        "leads": leads.count(),
        "leads_open": leads.filter(state__in=["RECEIVED", "TAKEN_UP"]).count(),
        "leads_used": (leads.filter(case__isnull=False).count(), leads.count()),
        "cases_opened": cases.count(),
        "cases_closed": closed,
        "cases_open": cases.count() - closed,
        "case_age": cases.count() - closed,
        "clear_rate": (closed, cases.count()),
        "clear_rate_cohort": (closed, cases.count()),
        "transferred": referrals.filter(kind="criminal_transfer").count(),
        "referrals_sent": referrals.count(),
        "referrals_open": referrals.exclude(state__in=Referral.ENDED).count(),
        "referrals_ended": referrals.filter(state__in=Referral.ENDED).count(),
        "tasks_open": Task.objects.open().filter(**seen).count(),
        "tasks_done": Task.objects.filter(state="DONE", **seen).count(),
        "overdue": sum(rows.count() for rows in late_items(reader)),
        "ontime": (len(in_time), len(stopped)),
        "duties_due": sum(1 for one in duties if not one.stopped_at and one.breach_at and by_today(one.breach_at)),
        "proceedings_open": proceedings.exclude(state="CLOSED").count(),
        "crm_filed": proceedings.filter(kind="criminal").count(),
        "adm_decided": decisions.count(),
        "fine": sum((one.fine_cny or 0) + (one.confiscated_cny or 0) for one in decisions),
        "coercive_measures": Measure.objects.filter(suspect__proceeding__in=proceedings).count(),
        "suspects": Suspect.objects.filter(proceeding__in=proceedings, measures__isnull=False, party__kind="person")
        .distinct()
        .count(),
        "smuggled_kg": sum(one.net_weight_kg or 0 for one in Item.objects.filter(case__in=cases)),
    }


def end_of_today():
    return timezone.localtime().replace(hour=23, minute=59, second=59, microsecond=999_000)


def by_today(moment):
    return timezone.localdate(moment) <= times.today()


def from_events():
    """A recount from events alone: what entered which state for the first time."""
    seen = {*map(str, Case.objects.exclude(handling=Handling.H3).values_list("pk", flat=True))}
    by_object: dict = {}
    for event in Event.objects.filter(stream__kind="case").select_related("stream").order_by("pk"):
        if str(event.stream.subject) in seen:
            by_object.setdefault((event.object_kind, event.object_id), []).append(event)
    entered, decided = Counter(), Counter()
    transfers = set(Referral.objects.filter(kind="criminal_transfer").values_list("pk", flat=True))
    for (kind, pk), events in by_object.items():
        changes = [one.to_state for one in effective_events(events) if one.to_state and one.to_state != one.from_state]
        entered.update((kind, state) for state in set(changes))
        first = next((state for state in changes if state in ("FILED", "NOT_FILED", "OUT_OF_SCOPE")), "")
        if first and pk in transfers:
            decided[first] += 1
    every = sum(decided.values())
    return {
        "accept_rate": (decided["FILED"], every),
        "refuse_rate": (every - decided["FILED"], every),
        "not_filed": every - decided["FILED"],
        "adm_filed": entered["proceeding", "FILED_ADM"],
        "warnings": entered["proceeding", "WARN"],
        "arrests": entered["suspect", "ARREST_APPROVED"],
        "prosecuted": entered["suspect", "PROSECUTED"],
    }


def compare(counted, recounted):
    for metric, expected in recounted.items():
        value, numerator, denominator = counted[metric]
        found = (numerator, denominator) if isinstance(expected, tuple) else value
        assert found == expected, metric


def cells():
    return {row[: len(KEY)]: row[len(KEY) :] for row in Cell.objects.values_list(*KEY, *SUMS) if any(row[len(KEY) :])}


def act(cast, roll, thing, workflow):
    """One possible act by any person; what is refused changes nothing."""
    thing = type(thing).objects.get(pk=thing.pk)
    role = roll.choice([one for one in ROLES if workflow.open_to(cast[one], thing)] or ROLES)
    verbs = [verb for verb in workflow.open_to(cast[role], thing) if verb != "classify"]
    if verbs:
        try:
            with atomic():
                perform(cast[role], thing, roll.choice(verbs))
        except (Forbidden, Invalid, TransitionRefused):
            return


@pytest.mark.half
@pytest.mark.parametrize("name", SERIES)
def test_any_history_is_counted_as_a_recount_would_and_stays_known_as_it_was(cast, name):
    workflow, make = STAGES[name]
    thing, centre = make(cast), cast["centre.supervisor"]
    for history in range(HISTORIES):
        roll = random.Random(f"{SEED} {name} {history}")
        with atomic():
            known = {}
            start = timezone.now()
            for day in range(DAYS):
                with time_machine.travel(start + timedelta(days=3 * day)):
                    for _act in range(roll.randint(1, 3)):
                        act(cast, roll, thing, workflow)
                    follow()
                    with time_machine.travel(end_of_today(), tick=False):
                        known[times.today()] = answers(centre)
            with time_machine.travel(start + timedelta(days=3 * DAYS)):
                compare(answers(centre), from_rows(centre))
                compare(answers(centre), from_events())
                for then, said in known.items():
                    assert answers(centre, last=then, known_on=then) == said, (history, then)
                assert differing(1000) == []
                followed = cells()
                for _progress in rebuild():
                    assert cells() == followed
                assert cells() == followed
            transaction.set_rollback(True)
