"""Above the criminal threshold, or with unknown sums, a transfer assessment precedes any penalty."""

import pytest

from agencies.kernel.errors import TransitionRefused
from agencies.kernel.resource import RESOURCES
from cases.casefile.models import Case, Item
from cases.clocks.models import Clock
from cases.proceedings.actions import add_line
from cases.proceedings.models import Assessment, Decision
from cases.proceedings.untreated import untreated_sums
from coordination.actions.performing import perform
from tests import stories

TRANSFER = {"assessed": "transfer", "reason": "Hidden in a double floor."}
BELOW = {"description": "Antimony", "net_weight_kg": "100", "value": "9000", "currency": "CNY"}


def unmet(cast, line, verb="decide", who="customs.head"):
    return {missing.code for missing in RESOURCES["decisions"].workflow_of(line).unmet(verb, cast[who], line)}


def line_with(cast, *items, **party):
    """A party's line in a case with these goods."""
    values = {"parties": [{"role": "exporter", "kind": "company", "name": "Example", "country": "CHN", **party}]}
    matter = stories.case(cast, items=list(items), **(values if party else {}))
    return stories.decision(cast, stories.proceeding(cast, "INVESTIGATE", matter))


def assess(cast, line, **given):
    stories.walk(cast, line, [("assess_transfer", "customs.officer", given or stories.ASSESSED)])


@pytest.mark.parametrize("verb", ["decide", "mitigate", "no_penalty"])
def test_no_penalty_above_the_threshold_without_an_assessment(cast, verb):
    line = line_with(cast, {**BELOW, "value": "200000"})
    assert untreated_sums(line).verdict == "above"
    assert "assessment" in unmet(cast, line, verb)
    assess(cast, line)
    assert not {"assessment", "transfer_due"} & unmet(cast, line, verb)


def test_twenty_tonnes_are_above_the_threshold_at_any_value(cast):
    assert untreated_sums(line_with(cast, {**BELOW, "net_weight_kg": "20000", "value": "1"})).verdict == "above"


def test_unknown_is_not_below_the_threshold(cast):
    line = line_with(cast, {"description": "Antimony"})
    assert untreated_sums(line).verdict == "unknown"
    assert "assessment" in unmet(cast, line)


def test_below_the_threshold_no_assessment_is_needed(cast):
    assert "assessment" not in unmet(cast, line_with(cast, BELOW))


def test_goods_found_not_to_be_controlled_do_not_count(cast):
    line = line_with(cast, {**BELOW, "value": "900000"})
    Item.objects.filter(case=line.proceeding.case_id).update(basis="not_controlled")
    assert untreated_sums(line).verdict == "below"


def test_untreated_acts_of_one_party_are_summed_across_its_acts_in_the_case(cast):
    line = line_with(cast, {**BELOW, "value": "120000"}, {**BELOW, "value": "90000"})
    case = Case.objects.get(pk=line.proceeding.case_id)
    for item in case.items.all():
        act = case.acts.create(title=f"of {item.value}")
        act.items.add(item)
        act.parties.add(line.party)
    Decision.objects.filter(pk=line.pk).update(act=case.acts.first())
    line.refresh_from_db()
    assert (untreated_sums(line).value_cny, untreated_sums(line).verdict) == (210_000, "above")


def test_an_act_already_punished_is_not_summed_again(cast):
    line = line_with(cast, {**BELOW, "value": "120000"}, {**BELOW, "value": "90000"})
    case = Case.objects.get(pk=line.proceeding.case_id)
    first, second = (case.acts.create(title=str(item.value)) for item in case.items.all())
    first.items.add(case.items.first())
    second.items.add(case.items.last())
    Decision.objects.filter(pk=line.pk).update(act=first)
    Decision.objects.create(proceeding=line.proceeding, party=line.party, act=second, result="penalty", state="SERVED")
    line.refresh_from_db()
    assert untreated_sums(line).verdict == "below"


def test_untreated_lines_of_one_party_are_summed_across_cases_of_the_agency(cast):
    number = {"identifiers": [{"scheme": "USCC", "value": "91110000600037341L"}]}
    line = line_with(cast, {**BELOW, "value": "120000"}, **number)
    other = line_with(cast, {**BELOW, "value": "90000"}, **number)
    assert untreated_sums(line).value_cny == untreated_sums(other).value_cny == 210_000
    Decision.objects.filter(pk=other.pk).update(state="DROPPED")
    assert untreated_sums(line).value_cny == 120_000


