"""Matters that go another way than planned, in Chinese, by what home, queues, badges and pages offer."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cases.casefile.correcting import set_violation_types
from cases.casefile.facts import facts_of
from cases.casefile.models import Case
from cases.intake.models import Lead
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task
from tests import stories
from tests.coordination.automation.playbooks.following import follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CUSTOMS, COORDINATOR = "customs.officer", "centre.coordinator"
TO_CONFIRM = 'main a[href^="/confirmations/"]:not([href="/confirmations/"])'  # the first that waits


@pytest.fixture
def people(person):
    """people("customs.officer") signs in; a person who has signed in before does so again."""

    def signs_in(username, **options):
        return person("zh-hans", **options).signs_in(username, stories.PASSWORD)

    return signs_in


@pytest.fixture
def days() -> Iterator:
    """days(8) lets eight days pass. Take it after the stories of the test."""
    with time_machine.travel(timezone.now(), tick=True) as traveller:
        yield lambda number: traveller.shift(timedelta(days=number))


def link_to(thing, noun="referrals"):
    return f'main a[href^="/{noun}/{thing.pk}/"]'


def remind_and_report(people, days, transfer):
    """Customs reminds the police, asks their superior to order correction, and the procuratorate to supervise."""
    days(8)

    # The officer finds the late receipt at the desk of late items, and reminds the police.
    customs = people(CUSTOMS).turns_to("reminder_desk")
    customs.looks_right()
    customs.chooses(f'main tr:has(a[href*="{transfer.pk}"]) a.cv-btn').looks_right()
    customs.submits("main form.cv-form .cv-btn-primary")
    customs.looks_right()

    # Silence again, seen at home: the superior of the police is asked to order correction.
    days(8)
    customs = people(CUSTOMS)
    customs.looks_right()
    customs.chooses(link_to(transfer)).looks_right()
    customs.performs("ask_correction", above="公安部", letter="移送材料送达十六日仍未签收，请责令改正。")
    customs.looks_right()
    customs.sees("公安部")

    # And again: the procuratorate is asked to supervise the filing, from the queue.
    days(8)
    customs = people(CUSTOMS).chooses('main a[href$="queue=awaited"]')
    customs.chooses(link_to(transfer))
    customs.performs("suggest_supervision", procuratorate="SPP", grounds="公安机关既不签收，也不作决定。")
    customs.looks_right()


def test_police_who_never_sign_are_reminded_reported_supervised_and_ordered_to_file(people, cast, request):
    transfer = stories.transfer(cast, "DELIVERED")
    days = request.getfixturevalue("days")
    remind_and_report(people, days, transfer)
    supervision = Referral.objects.get(kind=Referral.Kind.SUPERVISION)

    # The procurator asks the police for their reasons; no receipt is signed, so the service is recorded from its proof.
    procurator = people("procurator")
    procurator.looks_right()
    procurator.performs("ask_reasons", letter="请在七日内说明逾期不作出是否立案决定的理由。")
    procurator.performs("record_service", paper="送达回证〔2026〕1号")
    procurator.looks_right()

    # The police see at home what is asked of them, and stay silent.
    people("antismuggling.officer").chooses(link_to(supervision)).looks_right()
    days(8)
    chief = people("procurator.head")
    chief.looks_right()
    chief.chooses(link_to(supervision))
    chief.performs("order_filing", letter="逾期未说明理由，现通知立案。")
    chief.looks_right()

    # The head of the police obeys from home.
    police = people("antismuggling.head")
    police.looks_right()
    police.chooses(link_to(supervision)).performs("obey", external_number="海缉立〔2026〕1号")
    police.looks_right()
    transfer.refresh_from_db()
    assert transfer.state == Referral.State.FILED
    customs = people(CUSTOMS)
    customs.looks_right()
    customs.chooses(link_to(transfer)).looks_right()


def test_a_report_returned_for_revision_is_revised_approved_completed_and_handed_over(people, cast):
    case = stories.case(cast)
    case.acts.create(title="以锌锭名义申报出口锑锭")
    transfer = stories.transfer(cast, "DRAFT_REPORT", case)
    here = f"referrals/{transfer.pk}/"

    # The officer submits from home; the head reads the file of the decision and returns it with remarks.
    officer = people(CUSTOMS)
    officer.performs("submit", on=here)
    head = people("customs.head")
    head.looks_right()
    head.chooses(f'main a[href*="/approvals/"][href$="id={transfer.pk}"]').looks_right()
    remarks = "请补充检测报告和货值依据，并列明证据目录。"
    head.decides("revise", remark=remarks)

    # The drafter finds the remarks at home, on the page of the report and beside its form.
    officer = people(CUSTOMS)
    officer.looks_right()
    officer.sees(remarks)
    officer.chooses(link_to(transfer)).looks_right()
    officer.sees(remarks)
    officer.performs(
        "edit", report="锑锭25吨，伪报为锌锭；检测报告、货值计核表见附件。", enclosures="检测报告；货值计核表"
    )
    officer.performs("submit")

    # The head reads the earlier remarks and the papers. Nothing is missing now: the head approves.
    head = people("customs.head")
    head.chooses(f'main a[href*="/approvals/"][href$="id={transfer.pk}"]').looks_right()
    head.sees(remarks)
    head.reads_papers()
    head.decides("approve")

    # The papers are issued; the officer hands over.
    officer = people(CUSTOMS)
    officer.looks_right()
    officer.performs("deliver", on=here)
    officer.looks_right()
    officer.sees("已签发")
    assert Referral.objects.get(pk=transfer.pk).state == Referral.State.DELIVERED
    police = people("antismuggling.officer")
    police.performs("accept", on=here)
    police.sees("涉嫌犯罪案件移送书")
    police.looks_right()


@pytest.fixture
def weighed_later(cast):
    """A transfer that the police accepted, of goods whose weight is unknown; the next step of the playbook is to weigh
    them."""
    case = stories.case(
        cast, items=[{"description": "锑锭", "declared_as": "锌锭", "value": "90000", "currency": "CNY"}]
    )
    set_violation_types(case, actor=cast[CUSTOMS], violation_types=["false_declaration"], reason="查验发现")
    stories.proceeding(cast, "VERIFY", case)
    follow(cast)
    inspect = Task.objects.get(step="INSPECT")
    stories.walk(cast, inspect, [("claim", CUSTOMS, {}), ("complete", CUSTOMS, {"result": "已查验"})])
    return stories.transfer(cast, "ACCEPTED", case)


def test_facts_of_a_case_are_put_right_after_its_transfer_was_delivered(people, weighed_later):
    transfer, case = weighed_later, weighed_later.case
    weigh = Task.objects.get(step="WEIGH")

    # The officer corrects the wrong party on the page of the case; the lead confirms as the second person.
    officer = people(CUSTOMS).turns_to("cases").chooses(link_to(case, "cases"))
    officer.looks_right()
    officer.performs("change_party", name="某某金属（宁波）有限公司", reason="营业执照所载名称不同")
    officer.looks_right()
    lead = people("customs.lead")
    lead.looks_right()
    lead.chooses('main a[href="/confirmations/"]').chooses(TO_CONFIRM)
    lead.looks_right()
    lead.performs("confirm")

    # The old and the new name are on the timeline.
    officer = people(CUSTOMS).turns_to("cases").chooses(link_to(case, "cases"))
    officer.chooses('main a[href="?tab=timeline"]').looks_right()
    assert officer.page.inner_text("main del") == "Example Metals Ltd"
    assert officer.page.inner_text("main ins") == "某某金属（宁波）有限公司"
    officer.sees("沈若谷")  # who confirmed it

    # The step waits for the unknown weight; queues show an earlier step of the playbook, the list of tasks shows all.
    # The officer enters the weight; this change needs the second person, too.
    officer = people(CUSTOMS).turns_to("tasks").chooses(link_to(weigh, "tasks"))
    officer.performs("claim", on=f"tasks/{weigh.pk}/")
    officer.chooses('main a[href*="/do/complete/"]').looks_right()
    officer.turns_to("cases").chooses(link_to(case, "cases"))
    officer.performs("change_item", net_weight_kg="25000", reason="过磅单〔2026〕7号")
    lead = people("customs.lead").chooses('main a[href="/confirmations/"]')
    lead.chooses(TO_CONFIRM)
    lead.performs("confirm")

    # The step is complete, the threshold follows, and the police are informed of the changed facts.
    officer = people(CUSTOMS)
    officer.chooses(link_to(weigh, "tasks"))
    officer.performs("complete", result="净重25吨，过磅单〔2026〕7号。")
    officer.looks_right()
    officer.turns_to("cases").chooses(link_to(case, "cases")).looks_right()
    assert facts_of(Case.objects.get(pk=case.pk)).line.verdict == "above"
    officer.chooses(f'main a[href="/referrals/{transfer.pk}/"]')
    officer.performs("tell_change", letter="当事人名称更正；净重查明为25吨。")
    police = people("antismuggling.officer").chooses(link_to(transfer))
    police.sees("当事人名称更正；净重查明为25吨。")
    police.looks_right()


def test_a_tip_to_the_centre_is_assigned_returned_assigned_again_and_taken_up(people, cast):
    coordinator = people(COORDINATOR)
    coordinator.looks_right()
    coordinator.chooses('main a[href="/leads/new/"]').looks_right()
    for name, answer in {
        "title": "举报：某公司以锌锭名义出口锑锭",
        "report_type": "tip",
        "narrative": "来电人称货物已到洋山。",
    }.items():
        coordinator.fill_in(name, answer)
    coordinator.submits("main form.cv-form .cv-actions button")
    coordinator.looks_right()
    tip = Lead.objects.get()
    coordinator.turns_to("home")
    assert coordinator.counts("leads") == "1"
    coordinator.turns_to("leads").chooses(link_to(tip, "leads"))
    coordinator.performs("assign", agency="MOFCOM_SCB", reason="涉及许可证管理")
    coordinator.looks_right()
    assert coordinator.counts("leads") == ""

    # The agency returns it with a reason, which the coordinator reads before assigning it again.
    commerce = people("commerce.officer")
    commerce.looks_right()
    commerce.chooses(link_to(tip, "leads")).looks_right()
    commerce.performs("return_lead", reason="货物在口岸，请由海关核查。")
    assert commerce.page.url.endswith("/leads/")  # the agency does not see it any more
    commerce.looks_right()
    coordinator = people(COORDINATOR)
    coordinator.looks_right()
    coordinator.turns_to("leads").looks_right()
    coordinator.chooses(link_to(tip, "leads")).sees("货物在口岸，请由海关核查。")
    coordinator.looks_right()
    coordinator.performs("assign", agency="GACC", reason="请海关核查")

    customs = people(CUSTOMS)
    customs.looks_right()
    customs.performs("take_up", on=f"leads/{tip.pk}/")
    customs.looks_right()
    tip.refresh_from_db()
    assert (tip.state, tip.officer.username) == (Lead.State.TAKEN_UP, CUSTOMS)
