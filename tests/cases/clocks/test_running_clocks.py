"""The running deadlines of an agency: buckets, filters, sorts, print and export."""

import csv
import io
import itertools
from datetime import datetime, timedelta
from uuid import uuid4

import openpyxl
import pytest
from django.utils import timezone

from agencies.kernel.filtering import NEVER
from agencies.kernel.tables import csv_file, xlsx_file
from agencies.kernel.work import Side
from agencies.people.sight import actor_for
from agencies.work.models import WorkItem
from cases.casefile.walls import WALL
from cases.clocks.access import sides_of
from cases.clocks.models import Clock, PeriodRule
from cases.clocks.reference import load
from coordination.exchange.referrals.models import Referral
from tests import stories

LIST, CSV, XLSX = "/deadlines/running/", "/lists/running_clocks/csv/", "/lists/running_clocks/xlsx/"
OFFICER, BUREAU = "customs.officer", "antismuggling.officer"


def running(cast, who=OFFICER, **given):
    answer = cast.browser(who).get(LIST, given)
    assert answer.status_code == 200
    return [clock.pk for clock in answer.context["page"].items]


def chips(cast, who=OFFICER, **given):
    shown = cast.browser(who).get(LIST, given).context
    return {str(chip.label): chip for chip in shown["chips"]}


def set_due(clock, hours, lenient=None):
    due = timezone.now() + timedelta(hours=hours)
    breach = timezone.now() + timedelta(hours=hours if lenient is None else lenient)
    Clock.objects.filter(pk=clock.pk).update(
        started_at=timezone.now() - timedelta(days=99), due_at=due, breach_at=breach
    )


def test_between_the_strict_and_the_lenient_reading_a_duty_is_near_and_an_expired_measure_is_not_overdue(cast):
    stories.lead(cast)
    clock = Clock.objects.get()
    set_due(clock, -5, lenient=10)
    assert running(cast, due="24h") == [clock.pk]
    assert running(cast, due="overdue") == []
    set_due(clock, -15, lenient=-1)
    assert running(cast, due="24h") == []
    assert running(cast, due="overdue") == [clock.pk]
    Clock.objects.update(rule=PeriodRule.objects.get(code="CUS_DETAIN_GOODS"), rule_kind="validity")
    set_due(clock, -5)
    assert running(cast, due="expired") == [clock.pk]
    assert running(cast, due="overdue") == []


@pytest.mark.both_databases  # empty values in the order
def test_promptly_sorts_after_dated_deadlines(cast):
    stories.lead(cast)
    Clock.objects.update(due_at=None, breach_at=None)
    assert running(cast, due="later") == [Clock.objects.get().pk]


@pytest.mark.slow
@pytest.mark.both_databases  # limited counts
def test_every_chip_leads_to_as_many_rows_as_it_counts(cast):
    stories.proceeding(cast, "INVESTIGATE")
    stories.transfer(cast, "HEAD_DECISION")
    for hours in (-3, 5, 50, 100, 500):
        stories.lead(cast)
        set_due(Clock.objects.filter(subject_kind="lead").latest("created_at"), hours)
    Clock.objects.filter(subject_kind="proceeding").update(provisional=True)
    for who in (OFFICER, BUREAU, "centre.supervisor"):
        browser = cast.browser(who)
        for label, chip in chips(cast, who).items():
            shown = browser.get(LIST + chip.url).context
            assert len(shown["page"].items) == chip.count, (who, label)
            assert [str(one.label) for one in shown["chips"] if one.active], label
    assert chips(cast)["Provisional dates"].count > 0


@pytest.mark.slow
def test_an_agency_counts_on_two_sides_what_it_sees_of_its_clocks_each_once(cast):
    stories.transfer(cast, "ACCEPTED")
    for agency, holder in ((OFFICER, BUREAU), (BUREAU, OFFICER), (BUREAU, BUREAU), (BUREAU, BUREAU)):
        lead = stories.lead(cast)
        agency, holder = cast.user(agency).agency, cast.user(holder).agency
        Clock.objects.about(lead).update(agency=agency, holder=holder, private=True, proceeding_id=lead.pk)
    officer, flags = cast.user(BUREAU), dict.fromkeys(("free", "returned", "first", "led", "restricted"), False)
    WorkItem.objects.create(
        **{"id": uuid4(), "kind": WALL, "side": Side.HIDDEN, "object_id": lead.pk, "person_id": officer.pk, **flags},
        **{"agency_id": officer.agency_id, "due_at": NEVER, "breach_at": NEVER},
    )
    hidden = Clock.objects.about(lead).get().pk
    for who in (OFFICER, BUREAU):
        actor = actor_for(cast.user(who))
        on_sides = [clock.pk for side in sides_of(actor) for clock in side]
        seen = Clock.objects.visible_to(actor).concerning(actor.own_agency).values_list("pk", flat=True)
        assert sorted(on_sides) == sorted(seen)
        assert chips(cast, who)["All running"].count == len(running(cast, who)) >= 2
        assert hidden not in on_sides
    assert sides_of(actor_for(cast.user("centre.supervisor"))) == []


