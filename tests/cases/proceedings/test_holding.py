"""Customs may hold a person suspected of smuggling for one day, two at most (Customs Law art. 6)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.kernel.errors import Forbidden, TransitionRefused
from cases.casefile.actions import add_party
from cases.clocks.actions import extend_clock
from cases.clocks.counting import SHANGHAI
from cases.clocks.models import Alert, Clock
from cases.proceedings.actions import add_line, open_proceeding
from cases.proceedings.models import Decision
from tests import stories
from tests.refusals import invalid_at, refused_for

ORDER = {"authority": "Head of the district customs", "paper": "沪关扣人〔2026〕1号", "reason": "caught at the quay"}
LET_GO = {"paper": "沪关解扣〔2026〕1号"}


def perform(cast, line, verb, who="customs.lead", **given):
    stories.walk(cast, line, [(verb, who, given)])
    line.refresh_from_db()


def unmet(cast, line, verb, who="customs.lead", **given):
    with pytest.raises(TransitionRefused) as no:
        perform(cast, line, verb, who, **given)
    return {missing.code for missing in no.value.missing}


def hold_of(line):
    return Clock.objects.about(line).filter(rule__code="CUS_HOLD_SUSPECT").order_by("-started_at").first()


@pytest.fixture
def driver(cast):
    """A person who is a party, like their company, in a customs investigation."""
    inside = stories.proceeding(cast, "INVESTIGATE")
    officer = cast["customs.officer"]
    add_party(inside.case, actor=officer, name="Driver", kind="person", role="suspect")
    add_line(inside, actor=officer, party=str(inside.case.parties.get(name="Driver").pk))
    return Decision.objects.get(proceeding=inside, party__name="Driver")


def test_the_hold_lasts_twenty_four_hours_and_only_the_head_extends_it_to_forty_eight_and_no_further(cast, driver):
    perform(cast, driver, "hold_person", **ORDER)
    hold = hold_of(driver)
    assert hold.due_at - hold.started_at == timedelta(hours=24)
    assert (hold.private, hold.rule.kind) == (True, "validity")
    hold, values = hold_of(driver), {"step": "1", "paper": "延扣", "reason": "several suspects"}
    with refused_for("office"):
        extend_clock(hold, actor=cast["customs.lead"], **values)
    extend_clock(hold, actor=cast["customs.head"], **values)
    hold.refresh_from_db()
    assert hold.due_at - hold.started_at == timedelta(hours=48)
    with pytest.raises(TransitionRefused):
        extend_clock(hold, actor=cast["customs.head"], **values)


def test_it_runs_through_a_holiday(cast, driver):
    began = datetime(2026, 2, 17, 3, 30, tzinfo=SHANGHAI)
    Decision.objects.filter(pk=driver.pk).update(state_since=began - timedelta(days=1))
    driver.refresh_from_db()
    perform(cast, driver, "hold_person", **ORDER, happened_at=began)
    assert hold_of(driver).due_at == began + timedelta(hours=24)


def test_the_expiry_of_a_hold_notifies_and_prevents_an_extension(cast, driver):
    perform(cast, driver, "hold_person", **ORDER)
    assert Alert.objects.filter(clock=hold_of(driver), mark=Alert.EXPIRED).exists()
    Clock.objects.filter(pk=hold_of(driver).pk).update(
        due_at=timezone.now() - timedelta(minutes=1), breach_at=timezone.now() - timedelta(minutes=1)
    )
    with refused_for("ended"):
        extend_clock(hold_of(driver), actor=cast["customs.head"], step="1", paper="延扣", reason="late")


def test_a_unit_is_not_held_and_a_person_not_twice(cast, driver):
    perform(cast, driver, "hold_person", **ORDER)
    assert unmet(cast, driver, "hold_person", **ORDER) == {"held"}
    officer, inside = cast["customs.officer"], driver.proceeding
    unit = inside.case.parties.exclude(kind="person").first()
    add_line(inside, actor=officer, party=str(unit.pk))
    assert unmet(cast, Decision.objects.get(proceeding=inside, party=unit), "hold_person", **ORDER) == {"person"}


def test_only_a_lead_of_customs_holds_persons_by_a_numbered_decision_and_commerce_never_does(cast, driver):
    with invalid_at("/authority", "/paper", "/reason"):
        perform(cast, driver, "hold_person")
    with pytest.raises(Forbidden):
        perform(cast, driver, "hold_person", "customs.officer", **ORDER)
    case, officer = stories.case(cast, by="commerce.officer"), cast["commerce.officer"]
    elsewhere = open_proceeding(case, actor=officer, kind="commerce")
    stories.walk(cast, elsewhere, [("file", "commerce.lead", {"external_number": "商安控立〔2026〕9号"})])
    add_party(elsewhere.case, actor=officer, name="Clerk", kind="person", role="suspect")
    clerk = elsewhere.case.parties.get(name="Clerk")
    add_line(elsewhere, actor=officer, party=str(clerk.pk))
    with pytest.raises(Forbidden):
        perform(cast, Decision.objects.get(party=clerk), "hold_person", "commerce.lead", **ORDER)


def test_the_release_ends_it_and_can_be_recorded_after_the_line_was_transferred(cast, driver):
    perform(cast, driver, "hold_person", **ORDER)
    perform(cast, driver, "assess_transfer", "customs.officer", **stories.ASSESSED)
    perform(cast, driver, "transfer", "customs.officer", reason="smuggling")
    assert hold_of(driver).stopped_at is None
    perform(cast, driver, "release_person", "customs.officer", **LET_GO, note="handed to the bureau")
    assert hold_of(driver).stopped_at is not None
    assert unmet(cast, driver, "release_person", "customs.officer", **LET_GO) == {"held"}


def test_no_line_is_dropped_and_no_proceeding_closed_while_a_person_is_held(cast, driver):
    perform(cast, driver, "hold_person", **ORDER)
    assert unmet(cast, driver, "drop", "customs.officer", reason="no evidence") == {"held"}
    Decision.objects.filter(pk=driver.pk).update(state="DROPPED")
    inside = driver.proceeding
    type(inside).objects.filter(pk=inside.pk).update(state="NO_CASE")
    inside.refresh_from_db()
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, inside, [("close", "customs.lead", {})])
    assert [(missing.code, "Driver" in missing.detail) for missing in no.value.missing] == [("held", True)]


def test_the_page_and_the_api_show_a_hold_in_both_languages(cast, driver):
    perform(cast, driver, "hold_person", **ORDER)
    url = reverse("decision", args=[driver.pk])
    assert "Customs hold of a smuggling suspect" in cast.browser("customs.lead", "en").get(url).content.decode()
    assert "海关扣留走私犯罪嫌疑人" in cast.browser("customs.lead", "zh-hans").get(url).content.decode()
    done = cast.browser("customs.officer").post(
        f"/api/v1/decisions/{driver.pk}/release_person/",
        {**LET_GO, "version": Decision.objects.get(pk=driver.pk).version}, content_type="application/json",
    )  # fmt: skip
    assert done.status_code == 200, done.content
    assert hold_of(driver).stopped_at is not None
