"""Eight concurrent requests: one succeeds, the others are refused with its name, and nothing is duplicated or lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from agencies.journal.checkpoints import write_checkpoints
from agencies.journal.intervals import intervals_from_events
from agencies.journal.models import Event, ProxyStep, StateInterval
from agencies.journal.proxy_steps import transition_proxy_step
from agencies.journal.transitions import confirmed_by
from agencies.journal.verify import verify_outside_chains
from agencies.kernel.errors import TooMany, TransitionRefused
from agencies.kernel.paging import cursor_to, page_of
from agencies.kernel.resource import RESOURCES
from agencies.organisations.actions import take_number
from agencies.organisations.models import Agency
from agencies.people import throttle
from agencies.runs.models import Run, RunRow
from agencies.runs.worker import work, work_at_once
from cases.casefile.actions import add_party, move_case
from cases.casefile.models import Case
from cases.casefile.numbers import next_case_number
from cases.clocks.actions import restart_clock
from cases.clocks.models import Clock
from cases.intake.actions import close_lead, take_up_lead
from cases.intake.models import Lead, Revision
from cases.intake.receiving import ReportEffect, receive_lead
from cases.proceedings.actions import move_proceeding, open_proceeding
from coordination.automation.routing.dispatch import route_arrivals
from coordination.automation.routing.models import Routing
from coordination.exchange.corrections.models import Correction
from coordination.exchange.majorcases.actions import mark_major
from coordination.exchange.referrals.actions.criminal import accept_transfer
from coordination.exchange.referrals.actions.transitions import transition_referral
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.actions import answer_letter, send_letter, settle_letters, withdraw_letter
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.actions import ask_task, hand_over_task
from coordination.exchange.tasks.models import Task
from coordination.insight.campaigns.actions import draft_campaign, start_campaign
from coordination.insight.campaigns.models import Campaign
from coordination.lists import bulk
from coordination.messaging.outcomes.actions import record_outcomes
from coordination.messaging.outcomes.models import Outcome
from coordination.tooling.operation.background_jobs import WORKS
from coordination.workspace.reassignment import hand_over_all
from tests import stories
from tests.journal import verify_streams

from .test_workflow_matrix import STAGES, WHO, perform, put

# Both databases: two people at once.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.slow]
EIGHT = 8
ROUNDS = 5


def at_once(act):
    """Runs act(n) in eight threads that start together; returns each result or exception."""
    start = Barrier(EIGHT)

    def run(n):
        try:
            start.wait(timeout=20)
            return act(n)
        except TransitionRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(EIGHT) as pool:
        return list(pool.map(run, range(EIGHT)))


def split(answers):
    losers = [a for a in answers if isinstance(a, TransitionRefused)]
    return [a for a in answers if not isinstance(a, TransitionRefused)], losers


def test_one_of_eight_officers_signs_a_receipt(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    officers = [cast["antismuggling.officer"], cast["antismuggling.lead"]]

    def sign(n):
        return accept_transfer(Referral.objects.get(pk=transfer.pk), actor=officers[n % 2])

    winners, losers = split(at_once(sign))
    assert (len(winners), len(losers)) == (1, EIGHT - 1)
    assert all("缉私局" in refused.detail for refused in losers)
    assert Event.objects.filter(object_id=transfer.pk, verb="accept").count() == 1
    assert not list(verify_streams())


def test_two_coordinators_start_a_campaign_once_and_mark_a_case_once(cast):
    campaign, case = stories.campaign(cast, "DRAFT"), stories.case(cast)

    def start(_n):
        with confirmed_by(cast["centre.supervisor"]):
            return start_campaign(Campaign.objects.get(pk=campaign.pk), actor=cast["centre.coordinator"])

    def mark(_n):
        given = {"number": "1", "designation_reason": "large"}
        return mark_major(Case.objects.get(pk=case.pk), actor=cast["centre.coordinator"], **given)

    for act in (start, mark):
        winners, losers = split(at_once(act))
        assert (len(winners), len(losers)) == (1, EIGHT - 1)
    assert Event.objects.filter(object_id=campaign.pk, verb="start").count() == 1


def test_eight_campaigns_drafted_at_once_have_eight_numbers(cast):
    first = stories.campaign(cast, "DRAFT")
    plan = {name: getattr(first, name) for name in ("title_zh", "purpose", "starts_on", "ends_on")}
    made = at_once(lambda _n: draft_campaign(actor=cast["centre.coordinator"], members=["GACC"], **plan))
    assert len({one.number for one in made}) == EIGHT


def test_eight_hand_overs_at_once_leave_stays_without_gap_or_overlap(cast):
    task, people = stories.task(cast, "CLAIMED"), [cast["commerce.officer"].id, cast["commerce.head"].id]

    def hand_over(n):
        return hand_over_task(
            Task.objects.get(pk=task.pk), actor=cast["commerce.lead"], to=people[n % 2], reason=f"Turn {n}"
        )

    winners, _losers = split(at_once(hand_over))
    intervals = list(StateInterval.objects.filter(object_id=task.pk).order_by("number"))
    assert [interval.number for interval in intervals] == list(range(1, len(intervals) + 1))
    assert [interval.left_at for interval in intervals[:-1]] == [interval.entered_at for interval in intervals[1:]]
    assert 2 < len(intervals) <= 3 + len(winners)
    counted = intervals_from_events(Task.objects.get(pk=task.pk), "task")
    assert [(one.desk, one.entered_at, one.left_at) for one in counted] == [
        (one.desk, one.entered_at, one.left_at) for one in intervals
    ]


def test_eight_workers_route_each_item_once_and_take_turns(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,turn,high,customs.officer customs.lead,lead")
    leads = [stories.lead(cast) for _ in range(4)]
    at_once(lambda n: route_arrivals())
    route_arrivals()
    routed = Routing.objects.filter(subject__in=[lead.pk for lead in leads])
    assert routed.count() == len(leads)
    assert Event.objects.filter(verb="route").count() == len(leads)
    given = [one.officer.username for one in routed.order_by("created_at")]
    assert sorted(given) == ["customs.lead"] * 2 + ["customs.officer"] * 2
    assert given[0] != given[1]
    assert not list(verify_streams())


def test_eight_workers_write_one_checkpoint_and_each_continues_the_one_before(cast):
    for _ in range(2):
        stories.case(cast)
        assert sorted(at_once(lambda n: write_checkpoints())) == [0] * 7 + [1]
    assert not list(verify_outside_chains())
    assert not list(verify_streams())


def test_a_person_who_takes_it_up_during_routing_keeps_it(cast):
    stories.rule_set(cast, "PUBLISHED", "1,1,GACC_RISK,turn,high,customs.officer,lead")
    for _ in range(ROUNDS):
        lead = stories.lead(cast)

        def take_or_route(n, lead=lead):
            if n % 2:
                return route_arrivals()
            return take_up_lead(Lead.objects.get(pk=lead.pk), actor=cast["customs.lead"])

        at_once(take_or_route)
        taken = Event.objects.get(object_id=lead.pk, verb="take_up")
        assert str(Lead.objects.get(pk=lead.pk).officer_id) == taken.actor_id == cast["customs.lead"].id


def test_two_leads_move_one_officers_work_without_loss(cast):
    tasks = [stories.task(cast, "CLAIMED") for _n in range(3)]
    leads, takers = (
        [cast["commerce.lead"], cast["commerce.head"]],
        [cast.user("commerce.legal"), cast.user("commerce.lead")],
    )
    officer = cast.user("commerce.officer")

    def transition(n):
        return hand_over_all(officer, actor=leads[n % 2], to=takers[n % 2], reason="queue")

    for n, results in enumerate(at_once(transition)):
        for one in results:
            moved = Event.objects.filter(object_id=one.held.thing.pk, verb="hand_over").count()
            assert moved == 1, (n, one.refused)
    assert {Task.objects.get(pk=task.pk).assignee for task in tasks} <= set(takers)


def test_two_leads_hand_over_the_same_queue_without_loss(cast):
    """Eight runs over the same rows: each row is handed over once, the other runs are refused."""
    case = stories.shared_case(cast)
    chosen = {task.pk: task.version for task in (stories.task(cast, matter=case) for _n in range(3))}
    leads = [cast["commerce.lead"], cast["commerce.head"]]
    takers = [str(cast.user("commerce.legal").pk), str(cast.user("commerce.officer").pk)]

    def transition(n):
        answers = {"to": takers[n % 2], "reason": "queue"}
        run = bulk.start_on("tasks", "hand_over", {"tasks": chosen}, actor=leads[n % 2], answers=answers, query="")
        work_at_once(run, WORKS, seconds=30)

    at_once(transition)
    Run.objects.open().update(leased_until=None)  # after long waits for a database
    work(WORKS, seconds=60)
    assert set(Run.objects.values_list("state", "done")) == {("DONE", 3)}
    for pk in chosen:
        rows = RunRow.objects.filter(subject=pk)
        assert Event.objects.filter(object_id=pk, verb="hand_over").count() == 1
        assert sorted(rows.values_list("outcome", flat=True)) == ["done", *["refused"] * (EIGHT - 1)]
        winner = rows.get(outcome="done").run
        assert Task.objects.get(pk=pk).assignee_id == UUID(takers[leads.index(cast[winner.started_by.username])])
    assert not list(verify_streams())


def test_eight_letters_at_once_get_eight_numbers_without_a_gap(cast):
    agency = Agency.objects.get(code="GACC")
    year = timezone.localtime().year
    taken = at_once(lambda n: take_number(agency, "race", at=timezone.now()))
    assert sorted(taken) == sorted(f"〔{year}〕{n}号" for n in range(1, EIGHT + 1))


def test_eight_cases_at_once_get_eight_numbers(cast):
    assert len(set(at_once(lambda n: next_case_number(timezone.now())))) == EIGHT


def test_eight_equal_reports_at_once_make_one_lead(cast):
    agency, actor = Agency.objects.get(code="GACC"), cast["customs.officer"]
    page = stories.content(source_ref="race")
    answers = at_once(lambda n: receive_lead(dict(page), actor=actor, agency=agency))
    assert [result for _lead, result in answers].count(ReportEffect.NEW) == 1
    assert len({lead.pk for lead, _result in answers}) == 1
    assert Revision.objects.filter(lead=answers[0][0]).count() == 1


def test_eight_different_revisions_at_once_are_all_kept(cast):
    agency, actor = Agency.objects.get(code="GACC"), cast["customs.officer"]
    report = {"source_system": "HOTLINE", "source_ref": "revised"}
    lead = stories.lead(cast, **report)
    at_once(lambda n: receive_lead(stories.content(**report, title=f"T {n}"), actor=actor, agency=agency))
    assert Lead.objects.get(pk=lead.pk).revision == EIGHT + 1
    assert Revision.objects.filter(lead=lead).count() == EIGHT + 1
    assert not list(verify_streams())


def test_actions_on_a_case_and_its_parts_do_not_deadlock(cast):
    """Locks are taken in the order case, object, journal; any other order leads to deadlocks."""
    matter = stories.shared_case(cast)
    proceeding = stories.proceeding(cast, matter=matter)
    transfer = stories.transfer(cast, "DRAFT_REPORT", matter)

    def work(n):
        case = Case.objects.get(pk=matter.pk)
        if n % 4 == 0:
            return add_party(case, actor=cast["customs.officer"], name=f"Party {n}", kind="company")
        if n % 4 == 1:
            return ask_task(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", title=f"Task {n}")
        if n % 4 == 2:
            return open_proceeding(case, actor=cast["commerce.officer"], kind="commerce")
        things = {3: (move_proceeding, proceeding, "query"), 7: (transition_referral, transfer, "submit")}
        transition, thing, verb = things[n]
        return transition(type(thing).objects.get(pk=thing.pk), verb, actor=cast["customs.officer"])

    for _ in range(ROUNDS):
        _winners, losers = split(at_once(work))
        assert {one.code for refused in losers for one in refused.missing} <= {"state"}
    assert not list(verify_streams())


def test_a_case_does_not_close_over_a_task_that_is_being_asked(cast):
    """The second action is refused: no open task is left on a closed case."""
    for _ in range(ROUNDS):
        matter = stories.shared_case(cast)
        move_case(matter, "conclude", actor=cast["customs.lead"], outcome="Nothing found")

        def work(n, pk=matter.pk):
            case = Case.objects.get(pk=pk)
            if n % 2:
                return move_case(case, "close", actor=cast["customs.lead"], reason="done")
            return ask_task(case, actor=cast["customs.officer"], agency="MOFCOM_SCB", title="One thing more")

        at_once(work)
        matter.refresh_from_db()
        assert matter.state == "CONCLUDED" or not Task.objects.open().filter(case=matter).exists()


def test_a_form_sent_eight_times_at_once_asks_one_task(cast):
    case = stories.case(cast)
    url = reverse("verb", args=["cases", case.pk, "ask_task"])
    browsers = [cast.browser("customs.officer") for _ in range(EIGHT)]
    agency = browsers[0].get(url).context["form"].fields["agency"].choices[-1][0]
    answers = {"agency": agency, "title": "Weigh again", "sheet": "one"}
    sent = at_once(lambda n: browsers[n].post(url, answers))
    task = Task.objects.get(case=case)
    assert {answer.url for answer in sent} == {reverse("task", args=[task.pk])}


def test_reading_the_feed_during_recording_misses_none_and_keeps_order(cast):
    leads = [stories.lead(cast, source_ref=f"feed {n}") for n in range(EIGHT - 1)]
    officer, done, shown = cast["customs.officer"], [], []

    def work(n):
        if n == len(leads):
            return read()
        try:
            lead = take_up_lead(leads[n], actor=officer).thing
            record_outcomes()
            close_lead(lead, actor=officer, closing="duplicate", reason="x")
            record_outcomes()
        finally:
            done.append(n)

    def read():
        place = ""
        while True:
            is_last = len(done) == len(leads)
            rows = Outcome.objects.visible_to(officer).select_related("event")
            page = page_of(rows, {"after": place}, sorts={"changed": "changed_at"}, default="changed", size=3)
            shown.extend((one.lead_id, one.event.verb) for one in page.items)
            if page.items:
                place = cursor_to(page.items[-1], "changed_at", "changed")
            elif is_last:
                return

    at_once(work)
    assert len(shown) == len(set(shown)) == 2 * len(leads)
    for lead in leads:
        assert [verb for pk, verb in shown if pk == lead.pk] == ["take_up", "close"]


def test_a_request_sent_eight_times_at_once_with_one_key_asks_one_task(cast):
    case = stories.shared_case(cast)
    browsers = [cast.browser("customs.officer") for _ in range(EIGHT)]
    data, headers = {"agency": "MOFCOM_SCB", "title": "Weigh again"}, {"idempotency-key": "one"}
    path = f"/api/v1/cases/{case.pk}/ask_task/"
    body = data | {"version": case.version}
    sent = at_once(lambda n: browsers[n].post(path, body, content_type="application/json", headers=headers))
    task = Task.objects.get(case=case)
    assert {answer.status_code for answer in sent} <= {201, 409}
    assert {answer.json()["created"]["id"] for answer in sent if answer.status_code == 201} == {str(task.pk)}
    assert all(answer.headers["Retry-After"] for answer in sent if answer.status_code == 409)
    assert browsers[0].post(path, body, content_type="application/json", headers=headers).status_code == 201


def test_one_of_eight_confirms_a_correction_and_it_is_applied_once(cast):
    correction = stories.correction(cast)
    chiefs = [cast["customs.lead"], cast["customs.head"]]
    act = RESOURCES["corrections"].actions_of(correction)["confirm"]
    winners, losers = split(at_once(lambda n: act(Correction.objects.get(pk=correction.pk), actor=chiefs[n % 2])))
    assert (len(winners), len(losers)) == (1, EIGHT - 1)
    assert all("海关" in refused.detail for refused in losers)
    assert Event.objects.filter(verb="annul").count() == 1
    assert not list(verify_streams())


def test_one_of_eight_proposals_for_one_record_is_kept(cast):
    case = stories.concluded(cast)
    answers = at_once(lambda n: stories.correction(cast, of=case))
    assert sum(isinstance(answer, Correction) for answer in answers) == 1
    assert Correction.objects.filter(state="PROPOSED").count() == 1


def test_one_of_concurrent_confirmation_and_dispute_is_kept(cast):
    step = stories.recorded_step(cast)
    officers = [cast["commerce.officer"], cast["commerce.lead"]]

    def say(n):
        data = {"reason": "never"} if n % 2 else {}
        return transition_proxy_step(
            ProxyStep.objects.get(pk=step.pk), "dispute" if n % 2 else "confirm", actor=officers[n % 2], **data
        )

    winners, losers = split(at_once(say))
    assert len(winners) in (1, 2)  # a disputed step may still be confirmed
    assert len(winners) + len(losers) == EIGHT
    assert Event.objects.filter(object_id=step.pk).count() == len(winners)
    assert not list(verify_streams())


def test_one_of_eight_recounts_a_custody(cast):
    custody = Clock.objects.about(stories.arrested(cast, stories.suspect(cast))).get(rule__code="CRM_INVEST")
    data = {"ground": "identified", "paper": "重计〔2026〕1号", "reason": "the name is known"}
    chiefs = [cast["antismuggling.lead"], cast["antismuggling.head"]]
    winners, losers = split(
        at_once(lambda n: restart_clock(Clock.objects.get(pk=custody.pk), actor=chiefs[n % 2], **data))
    )
    assert (len(winners), len(losers)) == (1, EIGHT - 1)
    assert Clock.objects.filter(restarted_from=custody).count() == 1


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("task", "claim"),
        ("opinion", "give"),
        ("round of opinions", "cancel"),
        ("conference", "cancel"),
        ("reminder", "withdraw"),
        ("listing", "end"),
        ("rule set", "withdraw"),
        ("confidential letter", "approve"),
        ("instruction", "receive"),
    ],
)
def test_one_of_eight_equal_submissions_counts(cast, name, verb):
    workflow, make = STAGES[name]
    thing = make(cast)
    put(thing, min(workflow.transitions[verb].sources))
    actor, seen = cast[min(WHO[name][verb])], thing.version
    winners, losers = split(at_once(lambda n: perform(actor, type(thing).objects.get(pk=thing.pk), verb, version=seen)))
    assert (len(winners), len(losers)) == (1, EIGHT - 1)
    assert all(refused.detail for refused in losers)
    assert type(thing).objects.get(pk=thing.pk).state == workflow.transitions[verb].to
    assert not list(verify_streams())


def test_of_eight_presses_about_one_late_thing_one_sends_a_letter_and_the_others_name_it(cast):
    late = stories.late_task(cast)
    actors = [cast["centre.coordinator"]] * 2
    winners, losers = split(at_once(lambda n: send_letter([f"task:{late.pk}"], actor=actors[n % 2])))
    assert (len(winners), len(losers)) == (1, EIGHT - 1)
    assert all(winners[0].number in refused.detail for refused in losers)
    assert Reminder.objects.count() == 1
    assert not list(verify_streams())


def test_a_letter_that_is_answered_withdrawn_and_met_at_once_ends_once(cast):
    letter = stories.reminder(cast)
    Task.objects.update(due_at=timezone.now() + timedelta(days=1))

    def act(n):
        found = Reminder.objects.get(pk=letter.pk)
        if n % 3 == 0:
            return settle_letters()
        if n % 3 == 1:
            return withdraw_letter(found, actor=cast["centre.coordinator"], reason="moot")
        return answer_letter(found, "answer", actor=cast["commerce.lead"], answer="So", expected_on=stories.tomorrow())

    at_once(act)
    letter.refresh_from_db()
    assert letter.state in ("CLOSED", "WITHDRAWN")
    ends = Event.objects.filter(object_id=letter.pk, to_state__in=["CLOSED", "WITHDRAWN"])
    assert ends.count() == 2  # one action, recorded in the stream of either agency
    assert not Clock.objects.running().filter(subject_id=letter.pk).exists()
    assert not list(verify_streams())


def test_of_eight_guesses_at_once_no_more_are_tried_than_one_after_the_other(cast):
    request = RequestFactory().post("/login/", REMOTE_ADDR="10.1.1.1")

    def guess(n):
        try:
            throttle.begin(throttle.counts_of_sign_in(request, "customs.officer"))
        except TooMany:
            return "waits"
        return "tried"

    answers = at_once(guess)
    assert answers.count("tried") == throttle.RULES["pair"].free
    assert answers.count("waits") == EIGHT - throttle.RULES["pair"].free
