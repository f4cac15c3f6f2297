"""An agency's open cases are taken with their history: dates, people, numbers, letters, and no alarm about the past."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from agencies.journal.models import Delivery, Event
from cases.casefile.models import Case
from cases.clocks.models import Breach, Clock
from cases.intake.models import Lead
from cases.proceedings.models import Decision, Proceeding
from coordination.automation.escalation.models import Escalation
from coordination.automation.opencases.actions import CaseEffect, take_case
from coordination.config.celery import app
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.numbers import next_number_of
from coordination.exchange.tasks.models import Task
from coordination.insight.search.actions import index_changed
from coordination.messaging.notifications.models import InboxItem
from coordination.tooling.invariants import faults
from tests import stories
from tests.journal import verify_streams

from .register import ASKED, CASE, FILED, ITEM, NUMBER, PARTY, PAUSED, PROCEEDING, TRANSFER, registered

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
FOLLOWING = ("clocks.sweep", "escalation.climb", "outcomes.notify", "playbooks.follow", "notifications.drain")


@pytest.fixture
def people(cast):
    return [cast["customs.lead"], cast["customs.head"]]


@pytest.fixture
def late(people):
    """A case filed in January: its six months are over."""
    filed = FILED | {"opened_on": "2026-01-05", "filed_on": "2026-01-12", "parties": PARTY["name"]}
    cases = [CASE | {"opened_on": "2026-01-05"}]
    done = take_case(registered(cases=cases, parties=[PARTY], items=[ITEM], proceedings=[filed]), people)
    assert done.effect == CaseEffect.NEW, done.errors
    return done.case


def day_of(at: datetime | None) -> date:
    assert at is not None
    return at.astimezone(SHANGHAI).date()


@pytest.mark.slow
def test_a_case_has_its_true_dates_people_and_numbers(cast, people):
    proceedings = [FILED | {"parties": PARTY["name"], "investigated_on": "2026-08-21", "investigated_paper": "立1号"}]
    proceedings[0]["team"] = "林知远；沈若谷"
    matter = registered(parties=[PARTY], items=[ITEM], proceedings=proceedings, pauses=[PAUSED])

    assert take_case(matter, people).effect == CaseEffect.NEW

    case, proceeding = Case.objects.get(), Proceeding.objects.get()
    assert day_of(case.opened_at) == date(2026, 8, 12)
    assert case.lead == cast.user("customs.lead").agency
    assert (proceeding.external_number, proceeding.state) == (PROCEEDING, "INVESTIGATE")
    assert proceeding.handler == cast.user("customs.officer")
    assert set(proceeding.team.all()) == {cast.user("customs.officer"), cast.user("customs.lead")}
    assert [line.party.name for line in Decision.objects.all()] == [PARTY["name"]]
    clock = Clock.objects.get(rule__code="CUS_DECISION")
    assert day_of(clock.started_at) == date(2026, 8, 20)
    assert day_of(clock.due_at) == date(2027, 3, 17)  # six months, and the 25 days of the appraisal
    filing = Event.objects.get(object_id=proceeding.pk, verb="file")
    assert day_of(filing.happened_at) == date(2026, 8, 20)
    assert filing.remark.data["paper"] == FILED["filed_paper"]
    assert not list(verify_streams())
    assert [fault for fault in faults() if fault.kind in ("case", "lead", "proceeding", "decision", "clock")] == []


@pytest.mark.slow
def test_both_numbers_of_the_agency_find_the_case(cast, people):
    """An exact number leads straight to what has it, but only for those who see it."""
    take_case(registered(proceedings=[FILED]), people)
    index_changed()
    for number, thing in ((NUMBER, Lead.objects.get()), (PROCEEDING, Proceeding.objects.get())):
        found = cast.browser("customs.officer").get("/search/", {"q": number})
        assert str(thing.pk) in found.url, number
        other = cast.browser("police.officer").get("/search/", {"q": number})
        assert str(thing.pk) not in other.content.decode(), number


def test_the_same_case_is_known_and_never_doubled(people):
    assert take_case(registered(proceedings=[FILED]), people).effect == CaseEffect.NEW
    again = take_case(registered(proceedings=[FILED]), people)
    assert (again.effect, again.case) == (CaseEffect.SAME, Case.objects.get())

    other = registered(proceedings=[FILED | {"filed_on": "2026-08-25"}])
    differs = take_case(other, people)
    assert differs.effect == CaseEffect.DIFFERS
    assert [error.pointer for error in differs.errors] == ["/proceedings/2/"]
    fewer = take_case(registered(), people)
    assert [error.pointer for error in fewer.errors] == ["/cases/2/"]
    assert day_of(Clock.objects.get(rule__code="CUS_DECISION").started_at) == date(2026, 8, 20)


def test_a_period_that_is_over_is_late_at_once_and_no_one_is_alarmed(cast, late):
    clock = Clock.objects.get(rule__code="CUS_DECISION")
    assert clock.is_overdue()
    assert Case.objects.get().breach_at == clock.breach_at
    breach = Breach.objects.get()
    assert breach.breached_at == clock.breach_at
    assert Event.objects.get(verb="breach").happened_at == clock.breach_at
    assert Escalation.objects.filter(clock=clock, notified_at__isnull=False).exists()

    app.loader.import_default_modules()
    for _twice in range(2):
        for job in FOLLOWING:
            app.tasks[job]()
    assert Breach.objects.count() == 1
    assert not InboxItem.objects.exists()
    assert not Task.objects.exists()
    assert not Escalation.objects.filter(notified_at=None).exists()
    assert not Delivery.objects.filter(done_at=None).exists()
    page = cast.browser("customs.officer").get(f"/cases/{late.pk}/").content.decode()
    assert "late" in page


@pytest.mark.slow
def test_what_comes_after_the_import_rings_as_usual(cast, late):
    """The next rung of the period that was late, and the end of another that was not."""
    before = Escalation.objects.count()
    fresh = registered("沪关缉字〔2026〕119号", proceedings=[FILED | {"number": "沪关缉违字〔2026〕119号"}])
    take_case(fresh, [cast["customs.lead"], cast["customs.head"]])
    app.loader.import_default_modules()
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=SHANGHAI)):
        for job in FOLLOWING:
            app.tasks[job]()
    assert Breach.objects.count() == 2
    assert Escalation.objects.count() > before
    assert InboxItem.objects.filter(person=cast.user("customs.officer")).exists()


@pytest.mark.slow
def test_a_letter_under_way_is_to_its_addressee_what_a_late_record_is(cast, people):
    matter = registered(parties=[PARTY], referrals=[ASKED | {"parties": PARTY["name"]}])
    assert take_case(matter, people).effect == CaseEffect.NEW
    letter = Referral.objects.get()
    assert (letter.state, letter.number, day_of(letter.delivered_at)) == ("SENT", ASKED["number"], date(2026, 9, 10))

    app.loader.import_default_modules()
    app.tasks["notifications.drain"]()
    notified = InboxItem.objects.values_list("person__username", flat=True)
    assert set(notified) == {"police.lead"}
    police = cast.browser("police.officer")
    assert ASKED["title"] in police.get(f"/referrals/{letter.pk}/").content.decode()
    assert police.get(f"/cases/{letter.case_id}/").status_code == 404
    assert cast.browser("commerce.officer").get(f"/referrals/{letter.pk}/").status_code == 404

    given = {"happened_at": datetime(2026, 9, 12, 10, tzinfo=SHANGHAI), "paper": "收文登记〔2026〕5号"}
    stories.walk(cast, letter, [("accept", "police.officer", given)])
    assert (letter.state, day_of(letter.state_since)) == ("IN_WORK", date(2026, 9, 12))


@pytest.mark.slow
def test_a_transfer_is_drafted_by_one_and_approved_by_the_other(cast, people):
    matter = registered(parties=[PARTY], items=[ITEM], proceedings=[FILED], referrals=[TRANSFER])
    done = take_case(matter, people)
    assert done.effect == CaseEffect.NEW, done.errors
    transfer = Referral.objects.get()
    assert (transfer.state, day_of(transfer.delivered_at)) == ("DELIVERED", date(2026, 9, 16))
    assert (transfer.drafter, transfer.approver) == (cast.user("customs.lead"), cast.user("customs.head"))
    clock = Clock.objects.get(rule__code="INT_SIGN")
    assert day_of(clock.started_at) == date(2026, 9, 16)


def test_the_next_letter_of_the_system_takes_no_number_that_was_imported(cast, people):
    at = datetime(2026, 9, 10, 9, tzinfo=SHANGHAI)
    agency = cast.user("customs.lead").agency
    first = next_number_of("assistance", agency, at=at)
    following = first.replace("1号", "2号")
    assert following != first
    take_case(registered(referrals=[ASKED | {"number": following}]), people)
    assert next_number_of("assistance", agency, at=at) == first.replace("1号", "3号")


@pytest.mark.slow
def test_steps_are_named_as_their_buttons_in_both_languages(cast, people):
    assessed = {"proceeding": PROCEEDING, "party": PARTY["name"], "act": "移送评估", "done_on": "2026-09-02"}
    assessed |= {"paper": "沪关缉审〔2026〕9号", "reason": "未达到刑事立案标准", "answers": "结论：行政处理"}
    extended = {"proceeding": PROCEEDING, "period": "CUS_DECISION", "act": "Extend period", "done_on": "2026-11-20"}
    extended |= {"paper": "署延〔2026〕8号", "reason": "案情复杂", "answers": "step: 1\n时长：3"}
    matter = registered(
        parties=[PARTY], proceedings=[FILED | {"parties": PARTY["name"]}], steps=[assessed, extended], pauses=[PAUSED]
    )
    done = take_case(matter, people)
    assert done.effect == CaseEffect.NEW, done.errors
    assert Event.objects.get(verb="assess_transfer").remark.data["assessed"] == "administrative"
    clock = Clock.objects.get(rule__code="CUS_DECISION")
    assert day_of(clock.due_at) == date(2027, 6, 17)
