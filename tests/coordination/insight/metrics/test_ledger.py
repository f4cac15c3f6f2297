"""The ledger follows the journal: what counts now, what counted then, and what no reader may see any more."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db.models import Q
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
from coordination.insight.metrics.cells import KEY, SUMS
from coordination.insight.metrics.following import differing, follow, rebuild
from coordination.insight.metrics.jobs import FactsDiffer, compare
from coordination.insight.metrics.models import Bookmark, Cell, Delta
from tests import stories
from tests.kept_stories import story

pytestmark = pytest.mark.both_databases  # upserts of the ledger


@pytest.fixture
@story
def busy(cast):
    stories.lead(cast)
    stories.shared_case(cast)
    stories.case(cast, handling="H3")
    stories.transfer(cast, "FILED")
    stories.transfer(cast, "NOT_FILED")
    stories.task(cast)
    stories.decided(cast)
    line = stories.suspect(cast)
    stories.measure(cast, line)


def total(actor, metric, days=30, **more):
    today = times.today()
    return ask(actor, Question(metric, today - timedelta(days=days), today, **more)).total


def cells():
    """Every cell that holds something."""
    found = Cell.objects.values_list(*KEY, *SUMS)
    return {row[: len(KEY)]: row[len(KEY) :] for row in found if any(row[len(KEY) :])}


def test_a_second_run_finds_nothing(cast, busy):
    assert follow() > 0
    held = Delta.objects.count()
    assert follow() == 0
    assert Delta.objects.count() == held


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


def test_a_case_reopened_later_is_closed_in_what_was_known_then(cast):
    case = stories.concluded(cast)
    stories.walk(cast, case, [("close", "customs.lead", {"reason": "done"})])
    follow()
    centre, closed_on = cast["centre.supervisor"], times.today()
    assert total(centre, "cases_closed").value == 1
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        case.refresh_from_db()
        stories.walk(cast, case, [("reopen", "customs.lead", {"reason": "new facts"})])
        follow()
        now = {metric: total(centre, metric, days=60).value for metric in ("cases_closed", "cases_open")}
        then = {
            metric: ask(centre, Question(metric, closed_on, closed_on, known_on=closed_on)).total.value
            for metric in ("cases_closed", "cases_open")
        }
        for _progress in rebuild(from_nothing=True):
            pass
        rebuilt = {
            metric: ask(centre, Question(metric, closed_on, closed_on, known_on=closed_on)).total.value
            for metric in ("cases_closed", "cases_open")
        }
    assert now == {"cases_closed": 0, "cases_open": 1}
    assert then == rebuilt == {"cases_closed": 1, "cases_open": 0}


def test_a_ledger_built_late_says_of_each_past_day_what_was_recorded_by_then(cast):
    """A filing corrected, and one annulled, days after they were recorded."""
    moved, annulled = stories.transfer(cast, "FILED"), stories.transfer(cast, "NOT_FILED")
    centre, start, said = cast["centre.supervisor"], timezone.now(), {}
    follow()
    for day, (referral, kind) in enumerate([(moved, "correct"), (annulled, "annul")], start=1):
        with time_machine.travel(start + timedelta(days=2 * day)):
            event = Event.objects.filter(object_id=referral.pk).exclude(to_state="").latest("pk")
            put_right(cast, event, kind)
            follow()
    metrics = ("accept_rate", "not_filed", "transferred", "referrals_open", "filing_days", "stage_days_p90")
    with time_machine.travel(start + timedelta(days=9)):
        for built in ("as it happened", "now"):
            if built == "now":
                for _progress in rebuild(from_nothing=True):
                    pass
            for back in range(10):
                then = times.today() - timedelta(days=back)
                for metric in metrics:
                    key, found = (metric, then), total(centre, metric, known_on=then)
                    value = (found.value, found.numerator, found.denominator)
                    assert said.setdefault(key, value) == value, (built, key)
    assert len({value for (metric, _day), value in said.items() if metric == "accept_rate"}) == 2


def known_on_each_day(reader, acts, metrics, start):
    """Performs the acts, one every second day. (metric, day) → its figures as known on that day: the same whether the
    ledger was built as it happened or from nothing."""
    said = {}
    follow()
    for day, act in enumerate(acts, start=1):
        with time_machine.travel(start + timedelta(days=2 * day)):
            act()
            follow()
    with time_machine.travel(start + timedelta(days=19)):
        for is_built_late in (False, True):
            for _progress in rebuild(from_nothing=True) if is_built_late else ():
                pass
            for back in range(20):
                then = times.today() - timedelta(days=back)
                for metric in metrics:
                    found = ask(reader, Question(metric, times.today() - timedelta(days=90), then, known_on=then)).total
                    value = (found.value, found.numerator, found.denominator)
                    assert said.setdefault((metric, then), value) == value, (is_built_late, metric, then)
    return said


def test_a_ledger_built_late_knows_what_later_changes_replaced(cast):
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
    said = known_on_each_day(cast["centre.supervisor"], acts, metrics, start)
    for metric in ("smuggled_kg", "declared", "ontime_internal", "overdue"):
        assert len({value for (name, _day), value in said.items() if name == metric}) > 1, metric


def test_a_ledger_built_late_counts_what_was_annulled_on_the_days_on_which_it_stood(cast):
    """A request that was sent again after its return, and a remedy that ended and was then not sought at all."""
    request, line = stories.assistance(cast, "RETURNED"), stories.served(cast)
    start = timezone.now()
    remedy = {"remedy": "reconsideration", "body": "The next higher customs"}
    acts = [
        lambda: stories.walk(cast, request, [("send", "customs.officer", {})]),
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
    said = known_on_each_day(cast["centre.supervisor"], acts, metrics, start)
    assert {value[1:] for (name, _day), value in said.items() if name == "overturn_decisions"} == {(0, 0), (1, 1)}


def test_a_ledger_built_late_knows_the_way_of_a_case_whose_transfer_was_delivered_twice(cast):
    transfer, start = stories.transfer(cast, "DELIVERED"), timezone.now()
    acts = [
        lambda: put_right(cast, Event.objects.get(object_id=transfer.pk, verb="deliver"), "annul", "customs"),
        lambda: stories.walk(cast, transfer, [("deliver", "customs.officer", {})]),
    ]
    said = known_on_each_day(cast["centre.supervisor"], acts, ("course",), start)
    days = [day_of(start + timedelta(days=days)) for days in (0, 2, 4)]
    assert [said["course", day][1] for day in days] == [2, 1, 2]


def test_a_ledger_built_late_knows_that_a_suspect_was_not_yet_prosecuted(cast):
    inside, start, verbs = stories.criminal(cast), timezone.now(), ("prosecute_opinion", "prosecute")
    reasons = {"paper": "沪检〔2026〕1号", "reason": "as the law asks"}
    acts = [
        lambda: [stories.suspect(cast, inside), stories.suspect(cast, inside)],
        lambda: stories.walk(cast, inside, [(verb, "antismuggling.lead", reasons) for verb in verbs]),
    ]
    said = known_on_each_day(cast["centre.supervisor"], acts, ("course",), start)
    before, after = (said["course", day_of(start + timedelta(days=days))][0] for days in (2, 4))
    assert after == before + 1


def test_a_remedy_counts_on_the_day_of_its_end_as_it_was_corrected(cast):
    line, remedy = stories.served(cast), {"remedy": "reconsideration", "body": "The next higher customs"}
    centre, start = cast["centre.supervisor"], timezone.now()
    acts = [
        lambda: stories.walk(cast, line, [("seek_remedy", "customs.officer", remedy)]),
        lambda: stories.walk(cast, line, [("change", "customs.officer", {"reason": "Too high", "fine_cny": 7})]),
        lambda: put_right(cast, Event.objects.get(object_id=line.pk, verb="change"), "correct", "customs"),
    ]
    known_on_each_day(centre, acts, ("overturn_decisions", "fine"), start)
    with time_machine.travel(start + timedelta(days=19)):
        ended = [day_of(start + timedelta(days=days)) for days in (4, 5)]
        known = {(day, on): overturned(centre, day, on) for day in ended for on in (ended[1], None)}
    assert known == {(ended[0], ended[1]): 1, (ended[1], ended[1]): 0, (ended[0], None): 0, (ended[1], None): 1}


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
    known_on_each_day(centre, acts, ("seized_kg",), start)
    taken = Event.objects.get(object_id=lot.pk, verb="correct").happened_at
    with time_machine.travel(start + timedelta(days=19)):
        seized = [ask(centre, Question("seized_kg", day, day)).total.value for day in (day_of(start), day_of(taken))]
    assert seized == [0, 24_000]


def overturned(reader, day, known_on):
    return ask(reader, Question("overturn_decisions", day, day, known_on=known_on)).total.numerator


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


def test_rebuilding_gives_what_following_gave(cast, busy):
    follow()
    stories.transfer(cast, "SUPPLEMENT")
    follow()
    followed, held = cells(), Delta.objects.count()
    call_command("rebuild_metrics", verbosity=0)
    assert cells() == followed
    assert Delta.objects.count() == held
    for _progress in rebuild(from_nothing=True):
        pass
    assert cells() == followed


def test_the_nightly_check_names_a_wrong_ledger_and_the_rebuild_repairs_it(cast, busy):
    follow()
    assert compare() == 0
    wrong = Delta.objects.filter(measure="cases.opened").first()
    wrong.delete()
    assert differing(100) == [wrong.matter]
    with pytest.raises(FactsDiffer):
        compare()
    call_command("rebuild_metrics", verbosity=0)
    assert differing(100) == []


def test_a_case_restricted_a_moment_ago_leaves_the_centres_figures_at_once_and_the_past_ones_too(cast):
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
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert total(centre, "cases_opened", known_on=times.today() - timedelta(days=2)).value == 0
