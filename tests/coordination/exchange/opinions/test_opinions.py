"""Agencies give opinions level by level on the facts of the day; changed facts are detected."""

import pytest
from django.urls import reverse
from django.utils import translation

from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.resource import resource_of
from cases.casefile.actions import add_item, add_party
from cases.casefile.models import Case
from cases.sharing.actions import share_case
from coordination.actions.performing import perform as perform_verb
from coordination.exchange.opinions.actions import ask_opinions, follow_facts
from coordination.exchange.opinions.models import Opinion, OpinionRound
from coordination.exchange.tasks.models import Task
from coordination.messaging.notifications.jobs import drain
from tests import stories
from tests.refusals import invalid_at, refused_for

QUESTION = {"title": "Release?", "text": "No licence."}


def perform(cast, who, thing, verb, **given):
    return perform_verb(resource_of(thing), cast[who], thing, verb, given)


def page(cast, who, thing, language="en"):
    return cast.browser(who, language).get(resource_of(thing).url(thing))


def another_party(cast, case):
    add_party(Case.objects.get(pk=case.pk), actor=cast["customs.officer"], name="Canary Trading", kind="company")


def test_only_agencies_that_read_the_contents_are_asked(cast):
    case = stories.shared_case(cast, profile="status")
    with invalid_at("/agencies"):
        ask_opinions(case, actor=cast["customs.officer"], agencies=["MOFCOM_SCB"], **QUESTION)


def test_a_lead_may_differ_from_the_officer_and_both_views_stay_in_the_agency(cast):
    opinion = stories.agency_opinion(cast, "WITH_LEAD")
    data = {"stance": "object", "reasons": "Canary reasons of the lead"}
    stories.walk(cast, opinion, [("review", "commerce.lead", data)])
    assert [(one.level, one.stance) for one in opinion.levels.all()] == [("officer", "concur"), ("lead", "object")]
    assert opinion.stance == ""
    assert "Canary reasons of the lead" in page(cast, "commerce.officer", opinion).text
    for who in ("customs.officer", "centre.coordinator"):
        for thing in (opinion, opinion.round):
            assert "Canary reasons of the lead" not in page(cast, who, thing).text


def test_the_responsible_person_finds_it_among_approvals_with_the_lower_levels_views(cast):
    opinion = stories.agency_opinion(cast, "WITH_HEAD", stance="conditions", conditions="Seal the goods")
    answer = cast.browser("commerce.head").get(reverse("approvals"))
    assert opinion.pk in [one.thing.pk for one in answer.context["page"].items]
    assert "Seal the goods" in answer.text


@pytest.mark.parametrize(
    ("stance", "given", "pointer"),
    [("conditions", {}, "/conditions"), ("object", {}, "/reasons"), ("not_competent", {"reasons": "  "}, "/reasons")],
)
def test_conditions_and_objections_need_text(cast, stance, given, pointer):
    opinion = stories.agency_opinion(cast)
    with pytest.raises(Invalid) as no:
        perform(cast, "commerce.officer", opinion, "draft", stance=stance, **given)
    assert [error.pointer for error in no.value.errors] == [pointer]


def test_only_a_changed_fact_makes_an_opinion_outdated_keeps_it_and_notifies_both(cast):
    opinion = stories.agency_opinion(cast, "GIVEN")
    assert follow_facts() == 1
    stories.note(cast, "case", Case.objects.get(pk=opinion.case_id))
    stories.task(cast, matter=Case.objects.get(pk=opinion.case_id))
    follow_facts()
    opinion.refresh_from_db()
    assert opinion.state == "GIVEN"
    another_party(cast, opinion.round.case)
    assert follow_facts() == 1
    assert follow_facts() == 0
    opinion.refresh_from_db()
    assert (opinion.state, opinion.stance) == ("OUTDATED", "concur")
    html = page(cast, "customs.officer", opinion.round).text
    assert "Based on earlier facts" in html
    assert "parties" in html
    drain()
    for who in ("customs.officer", "commerce.officer"):
        home = cast.browser(who).get("/").context
        answer = [str(one.entry.sentence) for one in (*home["mine"], *home["news"])]
        assert "the facts underlying the opinion changed" in answer, who


def test_it_is_confirmed_on_the_changed_facts_or_given_anew(cast):
    opinion = stories.agency_opinion(cast, "GIVEN")
    another_party(cast, opinion.round.case)
    follow_facts()
    confirmed = perform(cast, "commerce.head", Opinion.objects.get(pk=opinion.pk), "confirm").thing
    assert (confirmed.state, confirmed.stance) == ("GIVEN", "concur")
    data = {"actor": cast["customs.officer"], "description": "锭", "nature": "goods", "basis": "unknown"}
    add_item(Case.objects.get(pk=opinion.case_id), **data)
    follow_facts()
    anew = Opinion.objects.get(pk=opinion.pk)
    given = perform(cast, "commerce.head", anew, "give", stance="object", reasons="Another matter now").thing
    assert (given.state, given.stance) == ("GIVEN", "object")
    levels = list(given.levels.values_list("level", "stance", "turn"))
    assert levels[-3:] == [("office", "concur", 1), ("office", "concur", 2), ("office", "object", 3)]


