"""Workload by person and unit, and assigning selected rows without losing concurrent changes."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from agencies.duty.actions import enter_absence
from agencies.journal.models import Event
from agencies.runs.models import Run
from cases.intake.actions import take_up_lead
from cases.intake.models import Lead
from cases.proceedings.models import Proceeding
from coordination.automation.routing.dispatch import route_arrivals
from coordination.automation.routing.loads import loads_of
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.actions import ask_task
from coordination.exchange.tasks.models import Task
from coordination.lists.bulk_actions import pick_of
from tests import stories
from tests.costs import costs_no_more

PAGE = "/load/"


def load_of(cast, who):
    agency = cast[who].agency_id
    return next(one for one in loads_of(agency).people if one.person.username == who)


def sent(cast, things, to, by="customs.lead", picks=None):
    """The answer to the form below the rows of a desk."""
    answers = {"to": str(cast.user(to).pk), "reason": "evens out the load"}
    rows = picks or [pick_of(thing) for thing in things]
    data = {"action": "hand_over", "scope": "selected", "sure": "1", "row": rows, **answers}
    return cast.browser(by).post("/load/bulk/?person=customs.officer", data)


def give(cast, things, to, by="customs.lead"):
    """The run, and why each row was refused."""
    answer = sent(cast, things, to, by)
    assert answer.status_code == 302, answer.text
    run = Run.objects.get(pk=answer.url.split("/")[2])
    refused = {row.subject: row.said for row in run.rows.all()}
    return run, [refused[thing.pk] for thing in things]


def taken_up(cast, who="customs.officer"):
    lead = stories.lead(cast)
    take_up_lead(lead, actor=cast[who])
    return Lead.objects.get(pk=lead.pk)


def test_each_kind_is_counted_with_late_and_due_items(cast):
    late, near = taken_up(cast), taken_up(cast)
    now = timezone.now()
    Lead.objects.filter(pk=late.pk).update(due_at=now - timedelta(days=2), breach_at=now - timedelta(days=1))
    Lead.objects.filter(pk=near.pk).update(due_at=now + timedelta(hours=3), breach_at=now + timedelta(hours=3))
    stories.proceeding(cast)
    stories.transfer(cast, "DRAFT_REPORT")
    numbers = load_of(cast, "customs.officer").numbers
    assert [numbers.by_kind[kind] for kind in ("lead", "proceeding", "referral")] == [2, 1, 1]
    assert (numbers.overdue, numbers.soon, numbers.weight) == (1, 1, 2 + 3 * 2)


def test_a_unit_counts_routed_and_unclaimed_items(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,claim,normal,,lead")
    for _ in range(2):
        stories.lead(cast)
    route_arrivals()
    taken_up(cast)
    units = {one.unit.code: one for one in loads_of(cast["customs.lead"].agency_id).units}
    assert (units["GACC_RISK"].numbers.by_kind["lead"], units["GACC_RISK"].unclaimed) == (2, 2)
    assert (units["GACC"].numbers.by_kind["lead"], units["GACC"].unclaimed) == (1, 0)


@pytest.mark.slow
def test_absent_people_show_their_return_and_get_nothing(cast):
    lead, until = taken_up(cast), timezone.localdate() + timedelta(days=3)
    enter_absence(cast.user("customs.legal"), actor=cast["customs.lead"], since=timezone.localdate(), until=until)
    assert load_of(cast, "customs.legal").away_until == until
    assert f"away until {until}" in cast.browser("customs.lead").get(PAGE).content.decode()
    assert sent(cast, [lead], "customs.legal").status_code == 400
    assert not Run.objects.exists()


@pytest.mark.slow
def test_chosen_rows_of_every_kind_go_over(cast):
    lead, free = taken_up(cast), stories.lead(cast)
    proceeding = stories.proceeding(cast, "INVESTIGATE")
    task = ask_task(stories.case(cast), actor=cast["customs.officer"], agency="GACC", title="Weigh it")
    team = set(proceeding.team.all())
    run, refused = give(cast, [lead, free, proceeding, task], "customs.legal")
    assert refused == [""] * 4
    colleague = cast.user("customs.legal")
    assert {Lead.objects.get(pk=one.pk).officer for one in (lead, free)} == {colleague}
    assert Proceeding.objects.get(pk=proceeding.pk).handler == colleague
    assert Task.objects.get(pk=task.pk).assignee == colleague
    assert Event.objects.filter(verb="pass_on").count() == 3

    # All of it is undone within a minute, as is the change of the team.
    page = cast.browser("customs.lead").post(f"/runs/{run.pk}/undo/", follow=True)
    assert "4 rows done." in page.text
    assert Lead.objects.get(pk=lead.pk).officer == cast.user("customs.officer")
    assert Lead.objects.get(pk=free.pk).officer is None
    assert Task.objects.get(pk=task.pk).assignee is None
    kept = Proceeding.objects.get(pk=proceeding.pk)
    assert kept.handler == cast.user("customs.officer")
    assert set(kept.team.all()) == team


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "state"), [("draft", "DRAFT_REPORT"), ("received", "ACCEPTED")])
def test_a_referral_goes_back_with_its_team(cast, kind, state):
    letter = stories.transfer(cast, state)
    agency = "customs" if kind == "draft" else "antismuggling"
    before, team = (letter.drafter, letter.handler), set(letter.team.all())
    to = cast.user(f"{agency}.lead")
    run, refused = give(cast, [letter], to.username, by=f"{agency}.lead")
    assert refused == [""]
    letter.refresh_from_db()
    assert to in (letter.drafter, letter.handler)
    cast.browser(f"{agency}.lead").post(f"/runs/{run.pk}/undo/")
    letter.refresh_from_db()
    assert ((letter.drafter, letter.handler), set(letter.team.all())) == (before, team)


@pytest.mark.slow
def test_an_unassigned_proceeding_and_referral_have_no_handler_again(cast):
    proceeding, letter = stories.proceeding(cast, "INVESTIGATE"), stories.transfer(cast, "ACCEPTED")
    Proceeding.objects.filter(pk=proceeding.pk).update(handler=None)
    Referral.objects.filter(pk=letter.pk).update(handler=None)
    for thing, by, to in (
        (proceeding, "customs.lead", "customs.legal"),
        (letter, "antismuggling.lead", "antismuggling.officer"),
    ):
        thing.refresh_from_db()
        run, refused = give(cast, [thing], to, by=by)
        assert refused == [""]
        thing.refresh_from_db()
        assert thing.handler == cast.user(to)
        assert "1 row done." in cast.browser(by).post(f"/runs/{run.pk}/undo/", follow=True).text
        thing.refresh_from_db()
        assert thing.handler is None


def test_rows_moved_meanwhile_stay_moved(cast):
    lead = taken_up(cast)
    _run, first = give(cast, [lead], "customs.legal")
    _run, second = give(cast, [lead], "customs.lead", by="customs.head")
    assert (first, "recorded this" in second[0]) == ([""], True)
    assert Lead.objects.get(pk=lead.pk).officer == cast.user("customs.legal")


def test_only_leads_move_rows_and_only_within_their_agency(cast):
    lead = taken_up(cast)
    colleague = stories.lead(cast)
    assert (
        "by the person concerned or by a lead" in give(cast, [colleague], "customs.legal", by="customs.officer")[1][0]
    )
    assert sent(cast, [lead], "commerce.officer").status_code == 400
    assert "may not see" in give(cast, [lead], "commerce.officer", by="commerce.lead")[1][0]
    assert Lead.objects.get(pk=lead.pk).officer == cast.user("customs.officer")


@pytest.mark.parametrize("pick", ["", "leads", "leads:x:1", f"cases:{UUID(int=1)}:1", "leads:1:²"])
def test_a_row_that_was_made_up_is_refused(cast, pick):
    assert sent(cast, [], "customs.legal", picks=[pick]).status_code == (302 if not pick else 400)
    assert not Run.objects.exists()


def test_rows_closed_meanwhile_are_reported_and_the_others_moved(cast):
    closed, open_ = taken_up(cast), taken_up(cast)
    stories.walk(cast, closed, [("close", "customs.officer", {"closing": "false_lead", "reason": "no"})])
    assert [bool(one) for one in give(cast, [closed, open_], "customs.legal")[1]] == [True, False]


@pytest.mark.slow
def test_the_page_moves_selected_rows(cast):
    lead, other = taken_up(cast), taken_up(cast)
    browser = cast.browser("customs.lead")
    page = browser.get(f"{PAGE}?person=customs.officer").content.decode()
    keys = re.findall(r'name="row" id="row_\d+" value="([^"]+)"', page)
    assert len(keys) == 2
    chosen = next(key for key in keys if str(lead.pk) in key)
    answers = {"action": "hand_over", "scope": "selected", "sure": "1"}
    answers |= {"to": str(cast.user("customs.legal").pk), "reason": "evens out"}
    nothing = browser.post("/load/bulk/?person=customs.officer", answers, follow=True)
    assert "Choose at least one row" in nothing.text
    assert nothing.request["PATH_INFO"] == PAGE
    done = browser.post("/load/bulk/?person=customs.officer", answers | {"row": chosen}, follow=True)
    assert "possible for a minute" in done.text
    assert Lead.objects.get(pk=lead.pk).officer == cast.user("customs.legal")
    assert Lead.objects.get(pk=other.pk).officer == cast.user("customs.officer")


@pytest.mark.slow
def test_unclaimed_rows_of_a_unit_are_given_out_from_there(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,claim,high,,lead")
    lead, elsewhere = stories.lead(cast), stories.proceeding(cast)
    route_arrivals()
    page = cast.browser("customs.lead").get(f"{PAGE}?unit=GACC_RISK")
    assert [row.line.key for row in page.context["rows"]] == [("lead", lead.pk)]
    assert elsewhere.pk


@pytest.mark.parametrize("who", ["customs.officer", "auditor", "sysadmin", "centre.coordinator"])
def test_the_page_is_for_leads(cast, who):
    assert cast.browser(who).get(PAGE).status_code == 403


@pytest.mark.parametrize("query", ["person=commerce.officer", "unit=MOFCOM_SCB", "person=%00"])
def test_no_other_agencys_desk_is_shown(cast, query):
    assert cast.browser("customs.lead").get(f"{PAGE}?{query}").status_code == 400


@pytest.mark.slow
def test_it_costs_the_same_for_many(cast):
    case = stories.case(cast)

    def work(number):
        for _ in range(number):
            taken_up(cast)
            stories.proceeding(cast, matter=case)

    work(1)
    with costs_no_more(cast.browser("customs.lead"), PAGE, f"{PAGE}?person=customs.officer"):
        work(6)