def test_another_party_of_the_same_name_is_another_party(cast):
    line = line_with(cast, {**BELOW, "value": "120000"}, name="Exporter A")
    line_with(cast, {**BELOW, "value": "90000"}, name="Exporter A")
    assert untreated_sums(line).value_cny == 120_000


def test_new_facts_require_a_new_assessment(cast):
    line = line_with(cast, {**BELOW, "value": "200000"})
    assess(cast, line)
    line.proceeding.case.items.create(description="More", value=50_000, currency="CNY", net_weight_kg=1)
    assert "assessment" in unmet(cast, line)
    assess(cast, line)
    assert "assessment" not in unmet(cast, line)
    assert Assessment.objects.filter(decision=line).count() == 2


def test_no_penalty_instead_of_a_transfer(cast):
    line = stories.decision(cast)
    assess(cast, line, **TRANSFER)
    for verb in ("decide", "mitigate", "no_penalty"):
        assert "transfer_due" in unmet(cast, line, verb)
    with pytest.raises(TransitionRefused, match="remains valid until"):
        assess(cast, line)


@pytest.mark.parametrize(
    ("end", "due"),
    [("NOT_FILED_FINAL", False), ("REFUSED_INTERNAL", False), ("WITHDRAWN", True), ("NOT_FILED", True)],
)
def test_a_returned_transfer_allows_the_penalty_and_a_withdrawn_or_contested_one_does_not(cast, end, due):
    line = stories.decision(cast)
    assess(cast, line, **TRANSFER)
    stories.transfer(cast, end, line.proceeding.case)
    found = {"transfer_due", "assessment", "hold:punish"} & unmet(cast, line)
    assert "transfer_due" in found if due else not found


def test_a_line_ended_as_transferred_can_be_reopened(cast):
    line = stories.decision(cast)
    assess(cast, line, **TRANSFER)
    stories.walk(cast, line, [("transfer", "customs.officer", {"reason": "To the police"})])
    assert line.state == "TRANSFERRED"
    stories.walk(cast, line, [("reopen", "customs.lead", {"reason": "Returned by the police"})])
    assert line.state == "OPEN"


def test_a_penalty_before_a_late_transfer_is_copied_within_ten_days(cast):
    line = stories.served(cast)
    stories.transfer(cast, "DELIVERED", line.proceeding.case)
    duty = Clock.objects.running().about(line).get(rule__code="TRF_COPY_DECISION")
    assert duty.agency_id == line.proceeding.agency_id
    values = {"receiver": "SPP", "also_to": ["MPS_ECID"]}
    copy = perform(RESOURCES["decisions"], cast["customs.officer"], line, "copy_decision", values).created
    assert (copy.kind, copy.state, copy.decision) == ("copy", "DRAFT", line)
    assert Clock.objects.running().about(line).filter(rule__code="TRF_COPY_DECISION").exists()  # not sent yet
    page = cast.browser("customs.officer").get(f"/decisions/{line.pk}/").content.decode()
    assert f"/referrals/{copy.pk}/" in page
    stories.walk(cast, copy, [("send", "customs.officer", {})])
    assert not Clock.objects.running().about(line).filter(rule__code="TRF_COPY_DECISION").exists()


def test_a_transfer_before_any_penalty_starts_no_such_duty(cast):
    line = stories.decision(cast)
    stories.transfer(cast, "DELIVERED", line.proceeding.case)
    assert not Clock.objects.running().about(line).exists()


def test_no_fine_for_a_party_while_the_police_decide_and_others_are_unaffected(cast):
    line = stories.reviewed(cast)
    case = line.proceeding.case
    other = case.parties.create(name="Another company")
    add_line(line.proceeding, actor=cast["customs.officer"], party=str(other.pk))
    other_line = Decision.objects.get(party=other)
    police = cast["antismuggling.head"]
    case.holds.create(verb="punish", because="criminal", agency_id=police.agency_id, source=line.pk, party=line.party)
    assert "hold:punish" in unmet(cast, line)
    assert "hold:punish" not in unmet(cast, other_line)
