"""Where every holder of the office took part, the decision of the agency above is recorded from its paper."""

from typing import Any

import pytest
from django.urls import reverse

from agencies.confirmations.models import Confirmation
from agencies.journal.models import BehalfStep, Event
from agencies.journal.verify import verify_streams
from agencies.kernel.refusals import Forbidden, Invalid, MoveRefused
from agencies.organs.models import Agency
from agencies.people.models import OfficeHolder
from coordination.nouns import NOUNS, noun_of
from coordination.referrals.actions.drafting import draft_transfer
from coordination.referrals.models import Referral
from tests import stories

NUMBER = "国函〔2026〕5号"
DECIDED_BY = "Vice Premier in charge"


@pytest.fixture
def above(cast: Any) -> Agency:
    """The agency above customs; it is not in the demonstration, where customs has none."""
    made: Agency = Agency.objects.create(
        code="STATE_C", name_zh="国务院", name_en="State Council", is_organ=True, level="central"
    )
    Agency.objects.filter(pk=made.pk).update(organ=made, signs_in=True)
    Agency.objects.filter(code="GACC").update(parent=made)
    return made


def draft(cast: Any) -> Referral:
    """A report of whose team the head is, who holds the only office."""
    return draft_transfer(
        stories.case(cast), actor=cast["customs.officer"], receiver="GACC_ASB", offence="SMUG_PROHIBITED",
        title="Transfer", report="Facts", team=[cast["customs.officer"].id, cast["customs.head"].id],
    )  # fmt: skip


def submitted(cast: Any) -> Referral:
    made = draft(cast)
    stories.walk(cast, made, [("submit", "customs.officer", {})])
    return made


def in_review(cast: Any) -> Any:
    """A matter that the head investigates together with an officer."""
    inside = stories.proceeding(cast, "FILED_ADM")
    team = [cast["customs.officer"].id, cast["customs.head"].id]
    stories.walk(cast, inside, [("investigate", "customs.officer", {"team": team})])
    return stories.reviewed(cast, inside)


def papered(cast: Any, case: Any) -> dict[str, str]:
    paper = stories.incoming(cast, matter=case, organ="STATE_C", number=NUMBER)
    return {"paper": str(paper.pk), "decided_by": DECIDED_BY}


def buttons(cast: Any, who: str, thing: Any) -> set[str]:
    door = noun_of(thing)
    return {one.verb for one in door.buttons(cast[who], door.find(cast[who], thing.pk))}


def test_a_lead_records_its_approval_and_a_second_person_confirms(cast: Any, above: Agency) -> None:
    transfer = submitted(cast)
    stories.seconded(cast, transfer, "approve", second="customs.legal", **papered(cast, transfer.case))
    assert (transfer.state, transfer.approver) == ("APPROVED", None)
    event = Event.objects.get(object_id=transfer.pk, verb="approve")
    assert (event.on_behalf_of_id, event.note.data["decided_by"]) == (above.pk, DECIDED_BY)
    assert event.note.data["paper"].startswith(NUMBER)
    assert BehalfStep.objects.get(event=event).organ_id == above.pk  # so it may dispute it
    assert not list(verify_streams())


def test_its_refusal_is_recorded_the_same_way(cast: Any, above: Agency) -> None:
    transfer = submitted(cast)
    told = papered(cast, transfer.case) | {"ending_reason": "No crime"}
    stories.seconded(cast, transfer, "refuse", second="customs.legal", **told)
    assert transfer.state == "REFUSED_INTERNAL"


def test_a_decision_about_a_party_is_recorded_the_same_way(cast: Any, above: Agency) -> None:
    line = in_review(cast)
    assert buttons(cast, "customs.legal", line).isdisjoint({"decide", "mitigate", "no_penalty"})
    told = papered(cast, line.proceeding.case) | {"decision_number": "1", "fine_cny": "300000", "penalties": ["fine"]}
    stories.seconded(cast, line, "decide", second="customs.legal", **told)
    assert (line.state, line.result, line.fine_cny) == ("DECIDED", "penalty", 300000)
    assert Event.objects.get(object_id=line.pk, verb="decide").on_behalf_of_id == above.pk


