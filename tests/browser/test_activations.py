"""How many activations the commonest steps of a day take, by the counter of `counting.py`.

Before the pages were made shorter: take up a lead 3, and make a case of it 5; request a task 4; a transfer from its
draft to its hand-over 12; return for revision 2; send a reminder 4. Tasks begin at the list of cases, all else at
home.

Return for revision is 1: on home the first decision has a remark and the button beside "Read and decide". Returning
decides nothing, so it needs no reading of the whole file as a decision does (D310 art. 5). The next matter opens by
itself, so each further one costs 1 too.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.work.rebuilding import rebuild
from cases.clocks.models import Clock
from coordination.exchange.referrals.models import Referral
from coordination.exchange.reminders.models import Reminder
from coordination.exchange.tasks.models import Task
from tests import stories

from .counting import Counter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def counted(person):
    def starts(username):
        return Counter(person("en").signs_in(username, stories.PASSWORD))

    return starts


def test_taking_up_a_lead_and_making_a_case_of_it(cast, counted):
    lead = stories.lead(cast)
    other = stories.lead(cast)
    officer = counted("customs.officer").opens(f'main form[action*="/leads/{other.pk}/do/take_up/"] button')
    assert officer.count == 1
    other.refresh_from_db()
    assert other.state == "TAKEN_UP"
    officer = counted("customs.officer")
    officer.opens(f'main a[href*="/leads/{lead.pk}/do/promote/"]').opens("main form.cv-form .cv-actions button")
    assert officer.count == 2
    lead.refresh_from_db()
    assert (lead.state, lead.officer.username) == ("PROMOTED", "customs.officer")


def test_requesting_a_task(cast, counted):
    case = stories.shared_case(cast)
    own = stories.task(cast, "OPEN", case)
    officer = counted("commerce.officer")
    officer.person.turns_to("cases")
    officer.opens(f'main a[href="/cases/{case.pk}/"]')
    officer.types("title", "Compare the declarations").opens('main form[action$="/do/ask_task/"] button')
    assert officer.count == 2
    asked = Task.objects.exclude(pk=own.pk).get()
    assert (asked.agency.code, asked.title) == ("GACC", "Compare the declarations")
    assert asked.due_at > timezone.now()


def test_a_transfer_from_its_draft_to_its_hand_over(cast, counted):
    goods = [
        {"description": "锑锭", "declared_as": "锌锭", "net_weight_kg": "25000", "value": "900000", "currency": "CNY"}
    ]
    case = stories.case(cast, items=goods)
    stories.proceeding(cast, "INVESTIGATE", case)
    officer, head = counted("customs.officer"), counted("customs.head")

    officer.opens(f'main a[href="/cases/{case.pk}/do/draft_transfer/"]')
    officer.types("title", "Suspected smuggling").types("report", "Facts, evidence, basis.")
    officer.opens('main button[name="then"]')
    transfer = Referral.objects.get()
    assert transfer.state == Referral.State.HEAD_DECISION

    head.person.goes_to("/")
    head.opens(f'main a[href*="{transfer.pk}"]')
    head.opens('main a[href$="/folder/"]').opens('main a[href*="/approvals/"]')
    head.types("incomplete_because", "On the paper file.").opens('main form#decide button[formaction*="verb=approve"]')
    officer.person.goes_to("/")
    officer.opens(f'main a[href*="/referrals/{transfer.pk}/do/deliver/"]')
    officer.person.sees("Facts, evidence, basis.")  # as it will go out
    officer.opens("main form.cv-form .cv-actions button")
    transfer.refresh_from_db()
    assert transfer.state == Referral.State.DELIVERED
    assert officer.count + head.count == 8


def test_returning_for_revision(cast, counted):
    transfer = stories.transfer(cast, "HEAD_DECISION")
    head = counted("customs.head").types("reason", "Name the receiver.")
    head.opens('main form[action*="verb=revise"] button')
    assert head.count == 1
    transfer.refresh_from_db()
    assert transfer.state == Referral.State.DRAFT_REPORT


def test_returning_the_next_matter_too(cast, counted):
    transfers = [stories.transfer(cast, "HEAD_DECISION") for _ in range(2)]
    head = counted("customs.head")
    head.person.page.fill('main form[action*="verb=revise"] textarea', "Name the receiver.")
    head.opens('main form[action*="verb=revise"] button')
    head.person.page.fill("main form#decide [name=remark]", "Name the receiver.")
    head.opens('main form#decide button[formaction*="verb=revise"]')
    assert head.count == len(transfers)
    for transfer in transfers:
        transfer.refresh_from_db()
        assert transfer.state == Referral.State.DRAFT_REPORT


def test_sending_a_reminder(cast, counted):
    late = stories.transfer(cast, "ACCEPTED")
    moment = timezone.now() - timedelta(hours=3)
    Clock.objects.running().filter(subject_id=late.pk).update(due_at=moment, breach_at=moment)
    list(rebuild("referral"))
    coordinator = counted("centre.coordinator").opens('main a[href*="/reminder-desk/preview/"]')
    coordinator.opens('main form[action="/reminder-desk/send/"] button')
    assert coordinator.count == 2
    assert Reminder.objects.count() == 1
