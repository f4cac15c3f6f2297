"""A complete case in a browser, in Chinese."""

import json
import urllib.request

import pytest

from agencies.kernel.actor import SYSTEM
from agencies.machines.actions import create_key
from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.casefile.models import Case
from coordination.exchange.referrals.models import Referral
from coordination.exchange.tasks.models import Task
from tests import stories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def a_machine_posts(origin, key):
    values = {**stories.content(), "techniques": ["CONCEAL"]}
    request = urllib.request.Request(  # noqa: S310 - the test's own server
        f"{origin}/api/v1/leads/",
        data=json.dumps(values).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.status == 201
        return json.load(answer)["id"]


def colleague(username):
    return str(User.objects.get(username=username).pk)


def open_share_and_ask(customs, lead):
    """The officer makes the lead a case, opens a proceeding, shares it and requests a task."""
    customs.goes_to("/leads/").looks_right()
    customs.goes_to(f"/leads/{lead}/").looks_right()
    customs.performs(
        "promote", title="Antimony ingots declared as zinc", handling="H1", violation_types=["concealment"]
    )
    case = Case.objects.get()
    assert f"/cases/{case.pk}/" in customs.page.url
    customs.looks_right()
    customs.performs("open_proceeding", kind="customs")
    customs.looks_right()
    customs.goes_to(f"/cases/{case.pk}/").performs("share", agency="MOFCOM_SCB", profile="full", reason="Licence data")
    customs.performs("ask_task", agency="MOFCOM_SCB", title="Was a licence issued?")
    return case


def answer_task(commerce):
    """The commerce officer finds the task on the home page and completes it."""
    task = Task.objects.get()
    commerce.sees("Was a licence issued?")
    commerce.looks_right()
    commerce.goes_to(f"/tasks/{task.pk}/").performs("accept")
    commerce.performs("claim")
    commerce.performs("complete", result="No licence was issued.")
    commerce.looks_right()


def transfer_case(customs, head, case):
    """Customs drafts a criminal transfer; the head approves; the officer hands over."""
    team = [colleague("customs.officer"), colleague("customs.lead")]
    customs.goes_to(f"/cases/{case.pk}/").performs(
        "draft_transfer",
        receiver="GACC_ASB",
        offence="SMUG_PROHIBITED",
        title="Suspected smuggling of antimony",
        report="25 t of antimony ingots, declared as zinc, without a licence.",
        team=team,
    )
    transfer = f"/referrals/{Referral.objects.get().pk}/"
    customs.looks_right()
    customs.performs("submit")
    head.goes_to("/").looks_right()
    head.goes_to(f"{transfer}do/approve/").reads_papers()
    head.goes_to(transfer).performs("approve", incomplete_because="On the paper file.")
    customs.goes_to(transfer).performs("deliver")
    return transfer


def receive_and_judge(police, case, transfer):
    """The anti-smuggling bureau sees the envelope, signs the receipt, files, and records steps up to the judgment."""
    police.goes_to(transfer).looks_right()
    assert "25 t of antimony" not in police.page.inner_text("main")
    police.performs("accept")
    police.sees("25 t of antimony")
    police.performs("file", external_number="海缉立〔2026〕1号")
    proceeding = f"/proceedings/{Referral.objects.get().proceeding_id}/"
    party = str(case.parties.get().pk)
    police.goes_to(proceeding).performs("add_line", party=party)
    for verb, answers in (
        ("prosecute_opinion", {}),
        ("prosecute", {"on": "proceedings"}),
        ("judge", {"outcome_reason": "Guilty"}),
        ("convict", {"charge": "Criminal Law art. 151(3)", "sentence_months": "30"}),
        ("appeal", {}),
        ("uphold_judgment", {}),
        ("close", {}),
    ):
        police.goes_to(proceeding).performs(verb, **answers)
    police.looks_right()


def end_and_close(lead_officer, case, transfer):
    """Customs ends its proceeding and closes the case."""
    own = f"/proceedings/{case.proceedings.get(kind='customs').pk}/"
    lead_officer.goes_to(own).performs("file", external_number="沪关缉违字〔2026〕1号")
    for verb, answers in (("transfer", {"outcome_reason": "Judged by the court"}), ("close", {})):
        lead_officer.goes_to(own).performs(verb, **answers)
    lead_officer.goes_to(transfer).performs("hand_goods")
    lead_officer.goes_to(f"/cases/{case.pk}/").performs("conclude", outcome="Judged")
    lead_officer.goes_to(f"/cases/{case.pk}/").performs("close", reason="Everything is done")
    assert Case.objects.get().state == Case.State.CLOSED


def test_a_case_from_a_machines_report_to_judgment_and_closing(person, live_server, cast):
    origin = str(live_server)
    gacc = Agency.objects.get(code="GACC")
    key = create_key("RISK", gacc, ["leads:write"], actor=SYSTEM).text

    def signed_in(username):
        return person("zh-hans").signs_in(username, stories.PASSWORD)

    customs, head = signed_in("customs.officer"), signed_in("customs.head")
    assert customs.page.get_attribute("html", "lang") == "zh-hans"
    supervisor = signed_in("centre.supervisor").goes_to("/supervision/")
    supervisor.looks_right()
    before = supervisor.page.inner_text("main")

    case = open_share_and_ask(customs, a_machine_posts(origin, key))
    answer_task(signed_in("commerce.officer"))
    transfer = transfer_case(customs, head, case)
    receive_and_judge(signed_in("antismuggling.head"), case, transfer)
    end_and_close(signed_in("customs.lead"), case, transfer)
    supervisor.goes_to("/supervision/")
    assert supervisor.page.inner_text("main") != before
    supervisor.looks_right()
