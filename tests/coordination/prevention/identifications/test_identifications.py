"""Identifications: agencies ask the commerce bureau about goods; its opinion is evidence for a person's decision."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.resource import RESOURCES, resource_of
from agencies.work.models import WorkItem
from cases.casefile.models import Case
from cases.sharing.actions import share_case
from coordination.actions.performing import perform as perform_verb
from coordination.exchange.reminders.late import late_items
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.following import follow
from coordination.insight.search.actions import index_changed
from coordination.messaging.notifications.jobs import drain
from coordination.prevention.customsqueries.models import CustomsQuery
from coordination.prevention.identifications.actions import ask_on_case
from coordination.prevention.identifications.models import Identification
from tests import stories
from tests.coordination.insight.metrics.recounting_prevention import of_identifications, of_queries
from tests.costs import costs_no_more
from tests.refusals import invalid_at, refused_for
from tests.stories.queries import OPINION

OFFICER, LEAD, COMMERCE, COMMERCE_LEAD, POLICE = (
    *("customs.officer", "customs.lead"),
    *("commerce.officer", "commerce.lead", "police.officer"),
)
AGAIN = {"finding": "not_controlled", "reasons": "The second report shows zinc."}


def perform(cast, who, thing, verb, **given):
    return perform_verb(resource_of(thing), cast[who], thing, verb, given).thing


def page(cast, who, thing, language="en"):
    return cast.browser(who, language).get(reverse("identification", args=[thing.pk]))


# Asking --------------------------------------------------------------------------------------------------------------
def test_an_agency_asks_beside_an_item_of_a_case(cast):
    case = stories.shared_case(cast)
    form = reverse("verb", args=["cases", case.pk, "ask_identification"]) + f"?item={case.items.get().pk}"
    assert "8110101000" in cast.browser(OFFICER).get(form).text
    sent = {
        "item": str(case.items.get().pk),
        "goods": "锑锭",
        "hs_code": "8110101000",
        "question": "Is it controlled?",
        "papers": ["contract"],
        **{"sample_number": "S-1", "sample_place": "Yangshan", "sample_seal": "F-77"},
    }
    cast.browser(OFFICER).post(form, {**sent, "version": case.version})
    made = Identification.objects.get()
    assert (made.agency.code, made.bureau.code, made.case) == ("GACC", "MOFCOM_SCB", case)
    text = page(cast, COMMERCE, made).text
    for known in ("Is it controlled?", "S-1", "Yangshan", "F-77", "No statutory period for the opinion is known"):
        assert known in text, known
    assert page(cast, POLICE, made).status_code == 404


def test_the_bureau_does_not_ask_itself(cast):
    case = stories.shared_case(cast)
    with pytest.raises(Forbidden):
        ask_on_case(case, actor=cast[COMMERCE], item=str(case.items.get().pk), goods="x", question="y")
    assert "ask_identification" not in RESOURCES["cases"].workflow_of(case).open_to(cast[COMMERCE], case)


def test_a_sample_needs_a_number_and_a_place(cast):
    with invalid_at("/sample_place"):
        stories.identification(cast, sample_number="S-1")
    made = stories.identification(cast, sample_number="S-1", sample_place="Yangshan")
    with invalid_at("/sample_number"):
        perform(cast, OFFICER, made, "add_sample", sample_number="S-1", sample_place="Beijing")
    perform(cast, OFFICER, made, "add_sample", sample_number="S-2", sample_place="Beijing")
    assert [one.number for one in made.samples.all()] == ["S-1", "S-2"]


def test_another_reader_of_the_case_asks_too_and_reads_the_opinion(cast):
    case = stories.shared_case(cast)
    share_case(case, actor=cast[OFFICER], agency="MPS_ECID", profile="full", reason="joint work")
    case = Case.objects.get(pk=case.pk)
    made = ask_on_case(case, actor=cast[POLICE], item=str(case.items.get().pk), goods="锑锭", question="Is it?")
    assert page(cast, OFFICER, made).status_code == 200
    assert not set(resource_of(made).workflow_of(made).open_to(cast[OFFICER], made))


# The course ----------------------------------------------------------------------------------------------------------
def test_it_is_taken_up_for_a_person_returned_with_what_is_missing_and_submitted_again(cast):
    made = stories.identification(cast)
    with invalid_at("/handler"):
        perform(cast, COMMERCE, made, "receive", handler=str(cast.user(OFFICER).pk))
    taken = perform(cast, COMMERCE_LEAD, made, "receive", handler=str(cast.user(COMMERCE).pk))
    assert taken.handler == cast.user(COMMERCE)
    drain()
    assert "锑锭" in cast.browser(COMMERCE).get(reverse("notices")).text
    back = perform(cast, COMMERCE, taken, "return", to_complete="The test report is missing.")
    assert "The test report is missing." in page(cast, OFFICER, back).text
    row = WorkItem.objects.get(kind="id_request", agency_id=back.agency_id)
    assert (row.side, row.returned) == ("does", True)
    again = perform(cast, OFFICER, back, "resubmit", papers=["contract", "test_report"])
    assert (again.state, again.papers, again.handler) == ("SENT", ["contract", "test_report"], cast.user(COMMERCE))


def test_a_unit_lead_gives_the_opinion_in_versions_and_the_last_one_counts(cast):
    made = stories.identification(cast, "RECEIVED")
    with pytest.raises(Forbidden):
        perform(cast, COMMERCE, made, "give_opinion", **OPINION)
    first = perform(cast, COMMERCE_LEAD, made, "give_opinion", **OPINION)
    assert first.latest.words == "Controlled as 1C111"
    drain()
    second = perform(cast, COMMERCE_LEAD, first, "give_opinion", **AGAIN)
    assert [(one.number, one.finding) for one in second.opinions.all()] == [(2, "not_controlled"), (1, "controlled")]
    assert "Earlier version" in page(cast, OFFICER, second).text
    drain()
    assert cast.browser(OFFICER).get(reverse("notices")).text.count("gave the opinion on the goods") == 2
    closed = perform(cast, OFFICER, second, "close")
    assert not WorkItem.objects.filter(object_id=closed.pk).exists()


def test_an_opinion_has_a_control_code_if_and_only_if_the_goods_are_controlled(cast):
    made = stories.identification(cast, "RECEIVED")
    for finding, code in (("controlled", ""), ("not_controlled", "1C111"), ("undetermined", "1C111")):
        with pytest.raises(Invalid) as refused:
            perform(cast, COMMERCE_LEAD, made, "give_opinion", finding=finding, control_code=code, reasons="x")
        assert [one.pointer for one in refused.value.errors] == ["/control_code"], finding
    assert not made.opinions.exists()


# What an opinion changes ---------------------------------------------------------------------------------------------
def test_an_opinion_changes_no_item_until_a_person_records_it(cast):
    made = stories.identification(cast, "OPINION")
    item = made.item
    item.refresh_from_db()
    assert item.basis == "unknown"
    form = reverse("verb", args=["cases", made.case_id, "identify_item"]) + f"?item={item.pk}"
    assert form in page(cast, OFFICER, made).text
    initial = cast.browser(OFFICER).get(form).context["form"].initial
    evidence = f"Opinion on request {made.number}, version 1"
    assert (initial["basis"], initial["control_code"], initial["evidence"]) == ("listed", "1C111", evidence)
    sent = {name: initial[name] for name in ("item", "basis", "control_code", "evidence", "version")}
    cast.browser(OFFICER).post(form, {**sent, "reason": "By the opinion"})
    item.refresh_from_db()
    assert (item.basis, item.control_code) == ("listed", "1C111")
    assert made.case.determinations.get().evidence == evidence


def test_the_form_of_a_determination_is_empty_without_an_opinion(cast):
    made = stories.identification(cast, "RECEIVED")
    form = reverse("verb", args=["cases", made.case_id, "identify_item"]) + f"?item={made.item_id}"
    assert "evidence" not in cast.browser(OFFICER).get(form).context["form"].initial


def test_a_query_waits_for_the_opinion_and_a_person_decides_on_it(cast):
    query = stories.customs_query(cast, "TO_IDENTIFY")
    made = query.identifications.get()
    assert page(cast, COMMERCE, made).status_code == 200
    assert cast.browser(COMMERCE).get(reverse("customs_query", args=[query.pk])).status_code == 200
    row = WorkItem.objects.get(kind="query", object_id=query.pk)
    assert row.side == "awaits"
    with refused_for("opinion"):
        perform(cast, LEAD, query, "licence_needed", reason="x")
    stories.walk(cast, made, [("receive", COMMERCE, {"handler": str(cast.user(COMMERCE).pk)})])
    stories.walk(cast, made, [("give_opinion", COMMERCE_LEAD, OPINION)])
    query.refresh_from_db()
    assert query.state == "TO_IDENTIFY"
    assert WorkItem.objects.get(kind="query", object_id=query.pk).side == "does"
    assert perform(cast, LEAD, query, "licence_needed", reason="By the opinion").state == "LICENCE_NEEDED"


def test_a_withdrawn_request_gives_the_query_back(cast):
    query = stories.customs_query(cast, "TO_IDENTIFY")
    perform(cast, OFFICER, query.identifications.get(), "withdraw", reason="The exporter sent the test report")
    assert CustomsQuery.objects.get(pk=query.pk).state == "ANSWERED"


# Earlier opinions ----------------------------------------------------------------------------------------------------
def test_earlier_opinions_on_the_same_goods_are_those_that_the_reader_sees(cast):
    stories.identification(cast, "OPINION")
    other = stories.identification(cast, "OPINION", matter=stories.case(cast), hs_code="8112", goods="镓")
    query = stories.customs_query(cast, "TO_IDENTIFY", hs_code="8110101000")
    asked = query.identifications.get()
    Identification.objects.filter(pk=asked.pk).update(hs_code="8110101000", goods="锑锭 99.9%")
    text = page(cast, COMMERCE, asked).text
    assert "Controlled as 1C111" in text
    assert str(other.pk) not in text  # of other goods
    case = stories.shared_case(cast, handling="H3")
    hidden = stories.identification(cast, "OPINION", matter=case, goods="锑锭")
    assert str(hidden.pk) in page(cast, COMMERCE, asked).text
    assert str(hidden.pk) not in page(cast, "centre.coordinator", asked).text


# Where it appears ----------------------------------------------------------------------------------------------------
def test_a_late_opinion_is_reminded_and_counted(cast):
    late = stories.late_identification(cast)
    found = [row for rows in late_items(cast[OFFICER]) for row in rows if row.pk == late.pk]
    assert [row.resource for row in found] == ["id_request"]
    with invalid_at("/due_at"):
        perform(cast, COMMERCE, late, "set_due", due_at=timezone.now() - timedelta(hours=1))
    perform(cast, COMMERCE, late, "set_due", due_at=timezone.now() + timedelta(days=3))
    assert not [row for rows in late_items(cast[OFFICER]) for row in rows if row.pk == late.pk]


def test_home_queues_board_tab_and_handover(cast):
    made = stories.identification(cast)
    address = reverse("identification", args=[made.pk])
    for route, params in (("home", {}), ("queues", {}), ("board", {"resource": "identifications"})):
        assert address in cast.browser(COMMERCE).get(reverse(route), params).text, route
        assert address not in cast.browser(POLICE).get(reverse(route), params).text, route
    assert address in cast.browser(OFFICER).get(reverse("case", args=[made.case_id]), {"tab": "queries"}).text
    reassign = RESOURCES["identifications"].reassign
    reassign.pass_on(made, None, cast.user(COMMERCE_LEAD), cast[COMMERCE_LEAD], "moves")
    assert Identification.objects.get(pk=made.pk).handler == cast.user(COMMERCE_LEAD)
    assert list(reassign.held(Identification.objects.all(), cast.user(COMMERCE_LEAD), cast[COMMERCE_LEAD])) == [made]


def test_api_and_search(cast):
    made = stories.identification(cast, "OPINION")
    one = cast.browser(COMMERCE).get(f"/api/v1/identifications/{made.pk}/").json()
    assert [opinion["finding"] for opinion in one["opinions"]] == ["controlled"]
    assert cast.browser(POLICE).get(f"/api/v1/identifications/{made.pk}/").status_code == 404
    index_changed()
    found = cast.browser(COMMERCE).get(reverse("search"), {"q": "锑锭"}).text
    assert reverse("identification", args=[made.pk]) in found


def test_figures(cast):
    stories.identification(cast, "OPINION")
    stories.customs_query(cast, "TO_IDENTIFY")
    follow()
    today = timezone.localdate()
    keys = ("identifications", "identifications_open", "identifications_controlled", "identifications_days")
    answers = ask_many(cast["centre.supervisor"], [Question(key, today, today) for key in keys])
    assert [answer.total.value for answer in answers] == [2, 2, 1, 0]


def test_more_identifications_need_no_more_of_the_database(cast):
    stories.identification(cast, "OPINION")
    with costs_no_more(cast.browser(COMMERCE), reverse("identifications")):
        for state in ("SENT", "OPINION"):
            stories.identification(cast, state)


def test_the_figures_equal_a_recount_from_the_rows(cast):
    stories.identification(cast, "OPINION")
    stories.customs_query(cast, "TO_IDENTIFY")
    stories.customs_query(cast, "LICENCE_NEEDED")
    perform(cast, OFFICER, stories.query_without_answer(cast), "no_reply")
    follow()
    recounted = {**of_queries(), **of_identifications()}
    today = timezone.localdate()
    answers = ask_many(cast["centre.supervisor"], [Question(key, today, today) for key in recounted])
    for (key, expected), answer in zip(recounted.items(), answers, strict=True):
        total = answer.total
        assert ((total.numerator, total.denominator) if isinstance(expected, tuple) else total.value) == expected, key