def test_conflict_is_shown_on_the_question_the_case_and_to_the_centre(cast):
    case = stories.shared_case(cast)
    share_case(case, actor=cast["customs.officer"], agency="MPS_ECID", profile="full", reason="theirs too")
    asked = stories.opinion_round(cast, Case.objects.get(pk=case.pk), agencies=["MOFCOM_SCB", "MPS_ECID"])
    for opinion in asked.opinions.all():
        commerce = opinion.agency.code == "MOFCOM_SCB"
        data = {"stance": "concur"} if commerce else {"stance": "object", "reasons": "A crime"}
        stories.walk(cast, opinion, [("give", "commerce.head" if commerce else "police.head", data)])
    assert "The opinions conflict" in page(cast, "commerce.officer", asked).text
    tab = cast.browser("customs.officer").get(reverse("case", args=[case.pk]), {"tab": "coordination"}).text
    assert "The opinions on this case conflict" in tab
    listed = cast.browser("centre.coordinator").get(reverse("opinion_rounds"), {"conflict": "1"}).text
    assert asked.title in listed


def test_an_agency_on_the_case_that_is_not_asked_learns_nothing(cast):
    asked = stories.opinion_round(cast)
    share_case(asked.case, actor=cast["customs.officer"], agency="MPS_ECID", profile="full", reason="theirs too")
    assert page(cast, "police.officer", asked).status_code == 404
    case = cast.browser("police.officer").get(reverse("case", args=[asked.case_id]), {"tab": "timeline"}).text
    assert "asked for" not in case


def test_a_condition_becomes_a_task(cast):
    opinion = stories.agency_opinion(cast, "GIVEN", stance="conditions", conditions="Seal the goods")
    made = perform(cast, "customs.officer", opinion, "ask_task", agency="GACC", title="Seal the goods").created
    assert (type(made), made.title, made.body) == (Task, "Seal the goods", "Seal the goods")
    plain = stories.agency_opinion(cast, "GIVEN")
    with refused_for("conditions"):
        perform(cast, "customs.officer", plain, "ask_task", agency="GACC", title="x")


def test_the_end_of_a_round_records_its_basis_and_asks_no_more(cast):
    opinion = stories.agency_opinion(cast, "GIVEN")
    another_party(cast, opinion.round.case)
    perform(cast, "customs.officer", opinion.round, "conclude", conclusion="Released, one opinion on earlier facts")
    opinion.refresh_from_db()
    assert opinion.state == "OUTDATED"
    with refused_for("round"):
        perform(cast, "commerce.head", opinion, "confirm")
    other = stories.agency_opinion(cast, "WITH_LEAD")
    perform(cast, "customs.officer", other.round, "cancel", reason="Moot")
    other.refresh_from_db()
    assert other.state == "LAPSED"
    assert "Moot" in page(cast, "commerce.officer", other.round).text


def test_the_centre_asks_about_an_unrestricted_case_only_and_gives_no_task(cast):
    case = stories.shared_case(cast)
    asked = ask_opinions(case, actor=cast["centre.coordinator"], agencies=["GACC", "MOFCOM_SCB"], **QUESTION)
    assert asked.agency.code == "JECC"
    opinion = asked.opinions.get(agency__code="GACC")
    data = {"stance": "conditions", "conditions": "Weigh again"}
    stories.walk(cast, opinion, [("give", "customs.head", data)])
    with pytest.raises(Forbidden):
        perform(cast, "centre.coordinator", opinion, "ask_task", agency="GACC", title="Weigh again")
    hidden = stories.case(cast, handling="H3")
    with pytest.raises(Forbidden):
        ask_opinions(hidden, actor=cast["centre.coordinator"], agencies=["GACC"], **QUESTION)
    case = stories.shared_case(cast, handling="H3")
    asked = stories.opinion_round(cast, case)
    assert not OpinionRound.objects.visible_to(cast["centre.coordinator"]).filter(pk=asked.pk).exists()
    assert not Opinion.objects.visible_to(cast["centre.supervisor"]).filter(round=asked).exists()


def test_the_paper_of_an_absent_agency_is_recorded(cast):
    case = stories.case(cast)
    share_case(case, actor=cast["customs.officer"], agency="CUS_2200", profile="full", reason="their port")
    asked = stories.opinion_round(cast, Case.objects.get(pk=case.pk), agencies=["CUS_2200"])
    paper = stories.incoming(cast, matter=case, agency="CUS_2200")
    opinion = asked.opinions.get()
    stories.seconded(cast, opinion, "give", stance="concur", paper=str(paper.pk))
    assert (opinion.state, opinion.levels.get().person) == ("GIVEN", None)


def test_the_asked_person_finds_it_in_their_queues(cast):
    opinion = stories.agency_opinion(cast)
    answer = cast.browser("commerce.officer").get(reverse("queues"), {"queue": "unclaimed"}).text
    assert opinion.round.title in answer
    assert opinion.round.title in cast.browser("commerce.officer").get("/").text


def test_the_subject_is_in_the_readers_language_if_they_may_see_it(cast):
    case = stories.shared_case(cast)
    proceeding = stories.proceeding(cast, "INVESTIGATE", case)
    with translation.override("zh-hans"):
        about = f"proceeding:{proceeding.pk}"
        asked = ask_opinions(case, actor=cast["customs.officer"], agencies=["MOFCOM_SCB"], about=about, **QUESTION)
    assert asked.about_words.startswith("行政（海关）")
    assert "Administrative (customs)" in page(cast, "customs.officer", asked).content.decode()
    assert "行政（海关）" in page(cast, "commerce.officer", asked).content.decode()
