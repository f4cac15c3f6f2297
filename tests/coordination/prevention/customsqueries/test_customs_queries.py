"""Customs queries: customs ask, the exporter answers within its period, a unit lead decides."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.work.models import WorkItem
from cases.clocks.models import Clock
from cases.intake.actions import promote_lead
from cases.intake.models import Lead
from coordination.actions.performing import perform as perform_verb
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.following import follow
from coordination.insight.search.actions import index_changed
from coordination.prevention.customsqueries.actions import enter_query, query_held_goods, report_lead
from coordination.prevention.customsqueries.models import CustomsQuery
from tests import stories
from tests.costs import costs_no_more
from tests.refusals import invalid_at, refused_for
from tests.stories.queries import ANSWER, LINE, OPINION, SERVICE
from tests.stories.stops import CONTAINER, DECLARED

OFFICER, LEAD, COMMERCE, POLICE = "customs.officer", "customs.lead", "commerce.officer", "police.officer"


def perform(cast, who, thing, verb, **given):
    return perform_verb(resource_of(thing), cast[who], thing, verb, given).thing


def page(cast, who, thing, language="en"):
    return cast.browser(who, language).get(reverse("customs_query", args=[thing.pk]))


def given(**line):
    return {"declaration_no": "222020260000000077", "declared_on": timezone.localdate(), **LINE, **line}


# Drafting ------------------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_customs_draft_a_query_on_its_own_page(cast):
    form = {name: str(value) for name, value in given().items() if name != "papers_asked"}
    answer = cast.browser(OFFICER).post(reverse("customs_query_new"), form | {"papers_asked": ["contract", "end_use"]})
    made = CustomsQuery.objects.get()
    assert answer.url == reverse("customs_query", args=[made.pk])
    assert (made.state, made.case, made.agency.code, made.handler.username) == ("DRAFT", None, "GACC", OFFICER)
    text = page(cast, OFFICER, made).text
    assert "The density does not fit zinc." in text
    assert reverse("customs_query_new") in cast.browser(OFFICER).get(reverse("customs_queries")).text
    assert reverse("customs_query_new") not in cast.browser(COMMERCE).get(reverse("customs_queries")).text


@pytest.mark.slow
def test_only_customs_draft_a_query(cast):
    for who in (COMMERCE, POLICE, "antismuggling.officer", "centre.coordinator"):
        assert cast.browser(who).get(reverse("customs_query_new")).status_code == 403, who
        with pytest.raises(Forbidden):
            enter_query(actor=cast[who], **given())


def test_a_line_is_queried_once_until_the_query_is_withdrawn(cast):
    first = stories.customs_query(cast, "ISSUED", declaration_no="222020260000000077")
    with pytest.raises(Invalid) as refused:
        enter_query(actor=cast[OFFICER], **given())
    assert [(one.pointer, first.number in one.detail) for one in refused.value.errors] == [("/line", True)]
    perform(cast, LEAD, first, "withdraw", reason="Another line was meant")
    assert enter_query(actor=cast[OFFICER], **given()).state == "DRAFT"
    with invalid_at("/line"):
        enter_query(actor=cast[OFFICER], **given(line=0))
    with invalid_at("/declared_on"):
        enter_query(actor=cast[OFFICER], **given(line=5, declared_on=stories.tomorrow()))


@pytest.mark.slow
def test_a_wrong_code_of_the_exporter_is_kept_and_flagged(cast):
    made = stories.customs_query(cast, uscc="91110000600037341X")
    assert made.uscc_flag == "checksum"
    assert "Check digit wrong" in page(cast, OFFICER, made).text
    assert "Check digit wrong" not in page(cast, OFFICER, stories.customs_query(cast)).text


@pytest.mark.slow
def test_it_begins_beside_an_item_of_a_case_with_what_the_case_knows(cast):
    case = stories.shared_case(cast)
    item = case.items.get()
    form = reverse("verb", args=["cases", case.pk, "query_goods"]) + f"?item={item.pk}"
    text = cast.browser(OFFICER).get(form).text
    for known in ("锌锭", "8110101000", "220020260000000001", "Example Metals Ltd", "91110000600037341L"):
        assert known in text, known
    assert form.replace("&", "&amp;") in cast.browser(OFFICER).get(reverse("case", args=[case.pk])).text
    assert cast.browser(COMMERCE).get(form).status_code == 403


def test_it_begins_on_a_stop_for_which_goods_are_held_without_the_ground_of_the_sender(cast):
    held = stories.stop(cast, "HELD", "notice")
    form = reverse("verb", args=["stops", held.pk, "query_goods"])
    browser = cast.browser(OFFICER)
    assert form in browser.get(reverse("stop", args=[held.pk])).text
    initial = browser.get(form).context["form"].initial
    assert (initial["declaration_no"], initial["exporter"], initial["goods"]) == (DECLARED, held.exporter, held.goods)
    assert "evidence" not in initial, "the exporter reads it"
    line = given(declaration_no=DECLARED, goods=held.goods, version=held.version)
    browser.post(form, line | {"declared_on": line["declared_on"].isoformat()})
    made = CustomsQuery.objects.get()
    assert (made.declaration_no, made.case, made.state) == (DECLARED, None, "DRAFT")
    assert cast.browser(COMMERCE).get(form).status_code == 403
    assert page(cast, COMMERCE, made).status_code == 404
    assert cast.browser(POLICE).get(form).status_code == 404
    seen = stories.stop(cast, "SEEN", declaration_no="", container=CONTAINER)
    with refused_for("state"):
        query_held_goods(seen, actor=cast[OFFICER], **given())


def test_the_draft_is_seen_by_its_customs_alone_and_the_query_by_readers_of_the_contents(cast):
    made = stories.query_on_case(cast)
    for who in (COMMERCE, "centre.coordinator"):
        assert page(cast, who, made).status_code == 404, who
    perform(cast, LEAD, made, "issue")
    for who in (COMMERCE, "centre.coordinator"):
        assert page(cast, who, made).status_code == 200, who
    assert page(cast, POLICE, made).status_code == 404
    tab = cast.browser(COMMERCE).get(reverse("case", args=[made.case_id]), {"tab": "queries"}).text
    assert reverse("customs_query", args=[made.pk]) in tab


# The lead that follows -----------------------------------------------------------------------------------------------
REPORT = {"severity": "high", "handling_code": "H2"}


def test_goods_that_need_a_licence_lead_to_a_lead_with_exporter_goods_and_declaration(cast):
    query = stories.customs_query(cast, "LICENCE_NEEDED", net_weight_kg="20.5", licence_no="26-31-0042")
    form = reverse("verb", args=["customs-queries", query.pk, "report_lead"])
    browser = cast.browser(OFFICER)
    assert f'cv-btn-primary"\n    href="{form}"' in browser.get(reverse("customs_query", args=[query.pk])).text
    initial = browser.get(form).context["form"].initial
    assert (initial["title"], initial["severity"]) == ("锑锭 · Example Metals Ltd", "medium")
    assert initial["narrative"].split("\n\n") == [
        "Evidence that the goods may be controlled: The density does not fit zinc.",
        "What the exporter answers: The goods are zinc.",
        "Licence needed: By the test report.",
    ]
    answer = browser.post(form, {**REPORT, **initial, "severity": "high", "version": query.version})
    query.refresh_from_db()
    lead = query.lead
    assert answer.url == reverse("lead", args=[lead.pk])
    assert (lead.agency.code, lead.source_ref, lead.severity, lead.state) == ("GACC", query.number, "high", "RECEIVED")
    said = lead.newest.content
    assert (said["parties"][0]["name"], said["parties"][0]["identifiers"][0]["value"]) == (query.exporter, query.uscc)
    assert (said["items"][0]["description"], said["items"][0]["net_weight_kg"]) == ("锑锭", "20.5")
    assert said["shipments"][0]["declaration_no"] == query.declaration_no
    assert said["shipments"][0]["licence_no"] == query.licence_no


def test_the_query_and_the_lead_link_to_each_other_for_those_who_see_both(cast):
    query = stories.customs_query(cast, "TO_IDENTIFY")
    receipt = {"handler": str(cast.user(COMMERCE).pk)}
    steps = [("receive", COMMERCE, receipt), ("give_opinion", "commerce.lead", OPINION)]
    stories.walk(cast, query.identifications.get(), steps)
    query = perform(cast, LEAD, query, "licence_needed", reason="By the opinion.")
    lead = report_lead(query, actor=cast[OFFICER], title="Antimony as zinc", **REPORT)
    case = promote_lead(lead, actor=cast[OFFICER], title="Antimony as zinc", handling="H2").thing.case
    text = page(cast, OFFICER, query).text
    assert reverse("lead", args=[lead.pk]) in text
    assert reverse("case", args=[case.pk]) in text
    assert reverse("customs_query", args=[query.pk]) in cast.browser(OFFICER).get(reverse("lead", args=[lead.pk])).text
    asked = page(cast, COMMERCE, query).text
    assert "Antimony as zinc" not in asked
    assert reverse("lead", args=[lead.pk]) not in asked
    assert "eported a lead" not in asked
    assert "eported a lead" in text
    for who, seen in ((COMMERCE, None), (OFFICER, str(lead.pk))):
        assert cast.browser(who).get(f"/api/v1/customs-queries/{query.pk}/").json()["lead"] == seen, who


def test_a_lead_is_reported_once_by_the_customs_that_ask_and_never_for_a_query_on_a_case(cast):
    query = stories.customs_query(cast, "LICENCE_NEEDED", hs_code="zinc", uscc="91110000600037341X")
    for who in (COMMERCE, "centre.coordinator"):
        with pytest.raises(Forbidden):
            report_lead(query, actor=cast[who], title="T", **REPORT)
    perform(cast, OFFICER, query, "report_lead", title="Antimony as zinc", **REPORT)
    query.refresh_from_db()
    with refused_for("lead"):
        perform(cast, OFFICER, query, "report_lead", title="Antimony as zinc", **REPORT)
    on_case = stories.query_on_case(cast, "LICENCE_NEEDED")
    with pytest.raises(Forbidden):
        perform(cast, OFFICER, on_case, "report_lead", title="Antimony as zinc", **REPORT)
    assert Lead.objects.filter(report_type="customs_query").count() == 1


# The control law -----------------------------------------------------------------------------------------------------
def test_the_verdict_follows_the_draft_and_is_frozen_with_the_notice(cast):
    made = stories.customs_query(cast)
    assert (made.verdict, made.rules_version) != ("", 0)
    suspected = made.rules_said
    perform(cast, OFFICER, made, "edit", **given(declaration_no=made.declaration_no, suspected_as="", hs_code="7901"))
    made.refresh_from_db()
    assert (made.suspected_as, made.hs_code) == ("", "7901")
    assert made.rules_said != suspected
    issued = perform(cast, LEAD, made, "issue")
    said = (issued.verdict, issued.rules_version, issued.rules_said)
    with refused_for("state"):
        perform(cast, OFFICER, issued, "edit", **given())
    served = perform(cast, OFFICER, issued, "serve", **SERVICE)
    assert (served.verdict, served.rules_version, served.rules_said) == said


# Notice, service, period ---------------------------------------------------------------------------------------------
def test_a_unit_lead_issues_the_notice_which_takes_the_next_number(cast):
    made = stories.customs_query(cast)
    with pytest.raises(Forbidden):
        perform(cast, OFFICER, made, "issue")
    first, second = perform(cast, LEAD, made, "issue"), stories.customs_query(cast, "ISSUED")
    year = timezone.localdate().year
    assert [one.number[-len(f"〔{year}〕1号") :] for one in (first, second)] == [f"〔{year}〕1号", f"〔{year}〕2号"]


def test_the_period_of_seven_working_days_begins_with_the_receipt_and_ends_with_the_answer(cast):
    made = stories.customs_query(cast, "SERVED")
    period = Clock.objects.about(made).get()
    assert (period.rule.code, period.rule.length, period.rule.unit) == ("CUS_QUERY_REPLY", 7, "working_day")
    assert (period.started_at, period.agency, period.holder) == (made.served_at, None, made.agency)
    assert made.due_at is None  # no agency is late by it
    perform(cast, OFFICER, made, "record_answer", **ANSWER)
    assert Clock.objects.about(made).get().stopped_at is not None


def test_missing_papers_are_named_until_they_come(cast):
    made = stories.customs_query(cast, "ANSWERED")
    assert made.missing == ["Test report"]
    assert "Papers still missing" in page(cast, OFFICER, made).text
    done = perform(cast, OFFICER, made, "add_papers", papers_received=["test_report"])
    assert done.papers_received == ["contract", "test_report"]
    assert "Papers still missing" not in page(cast, OFFICER, made).text
    with refused_for("papers"):
        perform(cast, OFFICER, done, "add_papers", papers_received=["other"])


@pytest.mark.slow
def test_silence_is_recorded_only_after_the_period_and_says_that_its_consequence_is_open(cast):
    with refused_for("period"):
        perform(cast, OFFICER, stories.customs_query(cast, "SERVED"), "no_reply")
    over = stories.query_without_answer(cast)
    silent = perform(cast, OFFICER, over, "no_reply")
    assert silent.state == "NO_REPLY"
    assert "is to be verified" in page(cast, OFFICER, silent).text
    late = perform(cast, OFFICER, silent, "record_answer", **ANSWER)
    assert late.state == "ANSWERED"
    assert "after the period" in page(cast, OFFICER, late).text


# Results -------------------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_the_result_is_open_until_the_exporter_is_told(cast):
    made = stories.customs_query(cast, "NOT_CONTROLLED")
    assert made.is_open
    back = perform(cast, LEAD, made, "reconsider", reason="The report was of other goods")
    assert (back.state, back.decided_at) == ("ANSWERED", None)
    decided = perform(cast, LEAD, back, "licence_needed", reason="Antimony")
    notified = perform(cast, LEAD, decided, "tell_result", told_way="counter")
    assert notified.result_number
    assert (notified.state, notified.is_open) == ("LICENCE_NEEDED", False)
    for verb, answers in (("tell_result", {"told_way": "post"}), ("reconsider", {"reason": "x"})):
        with refused_for("told"):
            perform(cast, LEAD, notified, verb, **answers)
    assert not WorkItem.objects.filter(kind="query", object_id=notified.pk).exists()


def test_a_unit_lead_decides(cast):
    made = stories.customs_query(cast, "ANSWERED")
    for verb in ("not_controlled", "licence_needed"):
        with pytest.raises(Forbidden):
            perform(cast, OFFICER, made, verb, reason="x")


# Where it appears ----------------------------------------------------------------------------------------------------
def test_home_queues_board_and_handover(cast):
    made = stories.customs_query(cast, "SERVED")
    for route, params in (("home", {}), ("queues", {}), ("board", {"resource": "customs-queries"})):
        assert reverse("customs_query", args=[made.pk]) in cast.browser(OFFICER).get(reverse(route), params).text, route
        assert str(made.pk) not in cast.browser(COMMERCE).get(reverse(route), params).text, route
    RESOURCES["customs-queries"].reassign.pass_on(made, None, cast.user(LEAD), cast[LEAD], "moves")
    assert CustomsQuery.objects.get(pk=made.pk).handler == cast.user(LEAD)


@pytest.mark.slow
def test_the_end_of_the_period_makes_nobody_late(cast):
    made = stories.query_without_answer(cast)
    row = WorkItem.objects.get(kind="query", object_id=made.pk)
    assert row.due_at < timezone.now() < row.breach_at
    assert "The exporter&#x27;s period has ended" in cast.browser(OFFICER).get(reverse("queues")).text


@pytest.mark.slow
def test_search_and_files(cast):
    made = stories.customs_query(cast, "ISSUED")
    index_changed()
    found = reverse("customs_query", args=[made.pk])
    assert cast.browser(OFFICER).get(reverse("search"), {"q": made.declaration_no}).url == found  # the only hit
    for word in ("Example", "锑锭"):
        assert found in cast.browser(OFFICER).get(reverse("search"), {"q": word}).text, word
        assert found not in cast.browser(POLICE).get(reverse("search"), {"q": word}).text, word
    csv = cast.browser(OFFICER).post(reverse("list_csv", args=["customs_queries"]))
    assert made.declaration_no in b"".join(csv.streaming_content if csv.streaming else [csv.content]).decode()


def test_api(cast):
    body = {**given(), "declared_on": timezone.localdate().isoformat()}
    answer = cast.browser(OFFICER).post("/api/v1/customs-queries/", body, content_type="application/json")
    assert answer.status_code == 201, answer.text
    one = cast.browser(OFFICER).get(f"/api/v1/customs-queries/{answer.json()['id']}/").json()
    assert (one["state"], one["missing"], one["case"]) == ("DRAFT", ["contract", "test_report"], None)
    refused = cast.browser(OFFICER).post(
        "/api/v1/customs-queries/", {**body, "destination": "XXX", "line": 3}, content_type="application/json"
    )
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/destination"]
    assert (
        cast.browser(COMMERCE).post("/api/v1/customs-queries/", body, content_type="application/json").status_code
        == 403
    )
    assert cast.browser(COMMERCE).get(f"/api/v1/customs-queries/{one['id']}/").status_code == 404


@pytest.mark.slow
def test_figures_count_queries_with_and_without_a_case(cast):
    stories.customs_query(cast, "ANSWERED")
    stories.query_on_case(cast, "NOT_CONTROLLED")
    follow()
    today = timezone.localdate()
    keys = ("queries_issued", "queries_answered_in_time", "queries_not_controlled", "queries_open")
    answers = ask_many(cast["centre.supervisor"], [Question(key, today, today) for key in keys])
    assert [answer.total.value for answer in answers] == [2, 1, 1, 2]


def test_both_languages(cast):
    made = stories.customs_query(cast, "SERVED")
    assert "海关质疑" in page(cast, OFFICER, made, "zh-hans").text
    with translation.override("zh-hans"):
        assert str(RESOURCES["customs-queries"].label) == "海关质疑"


@pytest.mark.slow
def test_more_queries_need_no_more_of_the_database(cast):
    stories.customs_query(cast, "SERVED")
    with costs_no_more(cast.browser(OFFICER), reverse("customs_queries")):
        for state in ("ISSUED", "ANSWERED"):
            stories.customs_query(cast, state)


def test_a_query_on_a_restricted_case_is_hidden_from_the_centre(cast):
    case = stories.case(cast, handling="H3")
    made = stories.query_on_case(cast, "ISSUED", matter=case)
    assert page(cast, "centre.coordinator", made).status_code == 404
