"""要求移送的检察意见: the procuratorate demands the transfer of a suspected crime (SPPR art. 557(3))."""

from typing import Any

import pytest
from django.urls import reverse

from agencies.journal.models import Event
from agencies.kernel.errors import TransitionRefused
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case, Hold
from cases.clocks.models import Clock
from coordination.actions.performing import perform
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.presentation import shown
from coordination.exchange.tasks.models import Task
from tests import stories

CUSTOMS, HEAD, PROCURATOR, CHIEF = "customs.officer", "customs.head", "procurator", "procurator.head"


def refused(cast: Any, demand: Referral, verb: str, who: str, **given: Any) -> list[str]:
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, demand, [(verb, who, given)])
    return [missing.code for missing in no.value.missing]


def test_the_chief_procurator_approves_what_the_procurator_prepared(cast):
    demand = stories.demand(cast)
    stories.walk(cast, demand, [("propose", PROCURATOR, {"proposed": "send", "proposal": "Above the threshold"})])
    assert demand.decider.code == "SPP"
    stories.walk(cast, demand, [("send", CHIEF, {})])
    assert (demand.state, demand.proposed, demand.holder.code) == ("SENT", "", "GACC")
    assert demand.number


def test_the_draft_is_seen_by_the_procuratorate_alone_and_the_demand_by_the_agency(cast):
    assert shown(stories.demand(cast), cast[CUSTOMS]) == {"sight": "nothing"}
    sent = stories.demand(cast, "SENT")
    assert shown(sent, cast[CUSTOMS])["sight"] == "package"
    assert shown(sent, cast["commerce.officer"]) == {"sight": "nothing"}


def test_the_agency_owes_its_answer_from_the_receipt_on(cast):
    demand = stories.demand(cast, "SENT")
    assert Task.objects.open().get(source=demand.pk).step == "ANSWER_DEMAND"
    assert not Clock.objects.running().about(demand).filter(rule__code="INT_DEMAND").exists()
    stories.walk(cast, demand, [("confirm_receipt", CUSTOMS, {})])
    assert Clock.objects.running().about(demand).get(rule__code="INT_DEMAND").agency.code == "GACC"


def test_a_delivered_transfer_ends_the_demand_and_its_hold(cast):
    demand = stories.demand(cast, "SENT")
    assert Hold.objects.standing().filter(source=demand.pk).exists()
    stories.transfer(cast, "DELIVERED", matter=demand.case)
    demand.refresh_from_db()
    assert demand.state == "REPORTED"
    assert not Hold.objects.standing().filter(source=demand.pk).exists()
    assert not Clock.objects.running().about(demand).exists()


def test_a_transfer_about_others_leaves_the_demand_open(cast):
    case = stories.case(cast)
    other = case.parties.create(name="Other Ltd")
    demand = stories.demand(cast, inside=case)
    demand.parties.set([other])
    stories.walk(cast, demand, [("send", CHIEF, {})])
    transfer = stories.transfer(cast, "APPROVED", matter=case)
    transfer.parties.set(case.parties.exclude(pk=other.pk))
    stories.walk(cast, transfer, [("deliver", CUSTOMS, {})])
    demand.refresh_from_db()
    assert demand.state == "SENT"


def test_what_was_transferred_is_not_demanded(cast):
    demand = stories.demand(cast)
    stories.transfer(cast, "DELIVERED", matter=demand.case)
    assert refused(cast, demand, "send", CHIEF) == ["transferred"]


def test_the_head_of_the_agency_gives_reasons_and_the_procuratorate_accepts_or_insists(cast):
    accepted = stories.demand(cast, "REASONS_TOLD")
    assert not Task.objects.open().filter(source=accepted.pk).exists()
    demand = stories.demand(cast, "EXPLAINED")
    assert (demand.holder.code, Task.objects.open().get(source=demand.pk).step) == ("SPP", "JUDGE_NO_TRANSFER")
    for who in (CUSTOMS, PROCURATOR):
        page = cast.browser(who).get(reverse("referral", args=[demand.pk])).text
        assert "gave the reasons for not transferring" in page
    stories.walk(cast, demand, [("insist", CHIEF, {"letter": "The amount was not counted"})])
    assert (demand.state, demand.holder.code) == ("SENT", "GACC")
    assert [letter["verb"] for letter in shown(demand, cast[CUSTOMS])["letters"]] == ["give_reasons", "insist"]


def test_a_silent_agency_is_reported_to_its_superior_once_it_is_late(cast):
    demand = stories.demand(cast, "SENT")
    stories.walk(cast, demand, [("confirm_receipt", CUSTOMS, {})])
    letter = {"above": "Superior agency", "letter": "The agency does not answer"}
    assert refused(cast, demand, "ask_correction", PROCURATOR, **letter) == ["early"]
    stories.late_clock(demand, "INT_DEMAND")
    stories.walk(cast, demand, [("ask_correction", PROCURATOR, letter)])
    assert demand.letters.get().above == "Superior agency"


def test_the_letter_of_an_absent_procuratorate_is_recorded_as_a_demand(cast):
    case, code = stories.case(cast), stories.absent_procuratorate()
    kept = stories.incoming(cast, matter=case, agency=code, number="检意〔2026〕8号", title="Opinion")
    data = {"paper": str(kept.pk), "asks": "transfer", "report": "A crime is suspected"}
    made = perform(RESOURCES["cases"], cast[CUSTOMS], case, "record_return", data).created
    assert (made.kind, made.state, made.sender.code) == ("demand", "SENT", code)
    assert Event.objects.get(object_id=made.pk).on_behalf_of_id == made.sender_id
    assert Clock.objects.running().about(made).get().rule.code == "INT_DEMAND"
    stories.transfer(cast, "DELIVERED", matter=Case.objects.get(pk=case.pk))
    made.refresh_from_db()
    assert made.state == "REPORTED"
