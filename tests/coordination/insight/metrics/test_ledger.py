"""The ledger follows the journal: what counts now, and what no reader may see any more."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.core.management import call_command
from django.db.models import F, Q
from django.utils import timezone

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.measures import day_of
from agencies.kernel.resource import RESOURCES
from cases.casefile.actions import move_case
from cases.casefile.models import Case, Handling
from cases.clocks.models import Clock
from cases.intake.models import Lead
from cases.proceedings.models import Suspect
from coordination.actions.performing import perform
from coordination.exchange.corrections.actions import propose_correction
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task
from coordination.insight.metrics.asking import Question, ask
from coordination.insight.metrics.following import differing, follow, rebuild
from coordination.insight.metrics.jobs import FactsDiffer, compare
from coordination.insight.metrics.models import Bookmark, Fact, Label, Month
from tests import stories

pytestmark = pytest.mark.both_databases  # upserts of the ledger


def total(actor, metric, days=30, **more):
    today = times.today()
    return ask(actor, Question(metric, today - timedelta(days=days), today, **more)).total


def test_a_second_run_finds_nothing(cast, busy):
    assert follow() > 0
    held = set(Fact.objects.values_list("pk", flat=True))
    assert follow() == 0
    assert set(Fact.objects.values_list("pk", flat=True)) == held


def test_every_fact_is_counted_as_the_rows_say(cast, busy):
    follow()
    centre = cast["centre.supervisor"]
    open_to_all = Case.objects.exclude(handling=Handling.H3)
    clocks = Clock.objects.duties().filter(agency__isnull=False, stopped_at__isnull=False)
    seen = clocks.filter(Q(case__in=open_to_all) | Q(case=None))
    expected = {
        "leads": Lead.objects.exclude(handling=Handling.H3).count(),
        "cases_opened": open_to_all.count(),
        "cases_open": open_to_all.exclude(state="CLOSED").count(),
        "transferred": Referral.objects.filter(kind="criminal_transfer", delivered_at__isnull=False).count(),
        "tasks_open": Task.objects.open().exclude(case__handling=Handling.H3).count(),
        "suspects": Suspect.objects.filter(measures__isnull=False).distinct().count(),
        "ontime": seen.exclude(rule__legal_basis="").count(),
        "ontime_internal": seen.filter(rule__legal_basis="").count(),
    }
    answers = {metric: total(centre, metric) for metric in expected}
    found = {metric: answer.denominator or answer.value for metric, answer in answers.items()}
    assert found == expected
    assert min(expected.values()) > 0


def test_a_case_reopened_later_is_open_and_no_longer_closed(cast):
    case = stories.concluded(cast)
    stories.walk(cast, case, [("close", "customs.lead", {"reason": "done"})])
    follow()
    centre = cast["centre.supervisor"]
    assert total(centre, "cases_closed").value == 1
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        case.refresh_from_db()
        stories.walk(cast, case, [("reopen", "customs.lead", {"reason": "new facts"})])
        follow()
        now = {metric: total(centre, metric, days=60).value for metric in ("cases_closed", "cases_open")}
    assert now == {"cases_closed": 0, "cases_open": 1}


@pytest.mark.slow
def test_a_filing_that_was_corrected_and_one_that_was_annulled_count_as_they_were_put_right(cast):
    moved, annulled = stories.transfer(cast, "FILED"), stories.transfer(cast, "NOT_FILED")
    acts = [
        partial(put_last_right, cast, moved, "correct"),
        partial(put_last_right, cast, annulled, "annul"),
    ]
    metrics = ("accept_rate", "not_filed", "transferred", "referrals_open", "filing_days", "stage_days_p90")
    said = counted_after_each(cast["centre.supervisor"], acts, metrics)
    assert [one["accept_rate"][1:] for one in said] == [(1, 2), (1, 2), (1, 1)]


def counted_after_each(reader, acts, metrics):
    """Performs the acts, one every second day. The figures before the first act and after each: (value, n, d).

    Facts that are derived anew in the end are the same."""
    start, said = timezone.now(), []
    for day, act in enumerate([lambda: None, *acts]):
        with time_machine.travel(start + timedelta(days=2 * day)):
            act()
            follow()
            said.append(counted(reader, metrics))
    with time_machine.travel(start + timedelta(days=19)):
        assert differing(100) == []
        followed = counted(reader, metrics)
        for _progress in rebuild(from_nothing=True):
            pass
        assert counted(reader, metrics) == followed
    return said


def counted(reader, metrics):
    found = {metric: total(reader, metric, days=90) for metric in metrics}
    return {metric: (one.value, one.numerator, one.denominator) for metric, one in found.items()}


@pytest.mark.slow
def test_figures_follow_what_later_changes_replaced(cast):
    """A weight changed, an item removed and restored, a due time changed, an answer annulled: its period runs again."""
    case, request, task = stories.case(cast), stories.assistance(cast, "IN_WORK"), stories.task(cast)
    lead = stories.lead(cast)
    item, start = case.items.get(), timezone.now()
    officer, given = cast["customs.officer"], {"reason": "typed wrong"}
    acts = [
        lambda: perform(RESOURCES["tasks"], officer, task, "set_due", given | {"due_at": start + timedelta(days=3)}),
        lambda: perform(
            RESOURCES["cases"], officer, case, "change_item", given | {"item": item.pk, "net_weight_kg": "7"}
        ),
        lambda: perform(RESOURCES["cases"], officer, case, "remove_item", given | {"item": item.pk}),
        lambda: perform(RESOURCES["cases"], officer, case, "restore_item", given | {"removed_item": item.pk}),
        lambda: stories.walk(cast, request, [("answer", "commerce.officer", {"answer": "None issued"})]),
        lambda: put_right(cast, Event.objects.get(object_id=lead.pk, verb="receive"), "correct", "customs"),
        lambda: put_right(cast, Event.objects.get(object_id=request.pk, verb="answer"), "annul", "commerce"),
        lambda: perform(RESOURCES["tasks"], officer, task, "set_due", given | {"due_at": start + timedelta(days=90)}),
    ]
    metrics = ("smuggled_kg", "value", "declared", "ontime_internal", "ontime_due", "duties_due", "overdue", "leads")
    said = counted_after_each(cast["centre.supervisor"], acts, metrics)
    for metric in ("smuggled_kg", "declared", "ontime_internal", "overdue"):
        assert len({one[metric] for one in said}) > 1, metric


@pytest.mark.slow
def test_what_was_annulled_does_not_count(cast):
    """A request that was sent again after its return, and a remedy that ended and was then not sought at all."""
    request, line = stories.assistance(cast, "RETURNED"), stories.served(cast)
    remedy = {"remedy": "reconsideration", "body": "The next higher customs"}
    again = {"title": request.title, "report": "With the list."}
    acts = [
        lambda: stories.walk(cast, request, [("change", "customs.officer", again), ("send", "customs.officer", {})]),
        lambda: put_right(
            cast, Event.objects.filter(object_id=request.pk, verb="send").latest("pk"), "annul", "customs"
        ),
        lambda: stories.walk(cast, line, [("seek_remedy", "customs.officer", remedy)]),
        lambda: stories.walk(cast, line, [("change", "customs.officer", {"reason": "Too high", "fine_cny": 7})]),
        lambda: put_right(cast, Event.objects.get(object_id=line.pk, verb="change"), "annul", "customs"),
        lambda: put_right(cast, Event.objects.get(object_id=line.pk, verb="seek_remedy"), "annul", "customs"),
    ]
    metrics = (
        "referrals_sent",
        "referrals_open",
        "referral_days",
        "tasks_open",
        "tasks_done",
        "overturn_decisions",
        "fine",
    )
    said = counted_after_each(cast["centre.supervisor"], acts, metrics)
    changed = [one["overturn_decisions"][1:] for one in said]
    assert changed == [(0, 0)] * 4 + [(1, 1), (0, 0), (0, 0)]


@pytest.mark.slow
def test_a_case_whose_transfer_was_delivered_twice_has_gone_as_far_as_its_standing_delivery(cast):
    transfer = stories.transfer(cast, "DELIVERED")
    acts = [
        lambda: put_right(cast, Event.objects.get(object_id=transfer.pk, verb="deliver"), "annul", "customs"),
        lambda: stories.walk(cast, transfer, [("deliver", "customs.officer", {})]),
    ]
    said = counted_after_each(cast["centre.supervisor"], acts, ("course",))
    assert [one["course"][1] for one in said] == [2, 1, 2]


def test_a_case_is_prosecuted_from_the_decision_about_its_suspects_on(cast):
    inside, verbs = stories.criminal(cast), ("prosecute_opinion", "prosecute")
    reasons = {"paper": "沪检〔2026〕1号", "reason": "as the law asks"}
    acts = [
        lambda: [stories.suspect(cast, inside), stories.suspect(cast, inside)],
        lambda: stories.walk(cast, inside, [(verb, "antismuggling.lead", reasons) for verb in verbs]),
    ]
    _first, before, after = counted_after_each(cast["centre.supervisor"], acts, ("course",))
    assert after["course"][0] == before["course"][0] + 1


def test_a_remedy_counts_on_the_day_of_its_end_as_it_was_corrected(cast):
    line, remedy = stories.served(cast), {"remedy": "reconsideration", "body": "The next higher customs"}
    centre, start = cast["centre.supervisor"], timezone.now()
    acts = [
        lambda: stories.walk(cast, line, [("seek_remedy", "customs.officer", remedy)]),
        lambda: stories.walk(cast, line, [("change", "customs.officer", {"reason": "Too high", "fine_cny": 7})]),
        lambda: put_right(cast, Event.objects.get(object_id=line.pk, verb="change"), "correct", "customs"),
    ]
    counted_after_each(centre, acts, ("overturn_decisions", "fine"))
    with time_machine.travel(start + timedelta(days=19)):
        ended = [day_of(start + timedelta(days=days)) for days in (4, 5)]
        found = [ask(centre, Question("overturn_decisions", day, day)).total.numerator for day in ended]
    assert found == [0, 1]


def test_an_act_recorded_with_its_case_and_its_lead_is_corrected_in_both(cast):
    lead, case = stories.lead(cast), stories.case(cast)
    stories.walk(cast, lead, [("take_up", "customs.officer", {})])
    stories.walk(cast, lead, [("attach", "customs.officer", {"case": str(case.pk)})])
    follow()
    copies = Event.objects.filter(object_id=lead.pk, verb="attach")
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        put_right(cast, copies.get(stream__subject=case.pk), "correct", "customs")
        follow()
        assert differing(100) == []
    corrections = Event.objects.filter(refers_to__in=copies)
    assert {one.refers_to.stream_id for one in corrections} == {one.stream_id for one in corrections}
    assert corrections.count() == copies.count() == 2


def test_goods_count_on_the_day_on_which_they_were_taken_in_as_it_was_corrected(cast):
    lot, centre, start = stories.lot(cast), cast["centre.supervisor"], timezone.now()
    acts = [lambda: put_right(cast, Event.objects.get(object_id=lot.pk, verb="take_goods"), "correct", "customs")]
    counted_after_each(centre, acts, ("seized_kg",))
    taken = Event.objects.get(object_id=lot.pk, verb="correct").happened_at
    with time_machine.travel(start + timedelta(days=19)):
        seized = [ask(centre, Question("seized_kg", day, day)).total.value for day in (day_of(start), day_of(taken))]
    assert seized == [0, 24_000]


def put_last_right(cast, referral, kind):
    put_right(cast, Event.objects.filter(object_id=referral.pk).exclude(to_state="").latest("pk"), kind)


def put_right(cast, event, kind, agency="antismuggling"):
    when = {"when": event.happened_at + timedelta(days=1), "new_paper": "记录〔2026〕8号"} if kind == "correct" else {}
    given = {"kind": kind, "paper": "记录〔2026〕7号", "reason": "entered in error", **when}
    made = propose_correction(event, actor=cast[f"{agency}.officer"], **given)
    perform(RESOURCES["corrections"], cast[f"{agency}.head"], made, "confirm", {})


def test_an_event_committed_after_later_ones_is_counted(cast):
    stories.lead(cast)
    follow()
    # The journal was read up to a later event while this transaction was still open.
    Bookmark.objects.update(until=timezone.now() + timedelta(seconds=90))
    stories.lead(cast)
    assert follow() > 0
    assert total(cast["centre.supervisor"], "leads").value == Lead.objects.count()


@pytest.mark.slow
def test_rebuilding_gives_what_following_gave(cast, busy):
    follow()
    stories.transfer(cast, "SUPPLEMENT")
    follow()
    held = facts(), months()
    call_command("rebuild_metrics", verbosity=0)
    assert (facts(), months()) == held
    for _progress in rebuild(from_nothing=True):
        pass
    assert (facts(), months()) == held


def facts():
    """Every fact without its primary key."""
    columns = [one.attname for one in Fact._meta.concrete_fields if not one.primary_key]
    return Counter(Fact.objects.values_list(*columns))


def months():
    columns = [one.attname for one in Month._meta.concrete_fields if not one.primary_key]
    return Counter(Month.objects.values_list(*columns))


def test_a_set_of_labels_that_differs_is_found_too(cast):
    stories.case(cast)
    follow()
    assert differing(100) == []
    Label.objects.filter(dimension="mineral").first().delete()
    assert differing(100) != []


@pytest.mark.slow
def test_the_nightly_check_names_a_wrong_ledger_and_the_rebuild_repairs_it(cast, busy):
    follow()
    assert compare() == 0
    wrong = Fact.objects.filter(measure="cases.opened").first()
    wrong.delete()
    assert differing(100) == [wrong.matter]
    with pytest.raises(FactsDiffer):
        compare()
    call_command("rebuild_metrics", verbosity=0)
    assert differing(100) == []


def test_the_nightly_check_finds_a_sum_by_month_that_differs(cast, busy):
    follow()
    Month.objects.update(n=F("n") + 1)
    with pytest.raises(FactsDiffer):
        compare()
    call_command("rebuild_metrics", verbosity=0)
    assert compare() == 0


def test_a_fact_keeps_the_day_on_which_it_was_recorded(cast):
    stories.case(cast)
    follow()
    before = {one.pk: one.recorded for one in Fact.objects.all()}
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        stories.transfer(cast, "DELIVERED", Case.objects.get())
        follow()
        new = Fact.objects.exclude(pk__in=before)
        assert set(new.values_list("recorded", flat=True)) == {times.today()}
    assert {one.pk: one.recorded for one in Fact.objects.filter(pk__in=before)}.items() <= before.items()


def test_facts_derived_from_nothing_have_the_days_on_which_their_acts_were_recorded(cast):
    stories.case(cast)
    begun = times.today()
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        stories.transfer(cast, "DELIVERED", Case.objects.get())
        follow()
        list(rebuild(from_nothing=True))
        recorded = dict(Fact.objects.filter(shared=False).values_list("measure", "recorded"))
        assert (recorded["cases.opened"], recorded["transfers.sent"]) == (begun, times.today())


def test_a_case_restricted_a_moment_ago_leaves_the_centres_figures_at_once(cast):
    case = stories.case(cast)
    follow()
    centre, customs = cast["centre.supervisor"], cast["customs.lead"]
    assert total(centre, "cases_opened").value == 1
    values = {"title": case.title, "summary": "", "severity": "low", "handling": "H3"}
    move_case(case, "classify", actor=cast["customs.officer"], **values)
    assert Event.objects.filter(fields__contains="handling").exists()
    for _time in range(2):  # before the ledger knows of it, and after
        assert total(centre, "cases_opened").value == 0
        assert total(centre, "cases_opened", by="agency").value == 0
        assert total(customs, "cases_opened").value == 1
        follow()
