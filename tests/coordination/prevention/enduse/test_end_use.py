"""Military end use: facts with their sources, what an officer concludes, and what changes afterwards."""

import pytest
from django.urls import reverse

from agencies.confirmations.models import Confirmation
from agencies.journal.transitions import confirmed_by
from agencies.kernel import times
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.resource import RESOURCES
from agencies.work.models import WorkItem
from cases.casefile.models import Case
from cases.controls.citations import CITATION
from cases.sharing.actions import share_case, unshare_case
from coordination.actions.performing import perform
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.following import follow
from coordination.insight.search.actions import index_changed
from coordination.prevention.enduse.actions import examine
from coordination.prevention.enduse.facts import every_fact
from coordination.prevention.enduse.models import EndUseFinding
from tests import stories
from tests.costs import costs_no_more
from tests.refusals import invalid_at, refused_for
from tests.stories.end_uses import CONCLUSION, FACTS

OFFICER, LEAD, COMMERCE, POLICE = ("customs.officer", "customs.lead", "commerce.officer", "police.officer")
FINDINGS, CASES = RESOURCES["end-use-findings"], RESOURCES["cases"]


def do(cast, who, finding, verb, **given):
    return perform(FINDINGS, cast[who], now(finding), verb, given, strict=True)


def record(cast, who, finding, **given):
    """By the verb of the state."""
    verb = "change_facts" if now(finding).state == "CONCLUDED" else "record_facts"
    return do(cast, who, finding, verb, **given)


def now(finding):
    return EndUseFinding.objects.get(pk=finding.pk)


def page(cast, who, finding, language="en"):
    return cast.browser(who, language).get(reverse("end_use_finding", args=[finding.pk]))


# The list of facts ---------------------------------------------------------------------------------------------------
def test_every_fact_is_stated_in_both_languages_with_its_articles():
    assert len(every_fact()) >= 7
    for fact in every_fact().values():
        assert fact.statement_zh
        assert fact.statement_en
        assert all(CITATION.fullmatch(one) for one in fact.basis.split("; ")), fact.basis


# Facts ---------------------------------------------------------------------------------------------------------------
def test_an_officer_begins_beside_a_party_and_records_several_facts_from_one_source(cast):
    case = stories.shared_case(cast)
    form = reverse("verb", args=["cases", case.pk, "examine_end_use"]) + f"?party={case.parties.get().pk}"
    browser = cast.browser(OFFICER)
    assert form in browser.get(reverse("case", args=[case.pk])).text
    browser.post(form, {"party": str(case.parties.get().pk), "version": case.version})
    made = EndUseFinding.objects.get()
    assert (made.agency.code, made.subject, made.state) == ("GACC", case.parties.get().name, "OPEN")
    record(cast, OFFICER, made, facts=["owner", "listed"], answer="no", source="Register of companies")
    record(cast, COMMERCE, made, facts=["certificate_use"], answer="unknown", source="Asked the exporter")
    text = page(cast, COMMERCE, made).text
    for known in ("Register of companies", "Asked the exporter", "a ministry of defence", "not recorded yet"):
        assert known in text, known
    assert cast.user(COMMERCE).name_en in text
    assert cast.user(OFFICER).name_en not in text  # people of another agency stay unnamed
    assert "最终用户属于军队" in page(cast, OFFICER, made, "zh-hans").text
    assert "certificate_use" not in page(cast, OFFICER, made).text.partition("Timeline")[2]


def test_a_fact_has_a_source_and_an_answer_of_the_three(cast):
    made = stories.end_use(cast)
    with invalid_at("/source"):
        record(cast, OFFICER, made, facts=["owner"], answer="no")
    with invalid_at("/answer", "/facts"):
        record(cast, OFFICER, made, facts=["height"], answer="perhaps", source="x")


def test_a_source_names_a_file_that_every_reader_of_the_case_may_read(cast):
    case = stories.shared_case(cast)
    made = stories.end_use(cast, matter=case)
    own, shared = (stories.attachment(cast, audience, case) for audience in ("agency", "case"))
    with invalid_at("/file"):
        record(cast, OFFICER, made, **FACTS, file=str(own.pk))
    with invalid_at("/file"):
        FINDINGS.actions_of(made)["record_facts"](made, actor=cast[OFFICER], **FACTS, file=str(own.pk))
    record(cast, OFFICER, made, **FACTS, file=str(shared.pk))
    assert reverse("file", args=[shared.pk]) in page(cast, COMMERCE, made).text
    stories.walk(cast, shared, [("withdraw", OFFICER, {"reason": "The wrong one."})])
    assert reverse("file", args=[shared.pk]) not in page(cast, COMMERCE, made).text


def test_the_same_answer_from_the_same_source_changes_nothing(cast):
    made = stories.end_use(cast, "CONCLUDED")
    with invalid_at("/facts"):
        record(cast, OFFICER, made, **FACTS)
    assert now(made).state == "CONCLUDED"


