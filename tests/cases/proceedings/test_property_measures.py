"""Measures on property: each has its own period and end, and holds its lots under a title while in force."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES
from cases.clocks.actions import extend_clock
from cases.clocks.alerts import planned
from cases.clocks.counting import end_of
from cases.clocks.models import Clock
from cases.custody.models import GoodsLot
from cases.proceedings.models import PropertyMeasure
from cases.proceedings.workflow import measure_kinds, period_of
from coordination.actions.performing import perform
from coordination.workspace.deadlines import describe
from tests import stories
from tests.costs import costs_no_more
from tests.refusals import invalid_at, refused_for

RELEASE = ("release", "customs.officer", {"paper": "解除扣留1号", "reason": "nothing found"})


def titles(measure):
    return set(GoodsLot.objects.filter(case=measure.proceeding.case).values_list("title_kind", flat=True))


def unmet(cast, thing, verb, who="customs.officer"):
    return {missing.code for missing in RESOURCES["property-measures"].workflow_of(thing).unmet(verb, cast[who], thing)}


def commerce_seal(cast, **changes):
    case = stories.shared_case(cast)
    inside = perform(
        RESOURCES["cases"], cast["commerce.officer"], case, "open_proceeding", {"kind": "commerce"}
    ).created
    steps = [
        ("file", "commerce.lead", {"external_number": f"商罚{stories.serial()}"}),
        ("investigate", "commerce.officer", {}),
    ]
    stories.walk(cast, inside, steps)
    return stories.property_measure(cast, inside, by="commerce.officer", measure="seal", **changes)


def criminal_freeze(cast, kind="crm_freeze"):
    return stories.property_measure(
        cast, stories.criminal(cast), by="antismuggling.officer", measure=kind, subject="Account 6222 0000"
    )


def test_goods_are_held_under_the_measure_from_its_order_and_it_is_visible_to_its_agency_only(cast):
    measure = stories.property_measure(cast)
    assert titles(measure) == {"detention"}
    lot = measure.lots.first()
    assert (lot.title_agency.code, lot.title_source, lot.title_since) == ("GACC", measure.pk, measure.since)
    assert lot.ledger.last().paper == measure.paper
    seen = [who for who in ("customs.officer", "commerce.officer", "police.officer", "centre.coordinator", "auditor")
            if PropertyMeasure.objects.visible_to(cast[who]).exists()]  # fmt: skip
    assert seen == ["customs.officer", "centre.coordinator"]
    page = cast.browser("commerce.officer").get(f"/proceedings/{measure.proceeding_id}/").content.decode()
    assert measure.paper not in page


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (stories.property_measure, "CUS_DETAIN_GOODS"),
        (commerce_seal, "ADM_SEAL"),
        (lambda cast: stories.property_measure(cast, measure="preservation"), "ADM_REG_PRESERVE"),
        (criminal_freeze, "CRM_FREEZE"),
        (lambda cast: criminal_freeze(cast, "securities"), "CRM_FREEZE_SEC"),
        (lambda cast: criminal_freeze(cast, "freeze_year"), "CRM_FREEZE_YEAR"),
        (lambda cast: criminal_freeze(cast, "equity"), "CRM_FREEZE_EQUITY"),
    ],
)
def test_the_period_of_its_kind_runs_about_the_measure_and_stops_with_its_release(cast, make, rule):
    measure = make(cast)
    clock = Clock.objects.running().about(measure).exclude(rule__code="ADM_FREEZE_SERVE").get()
    assert clock.rule.code == rule
    assert clock.private is measure.proceeding.is_criminal
    who = {"GACC": "customs.officer", "MOFCOM_SCB": "commerce.officer", "GACC_ASB": "antismuggling.officer"}
    verb, _, given = RELEASE
    stories.walk(cast, measure, [(verb, who[measure.proceeding.agency.code], given)])
    assert (measure.state, measure.end_paper) == ("RELEASED", "解除扣留1号")
    assert not Clock.objects.running().about(measure).exists()
    assert titles(measure) <= {""}


@pytest.fixture
def freezes_given(monkeypatch):
    """As if a statute gave the freeze of deposits in such a proceeding."""
    monkeypatch.setattr("cases.proceedings.powers.is_given", lambda line, group, measure: True)


@pytest.mark.parametrize(
    ("who", "kind", "query"), [("customs", "customs", "CUL art.6"), ("commerce", "commerce", "ECL art.28")]
)
def test_no_statute_lets_customs_or_commerce_freeze_deposits(cast, who, kind, query):
    """ACL art. 29: the Customs Law and the Export Control Law give a query of accounts only."""
    inside = stories.proceeding(cast, "INVESTIGATE")
    type(inside).objects.filter(pk=inside.pk).update(kind=kind)
    inside.refresh_from_db()
    with pytest.raises(Invalid, match=f"ACL art.29; {query}"):
        stories.property_measure(cast, inside, measure="freeze", subject="Account 1")
    order = {"measure": "freeze", "subject": "Account 1", "authority": "Head", "paper": "1", "reason": "x"}
    url = f"/api/v1/proceedings/{inside.pk}/order_measure/"
    answer = cast.browser("customs.officer").post(url, order, content_type="application/json")
    assert answer.status_code == 400
    assert "ACL art.29" in answer.content.decode()
    assert "freeze" not in dict(measure_kinds(inside, cast["customs.officer"]))


def test_a_freeze_is_served_on_the_party_within_three_working_days_of_its_order(cast, freezes_given):
    """ACL art. 31. The service does not end the freeze, and its proof may be recorded once."""
    measure = stories.property_measure(cast, measure="freeze", subject="Account 1")
    duty = Clock.objects.running().about(measure).get(rule__code="ADM_FREEZE_SERVE")
    assert (duty.rule.kind, duty.started_at) == ("duty", measure.since)
    stories.walk(cast, measure, [("serve", "customs.officer", {"paper": "送达回证1号"})])
    duty.refresh_from_db()
    assert duty.state == "STOPPED"
    assert Clock.objects.running().about(measure).get().rule.code == "ADM_FREEZE"
    assert (measure.state, measure.end_paper) == ("IN_FORCE", "")
    assert unmet(cast, measure, "serve") == {"duty"}


@pytest.mark.slow
def test_only_a_freeze_has_a_period_for_its_service_and_only_what_lapses_by_law_lapses_after_its_period(cast):
    assert unmet(cast, stories.property_measure(cast), "serve") == {"duty"}
    assert unmet(cast, stories.property_measure(cast), "lapse") == {"lapse", "period"}
    preserved = stories.property_measure(cast, measure="preservation")
    assert unmet(cast, preserved, "lapse") == {"period"}
    past = timezone.now() - timedelta(days=1)
    started = past - timedelta(days=11)
    PropertyMeasure.objects.filter(pk=preserved.pk).update(since=started)
    Clock.objects.about(preserved).update(started_at=started, due_at=past, breach_at=past)
    stories.walk(cast, preserved, [("lapse", "customs.officer", {})])
    assert (preserved.state, preserved.ended_at, titles(preserved)) == ("LAPSED", past, {""})


def test_a_freeze_that_was_not_served_lapses_with_its_own_period(cast, freezes_given):
    """The duty to serve it ends earlier and says nothing of the freeze."""
    measure = stories.property_measure(cast, measure="freeze", subject="Account 1")
    with time_machine.travel(measure.since + timedelta(days=20)):
        assert unmet(cast, measure, "lapse") == {"period"}
    ends = period_of(measure).get().due_at
    with time_machine.travel(ends + timedelta(days=2)):
        stories.walk(cast, measure, [("lapse", "customs.officer", {})])
    assert measure.ended_at == ends


def over_a_holiday(measure):
    """Moves its period so that it ends on Sunday, 15 February 2026, before the Spring Festival until the 23rd."""
    ends = {"due_at": end_of(date(2026, 2, 15)), "breach_at": end_of(date(2026, 2, 24))}
    period_of(measure).update(**ends, warn_by=ends["due_at"])
    since = end_of(date(2025, 8, 15))
    PropertyMeasure.objects.filter(pk=measure.pk).update(since=since, state_since=since)
    period_of(measure).update(started_at=since, state_since=since)
    measure.refresh_from_db()
    return period_of(measure).get()


def test_a_freeze_lapses_on_its_last_day_although_that_is_a_holiday(cast):
    measure = criminal_freeze(cast)
    clock = over_a_holiday(measure)
    with time_machine.travel(end_of(date(2026, 2, 16))):
        stories.walk(cast, measure, [("lapse", "antismuggling.officer", {"paper": "银行通知1号"})])
    assert measure.ended_at == clock.due_at


def test_a_freeze_is_renewed_by_its_last_day_and_not_in_the_holiday_after_it(cast):
    clock = over_a_holiday(criminal_freeze(cast))
    give = {"step": "1", "length": 6, "paper": "续冻1号", "reason": "The account is still needed."}
    renewed = {**give, "happened_at": end_of(date(2026, 2, 16))}
    with refused_for("ended"):
        extend_clock(clock, actor=cast["antismuggling.lead"], **renewed)
    extend_clock(clock, actor=cast["antismuggling.lead"], **give, happened_at=end_of(date(2026, 2, 14)))
    clock = Clock.objects.get(pk=clock.pk)
    assert clock.due_at.date() == date(2026, 8, 15)  # six months more, from the last day before any roll


def test_both_ends_of_a_freeze_are_on_the_page_and_in_the_api_and_it_is_over_by_the_earlier(cast):
    clock = over_a_holiday(criminal_freeze(cast))
    browser = cast.browser("antismuggling.officer")
    page = browser.get(reverse("clock", args=[clock.pk])).text
    assert "2026-02-15" in page
    assert "2026-02-24" in page
    row = browser.get(f"/api/v1/clocks/{clock.pk}/").json()
    assert (row["due_at"][:10], row["breach_at"][:10]) == ("2026-02-15", "2026-02-24")
    between = end_of(date(2026, 2, 18))
    words = describe(clock.due_at, clock.rule.kind, breach_at=clock.breach_at, now=between)
    assert (words.text, words.tone) == ("expired 3 d ago: must release", "past")
    planned_alerts = {alert.mark: alert.at for alert in planned(clock, clock.started_at)}
    assert planned_alerts["expired"] == clock.due_at


@pytest.mark.slow
def test_criminal_seizure_has_no_period_by_law_and_unrelated_property_is_released_within_three_days(cast):
    filed = stories.criminal(cast)
    lot = stories.lot(cast, filed.case)
    measure = stories.property_measure(cast, filed, by="antismuggling.officer", measure="seizure", lots=[str(lot.pk)])
    assert not Clock.objects.about(measure).exists()
    stories.walk(cast, measure, [("find_unrelated", "antismuggling.officer", {"reason": "of another owner"})])
    clock = Clock.objects.running().about(measure).get()
    assert (clock.rule.code, measure.state, clock.agency.code) == ("CRM_RELEASE_UNREL", "UNRELATED", "GACC_ASB")
    assert measure.due_at == clock.due_at
    stories.walk(cast, measure, [("release", "antismuggling.officer", {"paper": "退还1号", "reason": "returned"})])
    assert not Clock.objects.running().about(measure).exists()
    assert unmet(cast, stories.property_measure(cast), "find_unrelated") == {"criminal"}


def test_two_detentions_in_one_proceeding_run_separately(cast):
    first = stories.property_measure(cast)
    second = stories.property_measure(cast, first.proceeding)
    stories.walk(cast, first, [RELEASE])
    assert Clock.objects.running().about(second).exists()
    assert second.held_lots().count() == 2


def test_several_proceedings_of_one_case_have_their_own(cast):
    measure = stories.property_measure(cast)
    other = stories.proceeding(cast, "INVESTIGATE", measure.proceeding.case)
    assert not other.property_measures.exists()
    with invalid_at("/lots"):
        stories.property_measure(cast, other, lots=[str(lot.pk) for lot in measure.lots.all()])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"measure": "seal", "subject": "x"}, "/measure"),  # not for customs
        ({"measure": "crm_freeze", "subject": "x"}, "/measure"),
        ({"measure": "freeze"}, "/measure"),
        ({"lots": [], "subject": ""}, "/subject"),
    ],
)
def test_an_unlawful_order_is_refused(cast, changes, field):
    with pytest.raises(Invalid) as no:
        stories.property_measure(cast, **changes)
    assert [error.pointer for error in no.value.errors] == [field]


def test_a_part_may_be_released_and_the_last_of_it_only_with_the_measure(cast):
    measure = stories.property_measure(cast)
    one, other = measure.held_lots()
    part = {"lots": [str(one.pk)], "paper": "解除2号", "reason": "not controlled"}
    stories.walk(cast, measure, [("release_part", "customs.officer", part)])
    assert list(measure.held_lots()) == [other]
    with pytest.raises(Invalid):
        stories.walk(cast, measure, [("release_part", "customs.officer", part | {"lots": [str(other.pk)]})])
    with pytest.raises(Invalid):
        stories.walk(cast, measure, [("release_part", "customs.officer", part)])


def test_portions_remain_under_the_measure_of_their_lot(cast):
    measure = stories.property_measure(cast)
    stories.walk(cast, measure.lots.first(), [("split", "customs.officer", {"portions": "4000 20000"})])
    stories.walk(cast, measure, [RELEASE])
    assert titles(measure) == {""}


def test_confiscation_ends_the_measure_and_leaves_the_agency_a_title_to_dispose(cast):
    measure = stories.property_measure(cast)
    ending = {"handling": "confiscated", "paper": "处罚决定3号", "reason": "confiscated"}
    with pytest.raises(Forbidden):
        stories.walk(cast, measure, [("settle", "customs.officer", ending)])
    stories.walk(cast, measure, [("settle", "customs.lead", ending)])
    assert (measure.state, titles(measure)) == ("SETTLED", {"confiscation"})
    stories.walk(cast, measure.lots.first(), [("dispose", "customs.lead", {"disposal": "auction", "paper": "p"})])


@pytest.mark.slow
def test_a_measure_is_extended_through_its_clock(cast):
    measure = stories.property_measure(cast)
    clock = Clock.objects.about(measure).get()
    page = cast.browser("customs.officer").get(f"/proceedings/{measure.proceeding_id}/").content.decode()
    assert "left: 1 year more" in page
    stories.walk(cast, clock, [("extend", "customs.head", {"step": "1", "paper": "延长1号", "reason": "complex"})])
    page = cast.browser("customs.officer").get(f"/proceedings/{measure.proceeding_id}/").content.decode()
    for expected in ("used: 1 year", "none left", measure.paper, "Customs detention"):
        assert expected in page


def test_offered_goods_are_not_released(cast):
    measure = stories.property_measure(cast)
    GoodsLot.objects.filter(pk=measure.lots.first().pk).update(
        state="OFFERED", offered_to=cast["antismuggling.officer"].agency_id, offers_title=True
    )
    assert unmet(cast, measure, "release") == {"offered"}
    with pytest.raises(TransitionRefused):
        stories.walk(cast, measure, [RELEASE])


@pytest.mark.slow
def test_many_measures_cost_no_more_queries_than_one(cast):
    first = stories.property_measure(cast)
    with costs_no_more(cast.browser("customs.officer"), f"/proceedings/{first.proceeding_id}/"):
        for _ in range(12):
            stories.property_measure(cast, first.proceeding)