@pytest.mark.slow
@pytest.mark.both_databases  # counts of facets
def test_every_choice_of_every_facet_leads_to_as_many_rows_as_it_counts(cast):
    stories.proceeding(cast, "INVESTIGATE")
    stories.transfer(cast, "HEAD_DECISION")
    stories.lead(cast)
    for who in (OFFICER, "centre.supervisor"):
        browser = cast.browser(who)
        titles = set()
        for title, choices in browser.get(LIST).context["facets"]:
            titles.add(str(title))
            for choice in choices:
                shown = browser.get(LIST + choice.url).context
                assert len(shown["page"].items) == choice.count, (who, title, choice)
                assert str(choice.label) in " ".join(str(one.label) for one in shown["chosen"])
        assert titles == {"Kind", "Concerns", "Who must act", "Handler", "Rule"}


@pytest.mark.slow
def test_the_handler_is_that_of_the_agency_that_keeps_the_clock(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    officer, drafter = cast.user("antismuggling.officer"), cast.user("customs.officer")
    review = Clock.objects.about(transfer).get(rule__code=transfer.review_rule)
    assert running(cast, "antismuggling.officer", handler=officer.pk) == running(cast, "antismuggling.officer")
    assert review.pk in running(cast, "antismuggling.officer", handler=officer.pk)
    stories.walk(cast, transfer, [("ask_supplement", "antismuggling.officer", {"asked_papers": "Test report"})])
    stories.received(cast, transfer)
    assert Clock.objects.about(transfer).get(rule__code="TRF_SUPPLEMENT").pk in running(cast, handler=drafter.pk)
    assert drafter.phone in cast.browser(OFFICER).get(LIST).content.decode()
    assert Referral.objects.get(pk=transfer.pk).handler == officer


def test_filtering_by_a_person_of_another_agency_is_not_understood(cast):
    foreign = cast.user("commerce.officer").pk
    left_out = cast.browser(OFFICER).get(LIST, {"handler": foreign}).context["left_out"]
    assert list(left_out) == ["handler"]
    assert cast.browser("centre.supervisor").get(LIST, {"handler": foreign}).context["left_out"] == {}
    assert cast.browser("centre.supervisor").get(LIST, {"handler": foreign}).status_code == 200


@pytest.mark.slow
def test_the_api_uses_the_same_filters(cast):
    stories.lead(cast)
    stories.proceeding(cast, "INVESTIGATE")
    client, me = cast.browser(OFFICER), cast.user(OFFICER).pk
    for query in ("subject=lead", "kind=duty", "due=later", "owner=GACC", "rule=INT_TRIAGE", f"handler={me}"):
        data = client.get(f"/api/v1/clocks/?agency=GACC&pending=1&{query}").json()["results"]
        assert {row["id"] for row in data} == {str(pk) for pk in client_rows(client, query)}, query


def client_rows(client, query):
    return [clock.pk for clock in client.get(f"{LIST}?{query}").context["page"].items]


@pytest.mark.slow
@pytest.mark.both_databases  # order and pages
def test_every_column_sorts(cast):
    stories.lead(cast)
    stories.transfer(cast, "HEAD_DECISION")
    everything = sorted(map(str, running(cast)))
    for sort in ("due", "-due", "started", "rule", "-rule", "subject"):
        assert sorted(map(str, running(cast, sort=sort))) == everything, sort


# The file ------------------------------------------------------------------------------------------------------------
def read_csv(answer):
    """Header and rows of a file, without the notices below them."""
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    return rows[: rows.index([])]


def read_xlsx(content):
    """The displayed texts of the rows above the empty one."""
    rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return [[cell_text(cell) for cell in row] for row in itertools.takewhile(any, rows)]


def cell_text(cell):
    return cell.strftime("%Y-%m-%d %H:%M") if isinstance(cell, datetime) else str(cell or "")


def test_a_file_has_the_rows_of_the_screen_in_its_order(cast):
    stories.lead(cast)
    stories.proceeding(cast, "INVESTIGATE")
    stories.transfer(cast, "HEAD_DECISION")
    client = cast.browser(OFFICER)
    for query in ("", "?kind=duty&sort=-due"):
        shown = [line.clock.rule.code for line in client.get(LIST + query).context["rows"]]
        rows = read_csv(client.post(CSV + query))
        assert [row[6] for row in rows[1:]] == shown
        workbook = read_xlsx(client.post(XLSX + query).content)
        assert workbook == rows


def test_no_cell_is_run_as_a_formula():
    wild = ["=1+1", "+86", "-1", "@SUM(A1)", "\tx", "\r=x", " =1", "＝1", "plain", None, "中文\x00\x0b"]
    rows = next(csv.reader(io.StringIO(csv_file([wild]).decode("utf-8-sig"))))
    assert [cell[:1] for cell in rows[:8]] == ["'"] * 8
    assert rows[8:] == ["plain", "", "中文"]
    [written] = openpyxl.load_workbook(io.BytesIO(xlsx_file("a/b", [wild]))).active.iter_rows()
    assert {cell.data_type for cell in written if cell.value} == {"s"}


def test_a_period_follows_the_kind_of_its_rule_when_the_reference_is_loaded_again(cast):
    stories.lead(cast)
    assert Clock.objects.get().rule_kind == "duty"
    Clock.objects.update(rule_kind="right")
    load()
    assert Clock.objects.get().rule_kind == "duty"
