"""Handing over all work of a person at once, without losing concurrent changes by colleagues."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.duty.actions import enter_absence
from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, Invalid, Stale
from agencies.kernel.resource import resource_of
from cases.intake.models import Lead
from cases.proceedings.models import Proceeding
from coordination.automation.routing.loads import loads
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task
from coordination.workspace.reassignment import hand_over_all, held_by
from tests import stories
from tests.costs import costs_no_more
from tests.kept_stories import story

PAGE = "/handing-over/"


@story
def everything_of_the_officer(cast):
    """A lead in triage, a proceeding with its team and a draft transfer, handled by the customs officer."""
    lead = stories.lead(cast)
    stories.walk(cast, lead, [("take_up", "customs.officer", {})])
    proceeding = stories.proceeding(cast, "INVESTIGATE")
    draft = stories.transfer(cast, "DRAFT_REPORT")
    draft.team.set([cast.user("customs.officer"), cast.user("customs.legal")])
    return lead, proceeding, draft


def over(cast, by="customs.lead", person="customs.officer", to="customs.legal"):
    return hand_over_all(cast.user(person), actor=cast[by], to=cast.user(to), reason="moves to another post")


def test_the_lead_hands_over_all_of_it_at_once(cast):
    lead, proceeding, draft = everything_of_the_officer(cast)
    before = Event.objects.count()
    results = over(cast)
    assert [result.refused for result in results] == [""] * len(results)
    assert {result.held.thing.pk for result in results} >= {lead.pk, proceeding.pk, draft.pk}
    assert Event.objects.count() == before + len(results)
    colleague = cast.user("customs.legal")
    assert Lead.objects.get(pk=lead.pk).officer == colleague
    assert Proceeding.objects.get(pk=proceeding.pk).handler == colleague
    assert cast.user("customs.officer") not in Referral.objects.get(pk=draft.pk).team.all()
    assert not list(held_by(cast.user("customs.officer"), cast["customs.lead"]))


def test_the_investigator_stays_on_the_team_and_may_not_decide_later(cast):
    proceeding = stories.proceeding(cast, "INVESTIGATE")
    team = set(proceeding.team.all())
    over(cast)
    assert set(proceeding.team.all()) >= team | {cast.user("customs.legal")}


def test_a_task_goes_over_by_its_table(cast):
    task = stories.task(cast, "CLAIMED")
    [result] = hand_over_all(
        cast.user("commerce.officer"), actor=cast["commerce.lead"], to=cast.user("commerce.legal"), reason="leaves"
    )
    assert (result.held.thing, result.refused) == (task, "")
    assert Task.objects.get(pk=task.pk).assignee == cast.user("commerce.legal")
    assert Event.objects.filter(object_id=task.pk).latest("id").verb == "hand_over"


def test_items_taken_by_a_colleague_meanwhile_are_reported(cast):
    lead, _proceeding, _draft = everything_of_the_officer(cast)
    rows = list(held_by(cast.user("customs.officer"), cast["customs.lead"]))
    Lead.objects.filter(pk=lead.pk).update(version=99, officer=cast.user("customs.lead"))
    held = next(row for row in rows if row.thing.pk == lead.pk)
    with pytest.raises(Stale):
        held.part.pass_on(
            held.thing, cast.user("customs.officer"), cast.user("customs.legal"), cast["customs.lead"], "late"
        )
    assert Lead.objects.get(pk=lead.pk).officer == cast.user("customs.lead")


@pytest.mark.parametrize("by", ["commerce.lead", "centre.coordinator", "customs.admin", "sysadmin", "customs.legal"])
def test_only_the_officer_or_a_lead_hands_over_work(cast, by):
    with pytest.raises(Forbidden):
        over(cast, by)


def test_a_person_hands_over_their_own_work(cast):
    lead, _proceeding, _draft = everything_of_the_officer(cast)
    over(cast, by="customs.officer")
    assert Lead.objects.get(pk=lead.pk).officer == cast.user("customs.legal")


@pytest.mark.parametrize("to", ["commerce.officer", "customs.officer"])
def test_it_goes_to_another_colleague_of_the_same_agency(cast, to):
    with pytest.raises(Invalid, match="same agency"):
        over(cast, to=to)


def test_it_is_not_handed_to_absent_colleagues(cast):
    today = timezone.localdate()
    enter_absence(cast.user("customs.legal"), actor=cast["customs.lead"], since=today, until=today + timedelta(days=1))
    with pytest.raises(Invalid, match="away"):
        over(cast)
    assert next(load for load in loads(cast["customs.lead"].agency_id) if load.away).person == cast.user(
        "customs.legal"
    )


@pytest.mark.slow
def test_the_page_shows_rows_and_results_and_costs_no_more_for_many(cast):
    lead, proceeding, _draft = everything_of_the_officer(cast)
    browser, of_officer = cast.browser("customs.lead"), f"{PAGE}?person=customs.officer"
    with costs_no_more(browser, of_officer):
        for _ in range(6):
            stories.proceeding(cast, matter=proceeding.case)
    shown = browser.get(of_officer).content.decode()
    assert lead.title in shown
    sent = {"person": "customs.officer", "to": "customs.legal", "reason": "retires"}
    answer = browser.post(PAGE, sent)
    assert answer.status_code == 200
    assert "Handed over" in answer.content.decode()
    assert "This person has no open work" in browser.post(PAGE, sent).content.decode()
    own = cast.browser("customs.officer")
    assert own.post(PAGE, {**sent, "person": "customs.lead"}).status_code == 400
    assert (
        "hand"
        in cast.browser("customs.admin").get(f"/accounts/{cast.user('customs.officer').pk}/switch/").content.decode()
    )


def test_the_api_reports_every_row_and_repeats_its_answer(cast):
    lead, _proceeding, _draft = everything_of_the_officer(cast)
    sent = {"person": "customs.officer", "to": "customs.legal", "reason": "retires"}
    browser, url, key = cast.browser("customs.lead"), "/api/v1/handing-over/", {"Idempotency-Key": "once"}
    first, again = (browser.post(url, sent, "application/json", headers=key) for _time in range(2))
    assert first.status_code == again.status_code == 200
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert {"resource": "leads", "id": str(lead.pk), "url": f"/api/v1/leads/{lead.pk}/", "refused": ""} in first.json()
    wrong = browser.post(url, {**sent, "to": "police.head"}, "application/json")
    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["pointer"] == "/to"


def test_letters_of_the_line_and_opinions_go_over_too(cast):
    draft, taken_in = stories.instruction(cast, "DRAFT", "assign_down"), stories.instruction(cast, "RECEIVED")
    opinion = stories.agency_opinion(cast, "WITH_LEAD")
    over(cast)
    over(cast, by="antismuggling.lead", person="antismuggling.officer", to="antismuggling.lead")
    over(cast, by="commerce.lead", person="commerce.officer", to="commerce.legal")
    for thing in (draft, taken_in, opinion):
        thing.refresh_from_db()
    assert draft.drafter == cast.user("customs.legal")
    assert taken_in.handler == cast.user("antismuggling.lead")
    assert opinion.handler == cast.user("commerce.legal")
    assert opinion.levels.get().person == cast.user("commerce.officer")
    answer = cast.browser("commerce.lead").get(resource_of(opinion).url(opinion)).text
    assert "handed it over to a colleague" in answer


def test_a_letter_at_another_agency_is_not_handed_over(cast):
    sent, given = stories.instruction(cast, "SENT"), stories.agency_opinion(cast, "GIVEN")
    for who, leads, thing in (("customs.officer", "customs.lead", sent), ("commerce.officer", "commerce.lead", given)):
        assert thing not in [held.thing for held in held_by(cast.user(who), cast[leads])]


def test_reminders_sent_or_to_be_answered_are_handed_over(cast):
    sent, owed = stories.reminder(cast, by="customs.officer"), stories.reminder(cast, "ANSWERED")
    ended = stories.reminder(cast, "WITHDRAWN", by="customs.officer")
    over(cast)
    over(cast, by="commerce.lead", person="commerce.officer", to="commerce.legal")
    for letter in (sent, owed, ended):
        letter.refresh_from_db()
    assert sent.writer == cast.user("customs.legal")
    assert sent.handler == owed.handler == cast.user("commerce.legal")
    assert owed.writer == cast.user("centre.coordinator")
    assert ended.writer == cast.user("customs.officer")
    page = resource_of(owed).url(owed)
    assert cast.browser("commerce.lead").get(page).text.count("handed it over to a colleague") == 1
    assert "handed it over to a colleague" not in cast.browser("centre.coordinator").get(page).text


def test_a_reminder_moved_meanwhile_is_reported(cast):
    letter = stories.reminder(cast)
    [held] = [one for one in held_by(cast.user("commerce.officer"), cast["commerce.lead"]) if one.thing == letter]
    stories.walk(cast, letter, [("take", "commerce.lead", {})])
    with pytest.raises(Stale):
        held.part.pass_on(
            held.thing, cast.user("commerce.officer"), cast.user("commerce.legal"), cast["commerce.lead"], "x"
        )
    letter.refresh_from_db()
    assert letter.handler == cast.user("commerce.lead")


def test_handing_over_discloses_no_confidential_letter(cast):
    letter = stories.confidential(cast, "DRAFT")
    assert letter not in [held.thing for held in held_by(cast.user("customs.officer"), cast["customs.lead"])]
    assert letter in [held.thing for held in held_by(cast.user("customs.officer"), cast["customs.officer"])]
    [text] = [one for one in over(cast, by="customs.officer") if one.held.thing == letter]
    assert "may know of it" in text.refused
    letter.refresh_from_db()
    assert letter.drafter == cast.user("customs.officer")


def test_a_confidential_letter_is_handed_to_a_named_colleague(cast):
    letter = stories.confidential(cast, "DRAFT")
    stories.walk(cast, letter, [("name", "customs.officer", {"people": [cast["customs.legal"].id], "reason": "helps"})])
    [text] = [one for one in over(cast, by="customs.officer") if one.held.thing == letter]
    assert text.refused == ""
    letter.refresh_from_db()
    assert letter.drafter == cast.user("customs.legal")


def test_returned_referrals_are_handed_over_and_their_author_still_may_not_approve(cast):
    letter = stories.transfer(cast, "SUPPLEMENT")
    Referral.objects.filter(pk=letter.pk).update(drafter=cast.user("customs.officer"))
    letter.team.set([cast.user("customs.lead"), cast.user("customs.legal")])
    assert letter.pk in {result.held.thing.pk for result in over(cast)}
    letter.refresh_from_db()
    assert letter.drafter == cast.user("customs.legal")
    assert cast.user("customs.officer") in letter.team.all()
    assert not list(held_by(cast.user("customs.officer"), cast["customs.lead"]))


def test_a_team_of_two_is_not_made_one_by_handing_over_within_it(cast):
    proceeding = stories.proceeding(cast, "INVESTIGATE")
    proceeding.team.set([cast.user("customs.officer"), cast.user("customs.legal")])
    Proceeding.objects.filter(pk=proceeding.pk).update(handler=cast.user("customs.lead"))
    [result] = over(cast)
    assert "already on its team" in result.refused
    [result] = over(cast, to="customs.lead")
    assert not result.refused
    assert cast.user("customs.lead") in proceeding.team.all()