def test_one_finding_is_about_the_same_end_user_and_it_names_somebody(cast):
    made = stories.end_use(cast)
    party = str(made.party_id)
    with invalid_at("/party"):
        examine(made.case, actor=cast[COMMERCE], party=party)
    with invalid_at("/party"):
        examine(made.case, actor=cast[OFFICER])
    with invalid_at("/shipment"):
        examine(made.case, actor=cast[OFFICER], party=party, shipment=party)
    shipment = str(made.case.shipments.get().pk)
    assert examine(made.case, actor=cast[OFFICER], party=party, shipment=shipment).subject.startswith(made.subject)
    do(cast, OFFICER, made, "withdraw", reason="Begun twice")
    examine(Case.objects.get(pk=made.case_id), actor=cast[COMMERCE], party=party)


# Conclusions ---------------------------------------------------------------------------------------------------------
def test_nothing_is_concluded_from_nothing(cast):
    made = stories.end_use(cast)
    with refused_for("facts"):
        do(cast, OFFICER, made, "conclude", conclusion="none", because="x")
    record(cast, OFFICER, made, **(FACTS | {"answer": "unknown"}))
    with refused_for("facts"):
        do(cast, OFFICER, made, "conclude", conclusion="established", because="x")


@pytest.mark.parametrize("conclusion", ["established", "indicated"])
def test_military_end_use_is_not_found_where_every_fact_is_answered_with_no(cast, conclusion):
    made = stories.end_use(cast)
    record(cast, OFFICER, made, **(FACTS | {"answer": "no"}))
    with pytest.raises(Invalid) as refusal:
        do(cast, OFFICER, made, "conclude", conclusion=conclusion, because="x")
    assert [(one.pointer, one.detail) for one in refusal.value.errors] == [
        ("/conclusion", "No fact is answered with yes. Record a fact that shows military end use first.")
    ]
    assert not Confirmation.objects.exists()  # refused before a second person is asked
    do(cast, OFFICER, made, "conclude", conclusion="none", because="It makes bicycles.")
    assert now(made).conclusion == "none"


def test_no_military_end_use_contradicts_a_fact_that_proves_it_and_not_a_mere_sign(cast):
    made = stories.end_use(cast)
    record(cast, OFFICER, made, **(FACTS | {"facts": ["shared_contact"]}))
    do(cast, OFFICER, made, "conclude", conclusion="none", because="An office tower of 200 firms.")
    record(cast, OFFICER, made, **FACTS)
    with pytest.raises(Invalid) as refusal:
        do(cast, OFFICER, made, "conclude", conclusion="none", because="x")
    assert "a ministry of defence or a body under it. Correct it first." in refusal.value.errors[0].detail
    with invalid_at("/conclusion"):
        FINDINGS.actions_of(made)["conclude"](now(made), actor=cast[OFFICER], conclusion="none", because="x")


def test_it_is_established_by_two_people_and_taken_back_by_two(cast):
    made = stories.end_use(cast, "CONCLUDED")
    asked = do(cast, OFFICER, made, "conclude", conclusion="established", because="By its own web site.")
    assert (type(asked.created), now(made).conclusion) == (Confirmation, "indicated")
    with refused_for("second_person"):
        FINDINGS.actions_of(made)["conclude"](made, actor=cast[OFFICER], conclusion="established", because="x")
    confirmations = RESOURCES["confirmations"]
    perform(confirmations, cast[LEAD], asked.created, "confirm", {})
    assert (now(made).conclusion, now(made).concluded_by) == ("established", cast.user(OFFICER))
    again = do(cast, OFFICER, made, "conclude", conclusion="indicated", because="The web site is of another body.")
    assert now(made).conclusion == "established"
    perform(confirmations, cast[LEAD], again.created, "confirm", {})
    assert now(made).conclusion == "indicated"


def test_what_was_requested_before_a_fact_changed_is_requested_again(cast):
    made = stories.end_use(cast, "CONCLUDED")
    asked = do(cast, OFFICER, made, "conclude", conclusion="established", because="By its own web site.")
    record(cast, COMMERCE, made, **(FACTS | {"answer": "unknown"}))
    with refused_for("changed"):
        perform(RESOURCES["confirmations"], cast[LEAD], asked.created, "confirm", {})
    assert now(made).conclusion == "indicated"


def test_others_who_read_the_case_record_facts_and_do_not_conclude(cast):
    made = stories.end_use(cast)
    record(cast, COMMERCE, made, **FACTS)
    with pytest.raises(Forbidden):
        do(cast, COMMERCE, made, "conclude", **CONCLUSION)
    with pytest.raises(Forbidden):
        do(cast, COMMERCE, made, "withdraw", reason="x")


def test_the_lead_agency_concludes_what_another_agency_began(cast):
    case = stories.shared_case(cast)
    made = examine(case, actor=cast[COMMERCE], party=str(case.parties.get().pk))
    record(cast, COMMERCE, made, **FACTS)
    unshare_case(Case.objects.get(pk=case.pk), actor=cast[OFFICER], agency="MOFCOM_SCB", reason="done")
    do(cast, OFFICER, made, "conclude", **CONCLUSION)
    assert now(made).state == "CONCLUDED"