@pytest.mark.parametrize("lacks", ["paper", "decided_by"])
def test_it_names_its_paper_and_who_decided(cast: Any, above: Agency, lacks: str) -> None:
    transfer = submitted(cast)
    told = {**papered(cast, transfer.case), lacks: ""}
    with pytest.raises(Invalid) as no:
        NOUNS["referrals"].act(cast["customs.lead"], transfer, "approve", told, strict=True)
    assert [error.pointer for error in no.value.errors] == [f"/{lacks}"]
    assert not Confirmation.objects.exists()


def test_a_paper_of_another_agency_does_not_do(cast: Any, above: Agency) -> None:
    transfer = submitted(cast)
    told = papered(cast, transfer.case) | {"paper": str(stories.incoming(cast, matter=transfer.case).pk)}
    with pytest.raises(Invalid):
        NOUNS["referrals"].act(cast["customs.lead"], transfer, "approve", told, strict=True)


def test_a_person_who_took_part_neither_records_nor_confirms_it(cast: Any, above: Agency) -> None:
    transfer = submitted(cast)
    told = papered(cast, transfer.case)
    with pytest.raises(MoveRefused) as no:
        stories.walk(cast, transfer, [("approve", "customs.head", {})])
    assert [one.code for one in no.value.missing] == ["own_report"]
    for second in ("customs.officer", "customs.head"):
        with pytest.raises(MoveRefused) as no:
            stories.seconded(cast, transfer, "approve", second=second, **told)
        assert [one.code for one in no.value.missing] == ["own_report"]
        Confirmation.objects.all().delete()
    for who in ("customs.officer", "customs.legal", "commerce.lead"):
        with pytest.raises(Forbidden):
            NOUNS["referrals"].act(cast[who], transfer, "approve", told, strict=True)


def test_while_somebody_here_may_decide_it_is_not_open(cast: Any, above: Agency) -> None:
    transfer = submitted(cast)
    assert {"approve", "refuse"} <= buttons(cast, "customs.lead", transfer)
    OfficeHolder.objects.create(
        user=cast.user("customs.admin"), organ=transfer.sender, is_acting=True, document="署人发〔2026〕1号"
    )
    assert buttons(cast, "customs.lead", transfer).isdisjoint({"approve", "refuse"})


def test_an_office_that_nobody_holds_is_filled_first(cast: Any, above: Agency) -> None:
    """Else the account of the head would only have to be disabled."""
    transfer = submitted(cast)
    cast.user("customs.head").offices.all().delete()
    assert buttons(cast, "customs.lead", transfer).isdisjoint({"approve", "refuse"})


def test_without_an_agency_above_there_is_no_such_way(cast: Any) -> None:
    with pytest.raises(MoveRefused) as no:
        submitted(cast)
    assert [one.code for one in no.value.missing] == ["approver"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_before_an_edit_that_bars_the_only_decider_the_page_names_both_ways(
    cast: Any, above: Agency, language: str
) -> None:
    transfer = stories.transfer(cast)
    page = reverse("verb", args=["referrals", transfer.pk, "edit"])
    told = cast.browser("customs.head", language).get(page).text
    for words in {
        "en": ("acting holder", "Or State Council decides: a unit lead"),
        "zh-hans": ("主持工作的负责人", "或者由国务院"),
    }[language]:
        assert words in told, words
    assert "decides: a unit lead" not in cast.browser("customs.officer").get(page).text
    Agency.objects.filter(code="GACC").update(parent=None)
    assert "decides: a unit lead" not in cast.browser("customs.head").get(page).text


def test_the_form_says_whose_decision_is_recorded(cast: Any, above: Agency) -> None:
    transfer = submitted(cast)
    page = cast.browser("customs.lead").get(reverse("verb", args=["referrals", transfer.pk, "approve"]))
    assert "You record the decision of State Council from its paper" in page.text
    assert page.context["form"].fields["decided_by"].required
