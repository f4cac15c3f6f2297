"""If every office holder took part, the decision of the superior agency is recorded from its paper."""

from typing import Any

import pytest
from django.urls import reverse

from agencies.confirmations.models import Confirmation
from agencies.journal.models import Event, ProxyStep
from agencies.kernel import times
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.organisations.models import Agency
from agencies.people.models import Membership, OfficeHolder, User
from cases.clocks.models import Clock, ClockExtension
from coordination.actions.performing import perform
from coordination.exchange.confidential.actions import draft_confidential_letter, name_people
from coordination.exchange.referrals.actions.drafting import draft_transfer
from coordination.exchange.referrals.models import Referral
from coordination.workspace.approvals import barred_by_writing
from tests import stories
from tests.journal import verify_streams
from tests.refusals import refused_for

NUMBER = "国函〔2026〕5号"
DECIDED_BY = "Vice Premier in charge"


@pytest.fixture
def above(cast: Any) -> Agency:
    """A superior of customs, which has none in the demonstration."""
    made: Agency = Agency.objects.create(
        code="STATE_C", name_zh="国务院", name_en="State Council", is_agency=True, level="central"
    )
    Agency.objects.filter(pk=made.pk).update(agency=made, signs_in=True)
    Agency.objects.filter(code="GACC").update(parent=made)
    return made


def draft(cast: Any) -> Referral:
    """A report with the only office holder on its team."""
    return draft_transfer(
        stories.case(cast), actor=cast["customs.officer"], receiver="GACC_ASB", offence="SMUG_PROHIBITED",
        title="Transfer", report="Facts", team=[cast["customs.officer"].id, cast["customs.head"].id],
    )  # fmt: skip


def submitted(cast: Any) -> Referral:
    made = draft(cast)
    stories.walk(cast, made, [("submit", "customs.officer", {})])
    return made


def in_review(cast: Any) -> Any:
    """A matter investigated by the head together with an officer."""
    inside = stories.proceeding(cast, "FILED_ADM")
    team = [cast["customs.officer"].id, cast["customs.head"].id]
    stories.walk(cast, inside, [("investigate", "customs.officer", {"team": team})])
    return stories.reviewed(cast, inside)


def papered(cast: Any, case: Any) -> dict[str, str]:
    paper = stories.incoming(cast, matter=case, agency="STATE_C", number=NUMBER)
    return {"paper": str(paper.pk), "decided_by": DECIDED_BY}


def buttons(cast: Any, who: str, thing: Any) -> set[str]:
    resource = resource_of(thing)
    return {one.verb for one in resource.buttons(cast[who], resource.find(cast[who], thing.pk))}


def test_a_lead_records_its_approval_and_a_second_person_confirms(cast: Any, above: Agency) -> None:
    transfer = submitted(cast)
    stories.seconded(cast, transfer, "approve", second="customs.legal", **papered(cast, transfer.case))
    assert (transfer.state, transfer.approver) == ("APPROVED", None)
    event = Event.objects.get(object_id=transfer.pk, verb="approve")
    assert (event.on_behalf_of_id, event.note.data["decided_by"]) == (above.pk, DECIDED_BY)
    assert event.note.data["paper"].startswith(NUMBER)
    assert ProxyStep.objects.get(event=event).agency_id == above.pk  # so it may dispute it
    assert not list(verify_streams())


def test_its_refusal_is_recorded_the_same_way(cast: Any, above: Agency) -> None:
    transfer = submitted(cast)
    shown = papered(cast, transfer.case) | {"ending_reason": "No crime"}
    stories.seconded(cast, transfer, "refuse", second="customs.legal", **shown)
    assert transfer.state == "REFUSED_INTERNAL"


def test_a_decision_about_a_party_is_recorded_the_same_way(cast: Any, above: Agency) -> None:
    line = in_review(cast)
    assert buttons(cast, "customs.legal", line).isdisjoint({"decide", "mitigate", "no_penalty"})
    shown = papered(cast, line.proceeding.case) | {"decision_number": "1", "fine_cny": "300000", "penalties": ["fine"]}
    stories.seconded(cast, line, "decide", second="customs.legal", **shown)
    assert (line.state, line.result, line.fine_cny) == ("DECIDED", "penalty", 300000)
    assert Event.objects.get(object_id=line.pk, verb="decide").on_behalf_of_id == above.pk


@pytest.mark.parametrize("lacks", ["paper", "decided_by"])
def test_it_names_its_paper_and_the_decider(cast: Any, above: Agency, lacks: str) -> None:
    transfer = submitted(cast)
    data = {**papered(cast, transfer.case), lacks: ""}
    with pytest.raises(Invalid) as no:
        perform(RESOURCES["referrals"], cast["customs.lead"], transfer, "approve", data, strict=True)
    assert [error.pointer for error in no.value.errors] == [f"/{lacks}"]
    assert not Confirmation.objects.exists()