# What changes afterwards ---------------------------------------------------------------------------------------------
def test_a_changed_fact_asks_to_read_again_and_leaves_the_conclusion(cast):
    made = stories.end_use(cast, "OUTDATED")
    assert (made.conclusion, made.because) == (CONCLUSION["conclusion"], CONCLUSION["because"])
    assert WorkItem.objects.get(kind="end_use").state == "OUTDATED"
    text = page(cast, OFFICER, made).text
    assert "A fact changed after the conclusion." in text
    assert "changed facts of military end use" in text
    do(cast, OFFICER, made, "conclude", conclusion="none", because="The embassy names a university.")
    assert not WorkItem.objects.filter(kind="end_use").exists()


@pytest.mark.parametrize("fact", ["party", "shipment", "leg"])
def test_a_correction_of_what_it_is_about_asks_to_read_again(cast, fact):
    case = stories.diverted_case(cast)
    party, shipment = case.parties.get(), case.shipments.get()
    made = examine(case, actor=cast[OFFICER], party=str(party.pk), shipment=str(shipment.pk))
    record(cast, OFFICER, made, **FACTS)
    do(cast, OFFICER, made, "conclude", **CONCLUSION)
    change = {
        "party": {"party": str(party.pk), "name": "Another Institute"},
        "shipment": {"shipment": str(shipment.pk), "port": "Qinzhou"},
        "leg": {"leg": str(shipment.legs.get().pk), "consignee": "Navy Depot"},
    }[fact]
    with confirmed_by(cast[LEAD]):
        given = change | {"reason": "Read wrongly"}
        perform(CASES, cast[OFFICER], Case.objects.get(pk=case.pk), f"change_{fact}", given, strict=True)
    assert (now(made).state, now(made).conclusion) == ("OUTDATED", CONCLUSION["conclusion"])


def test_screening_is_shown_beside_the_facts_and_answers_none(cast):
    match = stories.match(cast, "SAME")
    made = examine(Case.objects.get(pk=match.case_id), actor=cast[OFFICER], party=str(match.subject))
    assert reverse("match", args=[match.pk]) in page(cast, OFFICER, made).text
    assert (now(made).answered, now(made).conclusion) == ({}, "")


# Who sees it ---------------------------------------------------------------------------------------------------------
def test_it_is_visible_as_the_contents_of_its_case(cast):
    made = stories.end_use(cast, "CONCLUDED")
    assert page(cast, COMMERCE, made).status_code == 200
    for outsider in (POLICE, "auditor", "sysadmin"):
        assert page(cast, outsider, made).status_code in (403, 404), outsider
    share_case(made.case, actor=cast[OFFICER], agency="MPS_ECID", profile="status", reason="joint work")
    assert page(cast, POLICE, made).status_code == 404
    assert "tab=end-use" not in cast.browser(POLICE).get(reverse("case", args=[made.case_id])).text


def test_it_is_on_its_case_in_search_and_in_the_api(cast):
    made = stories.end_use(cast, "CONCLUDED")
    tab = cast.browser(COMMERCE).get(reverse("case", args=[made.case_id]), {"tab": "end-use"}).text
    assert reverse("end_use_finding", args=[made.pk]) in tab
    timeline = cast.browser(COMMERCE).get(reverse("case", args=[made.case_id]), {"tab": "timeline"}).text
    assert "concluded on military end use" in timeline
    index_changed()
    assert reverse("end_use_finding", args=[made.pk]) in cast.browser(COMMERCE).get("/search/?q=extract+7").text
    full = cast.browser(COMMERCE).get(f"/api/v1/end-use-findings/{made.pk}/").json()
    said = {one["code"]: one["said"] for one in full["facts"]}
    assert (full["conclusion"], said["armed_forces"]["answer"], said["owner"]) == ("indicated", "yes", None)
    assert cast.browser(POLICE).get("/api/v1/end-use-findings/").json()["results"] == []


def test_an_outsider_finds_no_byte_of_it(cast):
    made = stories.end_use(cast, "CONCLUDED")
    index_changed()
    for path in ("/end-use-findings/", "/search/?q=extract+7", "/", "/api/v1/end-use-findings/"):
        assert str(made.pk) not in cast.browser(POLICE).get(path).text, path


def test_no_answer_costs_a_query(cast):
    made = stories.end_use(cast, "CONCLUDED")
    with costs_no_more(cast.browser(OFFICER), reverse("end_use_finding", args=[made.pk])):
        record(cast, OFFICER, made, **(FACTS | {"facts": list(every_fact()), "source": "Report 8"}))


# Figures -------------------------------------------------------------------------------------------------------------
def test_findings_are_counted_by_their_conclusion(cast):
    stories.end_use(cast)
    stories.end_use(cast, "CONCLUDED")
    stories.end_use(cast, "OUTDATED")
    stories.establish(cast, stories.end_use(cast, "CONCLUDED"))
    follow()
    keys = ("end_uses_established", "end_uses_indicated", "end_uses_none", "end_uses_open")
    today = times.today()
    answers = ask_many(cast["centre.supervisor"], [Question(key, today, today) for key in keys])
    assert [one.total.value for one in answers] == [1, 2, 0, 2]
