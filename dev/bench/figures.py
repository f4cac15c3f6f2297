"""Figures of supervision: rolled up beside counted live."""

from collections.abc import Callable
from datetime import timedelta
from time import perf_counter

from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth
from django.test.utils import CaptureQueriesContext

from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from cases.casefile.models import Case, Handling, Item
from cases.clocks.models import Clock
from coordination.exchange.referrals.models import Referral
from coordination.insight.metrics.asking import Question, ask_many

from .asking import Answer

CENTRE = Actor(kind="user", id="", agency_id=0, roles=frozenset({Role.SUPERVISOR}))
YEAR = timedelta(days=365)
TIMES = 20
# The same four numbers both ways: what a page of figures begins with.
ASKED = (("cases_opened", "month"), ("transferred", "pair"), ("ontime", "rule"), ("smuggled_kg", "mineral"))


def rolled_up() -> None:
    today = times.today()
    ask_many(CENTRE, [Question(metric, today - YEAR, today, by=by) for metric, by in ASKED])


def counted_live() -> None:
    """From the rows, without names and totals."""
    since, seen = times.now() - YEAR, ~Q(case__handling=Handling.H3)
    cases = Case.objects.exclude(handling=Handling.H3).filter(opened_at__gte=since)
    list(cases.annotate(month=TruncMonth("opened_at")).values("month").annotate(n=Count("pk")))
    sent = Referral.objects.filter(seen, kind=Referral.Kind.CRIMINAL_TRANSFER, delivered_at__gte=since)
    list(sent.values("sender", "receiver").annotate(n=Count("pk")))
    stopped = Clock.objects.duties().filter(seen, agency__isnull=False, stopped_at__gte=since)
    in_time = Count("pk", filter=Q(breach_at=None) | Q(stopped_at__lte=F("breach_at")))
    list(stopped.values("rule__code").annotate(n=in_time, d=Count("pk")))
    list(Item.objects.filter(seen, case__opened_at__gte=since).values("control_code").annotate(kg=Sum("net_weight_kg")))


def timed(count: Callable[[], None]) -> tuple[list[Answer], int]:
    """The times of the same count, and its queries."""
    with CaptureQueriesContext(connection) as queries:
        count()
    answers = []
    for _time in range(TIMES):
        began = perf_counter()
        count()
        answers.append(Answer("", 200, b"", perf_counter() - began))
    return answers, len(queries)