def test_a_paper_of_another_agency_does_not_do(cast: Any, above: Agency) -> None:
    transfer = submitted(cast)
    text = papered(cast, transfer.case) | {"paper": str(stories.incoming(cast, matter=transfer.case).pk)}
    with pytest.raises(Invalid):
        perform(RESOURCES["referrals"], cast["customs.lead"], transfer, "approve", text, strict=True)


def test_a_person_who_took_part_neither_records_nor_confirms_it(cast: Any, above: Agency) -> None:
    transfer = submitted(cast)
    shown = papered(cast, transfer.case)
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, transfer, [("approve", "customs.head", stories.ON_PAPER)])
    assert [one.code for one in no.value.missing] == ["own_report"]
    for second in ("customs.officer", "customs.head"):
        with refused_for("own_report"):
            stories.seconded(cast, transfer, "approve", second=second, **shown)
        Confirmation.objects.all().delete()
    for who in ("customs.officer", "customs.legal", "commerce.lead"):
        with pytest.raises(Forbidden):
            perform(RESOURCES["referrals"], cast[who], transfer, "approve", shown, strict=True)


def test_it_is_closed_while_an_own_holder_may_decide(cast: Any, above: Agency) -> None:
    transfer = submitted(cast)
    assert {"approve", "refuse"} <= buttons(cast, "customs.lead", transfer)
    OfficeHolder.objects.create(
        user=cast.user("customs.admin"), agency=transfer.sender, is_acting=True, document="署人发〔2026〕1号"
    )
    assert buttons(cast, "customs.lead", transfer).isdisjoint({"approve", "refuse"})


def test_a_vacant_office_is_filled_first(cast: Any, above: Agency) -> None:
    """Otherwise disabling the account of the head would be enough."""
    transfer = submitted(cast)
    cast.user("customs.head").offices.all().delete()
    assert buttons(cast, "customs.lead", transfer).isdisjoint({"approve", "refuse"})


def test_without_an_agency_above_there_is_no_such_way(cast: Any) -> None:
    with refused_for("approver"):
        submitted(cast)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_before_an_edit_that_bars_the_only_decider_the_page_names_both_ways(
    cast: Any, above: Agency, language: str
) -> None:
    transfer = stories.transfer(cast)
    page = reverse("verb", args=["referrals", transfer.pk, "edit"])
    answer = cast.browser("customs.head", language).get(page).text
    for words in {
        "en": ("acting holder", "Or State Council decides: a unit lead"),
        "zh-hans": ("主持工作的负责人", "或者由国务院"),
    }[language]:
        assert words in answer, words
    assert "decides: a unit lead" not in cast.browser("customs.officer").get(page).text
    Agency.objects.filter(code="GACC").update(parent=None)
    assert "decides: a unit lead" not in cast.browser("customs.head").get(page).text


def test_the_form_names_the_agency_whose_decision_is_recorded(cast: Any, above: Agency) -> None:
    transfer = submitted(cast)
    page = cast.browser("customs.lead").get(reverse("verb", args=["referrals", transfer.pk, "approve"]))
    assert "You record the decision of State Council from its paper" in page.text
    assert page.context["form"].fields["decided_by"].required


# Every kind of office decision ---------------------------------------------------------------------------------------
def converted_by_a_team_with_the_head(cast: Any) -> Any:
    team = [cast["antismuggling.officer"].id, cast["antismuggling.head"].id]
    return stories.conversion(cast, "HEAD_DECISION", team=team)


def opinion_of_the_head(cast: Any) -> Any:
    asked = stories.agency_opinion(cast)
    stories.walk(cast, asked, [("draft", "commerce.head", {"stance": "concur"})])
    return asked


def instruction_of_the_head(cast: Any) -> Any:
    made = stories.instruction(cast)
    mine = {"receiver": "GACC_ASB", "title": "T", "text": "Mine", "due_at": made.due_at}
    stories.walk(cast, made, [("edit", "customs.head", mine), ("submit", "customs.officer", {})])
    return made


def application_of_the_head(cast: Any) -> Any:
    clock = Clock.objects.about(stories.property_measure(cast)).get(rule__code="CUS_DETAIN_GOODS")
    stories.walk(cast, clock, [("apply", "customs.head", {"step": "1", "reason": "The laboratory needs it"})])
    return Clock.objects.get(pk=clock.pk)


@pytest.fixture
def colleague(cast: Any) -> None:
    """A second officer at the bureau, which has only one."""
    bureau = Agency.objects.get(code="GACC_ASB")
    person = User.objects.create_user(
        SECONDS["antismuggling"], "a long password", agency=bureau, name_zh="甲", name_en="A"
    )
    Membership.objects.create(user=person, unit=bureau, role="officer")


