"""Coercive measures: separate periods, at most one that holds or watches a person, and expiry."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone

from agencies.kernel.errors import TransitionRefused
from agencies.kernel.work import atomic
from cases.clocks.actions import extend_clock
from cases.clocks.counting import SHANGHAI
from cases.clocks.models import Clock
from cases.proceedings.jobs import lapse
from cases.proceedings.measure_actions import move_measure
from cases.proceedings.models import Measure
from tests import stories
from tests.refusals import refused_for
from tests.stories.basics import running


def walk(cast, line, *verbs):
    stories.suspect_walk(cast, line, *((verb, {}) if isinstance(verb, str) else verb for verb in verbs))


def unmet(cast, line, verb, **given):
    with pytest.raises(TransitionRefused) as no:
        walk(cast, line, (verb, given))
    return {missing.code for missing in no.value.missing}


def act(cast, measure, verb, **given):
    move_measure(measure, verb, actor=cast["antismuggling.officer"], **given)
    measure.refresh_from_db()


def ends(measure, rule):
    return timezone.localtime(Clock.objects.about(measure).get(rule__code=rule).due_at)


@pytest.fixture
def line(cast):
    return stories.suspect(cast)


def test_a_detention_starts_the_duties_of_its_first_day_and_the_days_for_the_arrest(cast, line):
    detention = stories.measure(cast, line)
    assert running(detention) == {"CRM_CUSTODY", "CRM_FAMILY", "CRM_QUESTION", "CRM_ARREST_REQ"}
    for verb in ("deliver", "notify_family", "question"):
        act(cast, detention, verb)
    assert running(detention) == {"CRM_ARREST_REQ"}
    with pytest.raises(TransitionRefused):
        act(cast, detention, "question")


def test_three_days_become_seven_and_then_thirty_by_the_head(cast, line):
    detention = stories.measure(cast, line)
    clock = Clock.objects.about(detention).get(rule__code="CRM_ARREST_REQ")
    began = timezone.localtime(clock.started_at).date()
    days = [(timezone.localtime(clock.due_at).date() - began).days]
    for step in ("1", "2"):
        extend_clock(clock, actor=cast["antismuggling.head"], step=step, paper="延拘", reason="结伙作案")
        clock.refresh_from_db()
        days.append((timezone.localtime(clock.due_at).date() - began).days)
    assert days == [3, 7, 30]


def test_a_unit_is_never_held(cast):
    unit = stories.suspect(cast, kind="company")
    for verb in ("summon", "detain", "bail", "surveil", "request_arrest", "use_technical"):
        assert "person" in unmet(cast, unit, verb), verb
    assert not unit.measures.exists()


def test_a_held_suspect_can_be_neither_summoned_nor_detained_again(cast, line):
    walk(cast, line, "detain")
    assert unmet(cast, line, "detain") == {"measure"}
    assert unmet(cast, line, "summon") == {"measure"}


def test_a_summons_is_possible_during_bail(cast, line):
    walk(cast, line, "bail", "summon")
    assert set(line.measures.standing().values_list("kind", flat=True)) == {"bail", "summons"}


def test_a_change_of_measure_ends_the_former_one(cast, line):
    detention = stories.measure(cast, line)
    bail = stories.measure(cast, line, "bail")
    detention.refresh_from_db()
    assert (detention.state, detention.ending, detention.until) == ("ENDED", "changed", bail.since)
    assert running(detention) == set()
    assert running(bail) == {"CRM_BAIL"}


def test_repeated_measures_have_separate_clocks_and_a_history(cast, line):
    first = stories.measure(cast, line)
    act(cast, first, "release", reason="no ground")
    second = stories.measure(cast, line)
    assert first.pk != second.pk
    assert running(first) == set()
    assert "CRM_ARREST_REQ" in running(second)
    assert line.measures.count() == 2


@pytest.mark.both_databases  # a constraint
def test_the_database_refuses_two_exclusive_measures(cast, line):
    detention = stories.measure(cast, line)
    with pytest.raises(IntegrityError), atomic():
        Measure.objects.create(suspect=line, kind="bail", paper="x", since=detention.since)


@pytest.mark.parametrize(
    ("verb", "rule", "span"),
    [("bail", "CRM_BAIL", 365), ("surveil", "CRM_RESSURV", 181), ("use_technical", "CRM_TECH", 89)],
)
def test_each_measure_ends_with_its_own_period(cast, line, verb, rule, span):
    measure = stories.measure(cast, line, verb)
    assert (ends(measure, rule) - timezone.localtime(measure.since)).days >= span - 1


def test_a_summons_lasts_twelve_hours_or_twenty_four(cast, line):
    summons = stories.measure(cast, line, "summon")
    assert ends(summons, "CRM_SUMMON") - timezone.localtime(summons.since) == timedelta(hours=12)
    clock = Clock.objects.about(summons).get()
    extend_clock(clock, actor=cast["antismuggling.head"], step="1", paper="传", reason="serious")
    assert ends(summons, "CRM_SUMMON") - timezone.localtime(summons.since) == timedelta(hours=24)


def test_a_unit_lead_extends_a_summons_and_only_the_head_a_compelled_appearance(cast, line):
    """MPSP art. 200: the head of the department in charge; art. 80: the head of a public security agency."""
    extension = {"step": "1", "paper": "传", "reason": "serious"}
    summons = stories.measure(cast, line, "summon")
    extend_clock(Clock.objects.about(summons).get(), actor=cast["antismuggling.lead"], **extension)
    assert ends(summons, "CRM_SUMMON") - timezone.localtime(summons.since) == timedelta(hours=24)
    act(cast, summons, "release", reason="let go")
    compelled = stories.measure(cast, line, "compel")
    assert ends(compelled, "CRM_COMPEL") - timezone.localtime(compelled.since) == timedelta(hours=12)
    with pytest.raises(TransitionRefused, match="county level"):
        extend_clock(Clock.objects.about(compelled).get(), actor=cast["antismuggling.lead"], **extension)
    extend_clock(Clock.objects.about(compelled).get(), actor=cast["antismuggling.head"], **extension)
    assert ends(compelled, "CRM_COMPEL") - timezone.localtime(compelled.since) == timedelta(hours=24)


def test_a_summoned_person_is_not_compelled_to_appear(cast, line):
    stories.measure(cast, line, "summon")
    assert unmet(cast, line, "compel") == {"measure"}


@pytest.mark.parametrize("designated", [True, False])
def test_the_family_is_told_of_a_surveillance_at_a_designated_place_only(cast, line, designated):
    """CPL art. 75(2)."""
    watch = stories.measure(cast, line, "surveil", designated=designated)
    assert watch.designated is designated
    assert ("CRM_FAMILY" in running(watch)) is designated


def test_a_request_to_change_the_measure_is_decided_in_three_days(cast, line):
    """CPL art. 97; later the procuratorate or the court decides."""
    bail = stories.measure(cast, line, "bail")
    act(cast, bail, "ask_change")
    asked = Clock.objects.running().about(bail).get(rule__code="CRM_CHANGE_REQ")
    assert (asked.due_at.astimezone(SHANGHAI).date() - asked.started_at.astimezone(SHANGHAI).date()).days == 3
    with pytest.raises(TransitionRefused):
        act(cast, bail, "ask_change")
    act(cast, bail, "refuse_change", reason="Flight risk")
    assert running(bail) == {"CRM_BAIL"}
    type(line).objects.filter(pk=line.pk).update(state="UNDER_REVIEW")
    bail = type(bail).objects.get(pk=bail.pk)
    with refused_for("stage"):
        act(cast, bail, "ask_change")


@pytest.mark.parametrize("verb", ["summon", "compel"])
def test_under_an_expired_measure_the_suspect_must_be_released(cast, line, verb):
    summons = stories.measure(cast, line, verb)
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        assert (lapse(), lapse()) == (1, 0)
        summons.refresh_from_db()
        assert (summons.state, summons.over_because) == ("OVER", "expired")
        act(cast, summons, "release", reason="let go")
        assert (summons.state, summons.ending) == ("ENDED", "released")


def test_an_extension_granted_in_time_and_recorded_late_revives_it(cast, line):
    bail = stories.measure(cast, line, "bail")
    clock = Clock.objects.about(bail)
    true_end = clock.get().due_at
    clock.update(due_at=bail.since - timedelta(seconds=1))
    lapse()
    clock.update(due_at=true_end)
    assert lapse() == 1
    bail.refresh_from_db()
    assert (bail.state, bail.over_because) == ("RUNNING", "")


def test_a_foreigner_is_reported_within_forty_eight_hours(cast, line):
    walk(cast, line, ("identify", {"country": "VNM"}))
    detention = stories.measure(cast, line)
    report = Clock.objects.about(detention).get(rule__code="CRM_FOREIGN")
    assert report.due_at - detention.since == timedelta(hours=48)
    act(cast, detention, "report_foreigner")
    assert "CRM_FOREIGN" not in running(detention)


def test_a_suspect_found_to_be_a_foreigner_while_held_is_reported(cast, line):
    detention = stories.measure(cast, line)
    walk(cast, line, ("identify", {"country": "VNM"}))
    assert "CRM_FOREIGN" in running(detention)
    walk(cast, line, ("identify", {"country": "CHN"}))
    assert "CRM_FOREIGN" not in running(detention)


def test_the_summons_of_a_foreigner_is_not_reported(cast, line):
    """MPSP art. 367 names bail, residential surveillance, detention and arrest."""
    summons = stories.measure(cast, line, "summon")
    walk(cast, line, ("identify", {"country": "VNM"}))
    assert running(summons) == {"CRM_SUMMON"}
    assert "CRM_FOREIGN" in running(stories.measure(cast, line, "bail"))


@pytest.mark.parametrize("country", ["CHN", "HKG", "MAC", "TWN"])
def test_a_citizen_is_no_foreigner(cast, line, country):
    walk(cast, line, ("identify", {"country": country}))
    assert "CRM_FOREIGN" not in running(stories.measure(cast, line))


def test_measures_are_visible_to_the_agency_only(cast, line):
    detention = stories.measure(cast, line)
    seen = {who for who in ("antismuggling.officer", "customs.officer", "commerce.officer", "centre.supervisor")
            if Measure.objects.visible_to(cast[who]).filter(pk=detention.pk).exists()}  # fmt: skip
    assert seen == {"antismuggling.officer", "centre.supervisor"}


def test_a_proceeding_does_not_close_while_a_person_is_held(cast, line):
    inside = line.proceeding
    walk(cast, line, "detain", ("drop", {"reason": "no crime"}))
    stories.walk(cast, inside, [("withdraw", "antismuggling.lead", {"outcome_reason": "no crime"})])
    with refused_for("measures"):
        stories.walk(cast, inside, [("close", "antismuggling.lead", {})])
    act(cast, line.measures.get(), "release", reason="released")
    stories.walk(cast, inside, [("close", "antismuggling.lead", {})])
    assert inside.state == "CLOSED"


# Extensions of the custody for investigation -------------------------------------------------------------------------
def request_clock(arrest):
    return Clock.objects.running().about(arrest).filter(rule__code="CRM_EXTEND_REQ").first()


def day_of(clock):
    return timezone.localtime(clock.due_at).date()


def custody_of(arrest):
    return Clock.objects.about(arrest).get(rule__code="CRM_INVEST")


def granted(cast, arrest, step):
    clock = custody_of(arrest)
    extend_clock(clock, actor=cast["antismuggling.lead"], step=step, paper="检延", reason="complex")


def test_an_extension_is_to_be_requested_seven_days_before_the_custody_ends_also_after_its_end_moved(cast, line):
    arrest = stories.arrested(cast, line)
    assert day_of(request_clock(arrest)) == day_of(custody_of(arrest)) - timedelta(days=7)
    granted(cast, arrest, "1")
    assert day_of(request_clock(arrest)) == day_of(custody_of(arrest)) - timedelta(days=7)


def test_another_request_is_due_before_the_new_end_while_extensions_remain(cast, line):
    arrest = stories.arrested(cast, line)
    for step in ("1", "2", "3"):
        act(cast, arrest, "request_extension", paper="缉提延")
        assert request_clock(arrest) is None
        granted(cast, arrest, step)
        if step != "3":
            assert day_of(request_clock(arrest)) == day_of(custody_of(arrest)) - timedelta(days=7)
    assert request_clock(arrest) is None


def test_no_request_is_due_after_the_case_went_to_the_procuratorate(cast, line):
    arrest = stories.arrested(cast, line)
    stories.walk(cast, line.proceeding, [("prosecute_opinion", "antismuggling.lead", {})])
    assert request_clock(arrest) is None
