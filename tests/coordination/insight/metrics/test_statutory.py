"""What is called statutory counts duties under periods of the law only, and never an internal target."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.translation import override

from agencies.kernel.measures import LATE, MeasuredFact
from cases.clocks.measures import MEASURES
from cases.clocks.models import Clock, PeriodRule
from coordination.insight.metrics.asking import Question, ask
from coordination.insight.metrics.following import follow
from coordination.insight.metrics.registry import METRICS
from coordination.insight.supervision.overview import KEY_FIGURES
from tests import stories

pytestmark = pytest.mark.django_db

TWO_DAYS = timedelta(days=2)

STATUTORY, INTERNAL = ("statutory", "period of the law", "periods of the law", "法定"), ("nternal target", "内部期限")
CALLED = {"ontime", "overdue_statutory"}
BOTH = {"ontime_due", "overdue", "duties_due"}  # their definitions name both


def says(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text.lower() for word in words)


def facts_of(rule: PeriodRule, **times: Any) -> list[MeasuredFact]:
    clock = Clock(rule=rule, subject_kind="referral", subject_id=uuid4(), agency_id=1, **times)
    return list(MEASURES.facts(clock, []))


def counted_by(metric: str, facts: list[MeasuredFact]) -> int:
    one = METRICS[metric]
    return sum(fact.measure in {*one.measures, *one.of, *one.own} for fact in facts)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_figures_called_statutory_are_the_known_ones_and_others_name_both_kinds(language: str) -> None:
    with override(language):
        named = {key for key, one in METRICS.items() if says(str(one.name), STATUTORY)}
        defined = {key for key, one in METRICS.items() if says(str(one.definition), STATUTORY)}
        both = {key for key in defined if says(str(METRICS[key].definition), INTERNAL)}
    assert named == CALLED
    assert defined - CALLED - BOTH <= {"ontime_internal", "overdue_internal"}, "they say what they are not"
    assert both >= BOTH


@pytest.mark.parametrize("moment", ["performed in time", "performed late", "running", "late"])
def test_no_rule_without_an_article_of_law_counts_as_statutory(moment: str) -> None:
    """Every rule × every figure about periods: by its legal basis, whatever its code."""
    now, day = timezone.now(), timedelta(days=1)
    breach, stopped = {
        "performed in time": (now + day, now),
        "performed late": (now - day, now),
        "running": (now + day, None),
        "late": (now - day, None),
    }[moment]
    seen = Counter[bool]()
    for rule in PeriodRule.objects.all():
        is_law, facts = bool(rule.legal_basis), facts_of(rule, breach_at=breach, stopped_at=stopped)
        assert rule.is_statutory == is_law, rule.code
        for metric in ("ontime", "overdue_statutory", "ontime_internal", "overdue_internal"):
            if is_law != (metric in CALLED):
                assert counted_by(metric, facts) == 0, (rule.code, metric)
        assert counted_by("overdue", facts) == sum(fact.measure.startswith(LATE) for fact in facts), rule.code
        seen[is_law] += len(facts)
    assert min(seen[True], seen[False]) > 0


def test_a_rule_whose_code_looks_internal_counts_as_what_it_is(cast: Any) -> None:
    law = PeriodRule(code="INT_OF_LAW", track=PeriodRule.Track.TRANSFER, legal_basis="D310 art.5")
    target = PeriodRule(code="TRF_TARGET", track=PeriodRule.Track.INTERNAL)
    done = {"breach_at": timezone.now(), "stopped_at": timezone.now()}
    for rule, metric, other in ((law, "ontime", "ontime_internal"), (target, "ontime_internal", "ontime")):
        assert (counted_by(metric, facts_of(rule, **done)) > 0, counted_by(other, facts_of(rule, **done))) == (True, 0)


@pytest.mark.slow
def test_supervisors_see_both_rates_apart_on_overview_brief_and_home(cast: Any) -> None:
    request, transfer = stories.assistance(cast, "ANSWERED"), stories.transfer(cast, "FILED")
    follow()
    duties = Clock.objects.duties().filter(stopped_at__isnull=False, agency__isnull=False)
    assert {request.pk, transfer.pk} <= {*duties.values_list("subject_id", flat=True)}
    by_law = duties.exclude(rule__legal_basis="").count()
    targets = duties.filter(rule__legal_basis="").count()
    assert min(by_law, targets) > 0
    assert by_law != targets
    assert {"ontime", "ontime_internal"} <= {*KEY_FIGURES}
    browser = cast.browser("centre.supervisor")
    for address in ("/supervision/", "/one-page/", "/"):
        text = " ".join(browser.get(address).text.split())
        sentence = text[text.index("of the statutory duties were met on time") :][:400]
        assert f"({by_law} of {by_law})" in sentence, address
        assert f"({targets} of {targets})" in sentence[sentence.index("of the internal targets") :], address
    rows = browser.get("/supervision/figures/ontime/rows/").context["total"]
    assert rows == by_law
    pages = browser.get("/supervision/deadlines/").context["charts"]
    names = {key: {str(row.label) for row in pages[key].rows} for key in ("rules", "targets")}
    assert all(names.values())
    assert not names["rules"] & names["targets"]


@pytest.mark.slow
def test_what_is_late_now_is_told_apart_by_its_basis(cast: Any) -> None:
    """The reply to a request is late by a target of the centre, the filing review by the law."""
    owed, past = [stories.assistance(cast, "IN_WORK"), stories.transfer(cast, "ACCEPTED")], timezone.now() - TWO_DAYS
    for thing in owed:
        assert Clock.objects.duties().running().filter(subject_id=thing.pk).update(due_at=past, breach_at=past)
    late = Clock.objects.overdue()
    expected = {
        "overdue_statutory": late.exclude(rule__legal_basis="").count(),
        "overdue_internal": late.filter(rule__legal_basis="").count(),
    }
    follow()
    today = timezone.localdate()
    actor = cast["centre.supervisor"]
    found = {key: ask(actor, Question(key, today, today)).total.value for key in (*expected, "overdue")}
    assert found == {**expected, "overdue": sum(expected.values())}
    assert min(expected.values()) > 0
    text = " ".join(cast.browser("centre.supervisor").get("/supervision/").text.split())
    assert f">{expected['overdue_statutory']}</a> under periods of the law" in text
    assert f">{expected['overdue_internal']}</a> under internal targets" in text
    assert "under periods of the law" not in cast.browser("customs.lead").get("/supervision/").text