WAYS = {
    "conversion": (
        converted_by_a_team_with_the_head,
        "antismuggling",
        "GACC",
        "file",
        {"external_number": "1"},
        "CONVERTED",
    ),
    "conversion refused": (
        converted_by_a_team_with_the_head,
        "antismuggling",
        "GACC",
        "refuse",
        {"ending_reason": "No"},
        "REFUSED_INTERNAL",
    ),
    "opinion": (opinion_of_the_head, "commerce", "MOFCOM", "give", {"stance": "concur"}, "GIVEN"),
    "instruction": (instruction_of_the_head, "customs", "STATE_C", "issue", {}, "SENT"),
    "extension": (
        application_of_the_head,
        "customs",
        "STATE_C",
        "extend",
        {"step": "1", "reason": "Agreed"},
        "RUNNING",
    ),
    "extension refused": (application_of_the_head, "customs", "STATE_C", "refuse", {"reason": "Enough"}, "RUNNING"),
}
SECONDS = {"antismuggling": "antismuggling.second", "commerce": "commerce.legal", "customs": "customs.legal"}


def decided_by_paper(cast: Any, side: str, agency: str, thing: Any) -> dict[str, str]:
    if isinstance(thing, Clock):  # as of every extension that is granted outside, the number is enough
        return {"paper": NUMBER, "decided_by": DECIDED_BY}
    paper = stories.incoming(cast, matter=thing.case, by=f"{side}.officer", agency=agency, number=NUMBER)
    return {"paper": str(paper.pk), "decided_by": DECIDED_BY}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_each_decision_of_an_office_is_recorded_from_the_paper_of_the_agency_above(
    cast: Any, above: Agency, colleague: None, way: str
) -> None:
    make, side, agency, verb, answers, state = WAYS[way]
    thing = make(cast)
    with pytest.raises(TransitionRefused):
        perform(
            RESOURCES[resource_of(thing).name],
            cast[f"{side}.head"],
            thing,
            verb,
            {**answers, "paper": "x"},
            strict=False,
        )
    shown = decided_by_paper(cast, side, agency, thing)
    stories.seconded(cast, thing, verb, by=f"{side}.lead", second=SECONDS[side], **answers, **shown)
    assert thing.state == state
    event = Event.objects.filter(object_id=thing.pk, verb=verb).latest("id")
    assert (event.on_behalf_of_id, event.note.data["decided_by"]) == (Agency.objects.get(code=agency).pk, DECIDED_BY)
    assert event.note.data["paper"].startswith(NUMBER)
    assert not list(verify_streams())


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_none_of_them_is_open_while_an_acting_holder_took_no_part(
    cast: Any, above: Agency, colleague: None, way: str
) -> None:
    make, side, _agency, verb, _answers, _state = WAYS[way]
    thing = make(cast)
    assert resource_of(thing).workflow_of(thing).proxy_of(verb, cast[f"{side}.lead"], thing) is not None
    OfficeHolder.objects.create(
        user=cast.user(SECONDS[side]), agency=cast.user(f"{side}.head").agency, is_acting=True, document="〔2026〕1号"
    )
    thing = resource_of(thing).model.objects.get(pk=thing.pk)
    assert resource_of(thing).workflow_of(thing).proxy_of(verb, cast[f"{side}.lead"], thing) is None


def test_if_all_others_took_part_a_person_of_the_superior_agency_confirms(cast: Any) -> None:
    """The bureau has its lead, and a head and an officer who were both on the team."""
    conversion = converted_by_a_team_with_the_head(cast)
    shown = decided_by_paper(cast, "antismuggling", "GACC", conversion)
    by = {"by": "antismuggling.lead", "second": "customs.officer"}
    asked = stories.seconded(cast, conversion, "file", external_number="1", **by, **shown)
    assert asked.confirmer_agency.code == "GACC"
    assert conversion.state == "CONVERTED"


def test_an_extension_granted_above_moves_the_end_by_the_number_of_its_paper(cast: Any, above: Agency) -> None:
    clock = application_of_the_head(cast)
    was = clock.due_at
    data = {"step": "1", "reason": "Agreed", **decided_by_paper(cast, "customs", "STATE_C", clock)}
    stories.seconded(cast, clock, "extend", second="customs.legal", **data)
    assert clock.due_at > was
    assert ClockExtension.objects.get(clock=clock).paper == NUMBER


def test_the_holder_confirms_no_opinion_that_they_wrote_at_a_lower_level(cast: Any) -> None:
    """Another holder gave it; when the facts change, its author still does not decide."""
    asked = opinion_of_the_head(cast)
    type(asked).objects.filter(pk=asked.pk).update(state="OUTDATED", stance="concur", given_at=times.now())
    with refused_for("own"):
        stories.walk(cast, asked, [("confirm", "commerce.head", {})])


def test_the_author_of_a_letter_does_not_insist_on_it(cast: Any, above: Agency) -> None:
    letter = instruction_of_the_head(cast)
    type(letter).objects.filter(pk=letter.pk).update(state="OBJECTED")
    letter.refresh_from_db()
    with refused_for("own_letter"):
        stories.walk(cast, letter, [("insist", "customs.head", {"reason": "It is right"})])
    shown = decided_by_paper(cast, "customs", "STATE_C", letter) | {"reason": "It is right"}
    stories.seconded(cast, letter, "insist", second="customs.legal", **shown)
    assert letter.state == "RECEIVED"


# Texts of the pages --------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_pages_of_transfers_and_letters_show_who_decided_by_which_document(cast: Any, above: Agency) -> None:
    transfer = submitted(cast)
    stories.seconded(cast, transfer, "approve", second="customs.legal", **papered(cast, transfer.case))
    letter = instruction_of_the_head(cast)
    shown = decided_by_paper(cast, "customs", "STATE_C", letter)
    stories.seconded(cast, letter, "issue", second="customs.legal", **shown)
    for thing in (transfer, letter):
        page = cast.browser("customs.officer").get(resource_of(thing).url(thing)).text
        assert f"State Council, {DECIDED_BY} ({NUMBER}" in page
    api = cast.browser("customs.officer").get(f"/api/v1/referrals/{transfer.pk}/").json()
    assert (api["decided_above"]["agency"], api["decided_above"]["by"]) == ("STATE_C", DECIDED_BY)


EDITS = {
    "transfer": (lambda cast: stories.transfer(cast), "customs.head", "edit", "State Council"),
    "party": (
        lambda cast: stories.noticed(cast, stories.proceeding(cast, "INVESTIGATE")),
        "customs.head",
        "assess_transfer",
        "State Council",
    ),
    "conversion": (lambda cast: stories.conversion(cast), "antismuggling.head", "edit", "Customs"),
    "opinion": (lambda cast: stories.agency_opinion(cast), "commerce.head", "draft", "Ministry of Commerce"),
    "instruction": (lambda cast: stories.instruction(cast), "customs.head", "edit", "State Council"),
    "extension": (
        lambda cast: Clock.objects.about(stories.property_measure(cast)).get(rule__code="CUS_DETAIN_GOODS"),
        "customs.head",
        "apply",
        "State Council",
    ),
    "drafting a transfer": (lambda cast: stories.case(cast), "customs.head", "draft_transfer", "State Council"),
    "drafting a conversion": (
        lambda cast: stories.bureau_proceeding(cast).case,
        "antismuggling.head",
        "convert",
        "Customs",
    ),
    "drafting an instruction": (lambda cast: stories.case(cast), "customs.head", "instruct", "State Council"),
}


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS)
def test_each_form_warns_before_it_bars_the_only_decider(cast: Any, above: Agency, edit: str) -> None:
    make, head, verb, agency = EDITS[edit]
    thing = make(cast)
    page = cast.browser(head).get(reverse("verb", args=[resource_of(thing).name, thing.pk, verb])).text
    assert "may not decide on it later" in page
    assert "acting holder" in page
    assert agency in page.split("acting holder")[1].split("decides: a unit lead")[0]


def test_forms_without_a_deciding_office_do_not_warn(cast: Any, above: Agency) -> None:
    letter = stories.instruction(cast, kind="assign_down")
    assert barred_by_writing(cast["customs.head"], RESOURCES["instructions"], letter, "edit") is None


def test_possible_superior_deciders_of_a_confidential_letter_are_named(cast: Any) -> None:
    """Its papers are not filed on the case, and no unnamed person confirms anything of it."""
    head = cast["antismuggling.head"]
    data = {"addressee": "驻署纪检监察组", "official": "某关员", "facts": "He let the containers pass."}
    case = stories.case(cast, "antismuggling.officer")
    letter = draft_confidential_letter(case, actor=cast["antismuggling.officer"], **data)
    name_people(letter, actor=cast["antismuggling.officer"], people=[head.id], reason="theirs to know")
    for thing, verb in ((letter, "edit"), (case, "draft_confidential_letter")):
        page = (
            cast.browser("antismuggling.head").get(reverse("verb", args=[resource_of(thing).name, thing.pk, verb])).text
        )
        assert "may not decide on it later" in page
        assert cast.user("customs.head").name_en in page
        assert "decides: a unit lead" not in page
