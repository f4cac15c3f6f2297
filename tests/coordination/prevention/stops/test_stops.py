"""The commerce ministry stops goods, agencies ask customs to inspect, and customs see, answer, hold and lift."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from agencies.journal.models import Event
from agencies.kernel import times
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.measures import METRICS
from agencies.people.models import OfficeHolder
from coordination.exchange.reminders.actions import send_letter
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.following import follow
from coordination.insight.search.actions import index_changed
from coordination.messaging.notifications.jobs import drain
from coordination.prevention.stops.actions import draft_stop
from coordination.prevention.stops.models import CargoHold, Stop
from coordination.workspace.reassignment import hand_over_all
from tests import stories
from tests.journal import verify_streams
from tests.refusals import invalid_at, refused_for
from tests.stories.stops import ASKED, CONTAINER, DECLARED, GROUND

CUSTOMS, COMMERCE, POLICE = "customs.officer", "commerce.officer", "police.officer"


def text_of(cast, who, address, **params):
    answer = cast.browser(who).get(address, params)
    assert answer.status_code == 200, (who, address)
    return answer.content.decode()


def page(stop):
    return reverse("stop", args=[stop.pk])


def ahead(days=10):
    return times.today() + timedelta(days=days)


# Drafting and sending ------------------------------------------------------------------------------------------------
def test_a_stop_begins_on_an_exporter_whose_entry_fills_the_form_and_without_a_case(cast):
    exporter = stories.exporter(cast)
    form = reverse("verb", args=["exporters", exporter.pk, "send_stop"])
    initial = cast.browser(COMMERCE).get(form).context["form"].initial
    assert (initial["exporter"], initial["exporter_code"]) == (exporter.name, exporter.uscc)
    given = {"customs": "GACC", "declaration_no": DECLARED, "last_day": ahead().isoformat(), **GROUND}
    answer = cast.browser(COMMERCE).post(form, {**given, "exporter_code": exporter.uscc, "version": exporter.version})
    made = Stop.objects.get()
    assert (answer["Location"], made.case, made.state) == (page(made), None, "DRAFT")
    assert page(made) in text_of(cast, COMMERCE, reverse("exporter", args=[exporter.pk]))
    own = stories.exporter(cast, by=POLICE)
    asked = reverse("verb", args=["exporters", own.pk, "request_inspection"])
    assert cast.browser(POLICE).get(asked).status_code == 200
    assert cast.browser(POLICE).get(reverse("verb", args=["exporters", own.pk, "send_stop"])).status_code == 403
    assert cast.browser(POLICE).get(form).status_code == 404


def test_the_bureau_drafts_a_notice_on_a_case_whose_shipment_and_exporter_fill_the_form(cast):
    case = stories.shared_case(cast)
    form = reverse("verb", args=["cases", case.pk, "send_stop"])
    initial = cast.browser(COMMERCE).get(form).context["form"].initial
    assert initial["declaration_no"] == "220020260000000001"
    assert initial["exporter"] == "Example Metals Ltd"
    assert initial["exporter_code"] == "91110000600037341L"
    assert (initial["goods"], initial["weight_kg"]) == ("锑锭", 25_000)
    given = {
        **{"customs": "GACC", "declaration_no": "220020260000000001", "last_day": ahead().isoformat()},
        **GROUND,
        **{"version": case.version, "then": "1"},
    }
    answer = cast.browser(COMMERCE).post(form, given)
    stop = Stop.objects.get()
    assert answer["Location"] == page(stop)
    assert (stop.state, stop.case, stop.kind) == ("HEAD_DECISION", case, "notice")


def test_a_notice_is_approved_by_the_head_and_reaches_customs_with_its_number(cast):
    stop = stories.stop(cast, "HEAD_DECISION", "notice")
    assert not Stop.objects.visible_to(cast[CUSTOMS]).exists()
    listed = text_of(cast, "commerce.head", reverse("approvals"))
    assert stop.title in listed
    stories.walk(cast, stop, [("approve", "commerce.head", {})])
    assert stop.number.startswith("商安控不放〔")
    assert (stop.state, stop.approver, stop.due_at - stop.sent_at) == (
        *("SENT", cast.user("commerce.head")),
        timedelta(minutes=10),
    )
    assert stop.number in text_of(cast, CUSTOMS, page(stop))
    assert not list(verify_streams())


def test_the_author_of_a_notice_does_not_approve_it(cast):
    person = cast.user(COMMERCE)
    OfficeHolder.objects.create(user=person, agency=person.agency, is_acting=True, document="人发〔2026〕9号")
    cast.pop(COMMERCE, None)
    stop = stories.stop(cast, "HEAD_DECISION", "notice")
    with refused_for("own_notice"):
        stories.walk(cast, stop, [("approve", COMMERCE, {})])


def test_only_the_ministrys_bureau_sends_a_notice(cast):
    for who in (POLICE, CUSTOMS, "antismuggling.officer"):
        with pytest.raises(Forbidden):
            draft_stop(
                None, "notice", actor=cast[who], customs="GACC", declaration_no=DECLARED, last_day=ahead(), **GROUND
            )
        assert cast.browser(who).get(reverse("stop_notice_new")).status_code == 403


def test_a_request_comes_from_any_agency_and_is_sent_by_its_lead(cast):
    stop = stories.stop(cast, "DRAFT", by="antismuggling")
    with pytest.raises(Forbidden):
        stories.walk(cast, stop, [("send_out", "antismuggling.officer", {})])
    stories.walk(cast, stop, [("send_out", "antismuggling.lead", {})])
    assert Stop.objects.visible_to(cast[CUSTOMS]).get() == stop


def test_the_form_without_a_case_drafts_a_request(cast):
    given = {"customs": "GACC", "container": "csqu 305438-3", "last_day": ahead().isoformat(), **ASKED}
    answer = cast.browser(POLICE).post(reverse("inspection_new"), given)
    stop = Stop.objects.get()
    assert answer["Location"] == page(stop)
    assert (stop.container, stop.title, stop.case, stop.state) == (CONTAINER, CONTAINER, None, "DRAFT")


def test_wrong_input_names_the_field_and_the_remedy(cast):
    draft = {"actor": cast[COMMERCE], "customs": "GACC", "last_day": ahead()}
    for kind, given, pointers in (
        ("request", {"declaration_no": "5301", **ASKED}, {"/declaration_no"}),
        ("request", {"container": "CSQU3054384", **ASKED}, {"/container"}),
        ("request", {"exporter_code": "91110000600037341A", **ASKED}, {"/exporter_code"}),
        ("request", ASKED, {"/declaration_no"}),
        ("request", {"declaration_no": DECLARED, "last_day": ahead(31), **ASKED}, {"/last_day"}),
        ("request", {"declaration_no": DECLARED, "last_day": ahead(-1), **ASKED}, {"/last_day"}),
        ("notice", {"declaration_no": DECLARED, "last_day": ahead(366), **GROUND}, {"/last_day"}),
        ("notice", {"container": CONTAINER, **GROUND}, {"/declaration_no"}),
        ("notice", {"exporter": "Example Metals Ltd", **GROUND}, {"/declaration_no"}),
        (
            *("notice", {"container": "CSQU3054384", "last_day": ahead(-1), **GROUND}),
            {"/container", "/declaration_no", "/last_day"},
        ),
    ):
        with invalid_at(*pointers):
            draft_stop(None, kind, **{**draft, **given})
    draft_stop(None, "request", **draft | ASKED | {"exporter": "Example Metals Ltd"})
    draft_stop(None, "notice", **draft | GROUND | {"container": CONTAINER, "district": "5300"})


def test_a_customs_agency_that_does_not_work_in_the_system_is_refused_with_the_remedy(cast):
    given = {"customs": "CUS_5300", "declaration_no": DECLARED, "last_day": ahead().isoformat(), **ASKED}
    answer = cast.browser(COMMERCE).post(reverse("inspection_new"), given)
    assert answer.status_code == 400
    assert "on paper" in answer.content.decode()


def test_an_edit_keeps_what_is_not_given_and_checks_the_rest(cast):
    stop = stories.stop(cast, "DRAFT")
    initial = cast.browser(COMMERCE).get(reverse("verb", args=["stops", stop.pk, "edit"])).context["form"].initial
    assert (initial["customs"], initial["declaration_no"]) == ("GACC", DECLARED)
    given = {"customs": "GACC", "container": CONTAINER, "last_day": ahead(), "text": "Weigh it."}
    stories.walk(cast, stop, [("edit", COMMERCE, given)])
    assert (stop.declaration_no, stop.container, stop.text) == (DECLARED, CONTAINER, "Weigh it.")
    with invalid_at("/container"):
        stories.walk(cast, stop, [("edit", COMMERCE, {**given, "container": "CSQU3054380"})])


def test_a_draft_whose_last_day_is_over_is_not_sent(cast):
    stop = stories.stop(cast, "DRAFT")
    Stop.objects.update(last_day=ahead(-1))
    with refused_for("last_day"):
        stories.walk(cast, stop, [("send_out", "commerce.lead", {})])


# Customs -------------------------------------------------------------------------------------------------------------
def test_customs_see_and_answer_and_the_sender_learns_each_step_with_its_time(cast):
    stop = stories.stop(cast)
    assert stop.title in text_of(cast, CUSTOMS, reverse("home"))
    assert stop.title in text_of(cast, CUSTOMS, reverse("queues"))
    assert stop.title in text_of(cast, CUSTOMS, reverse("board"), resource="stops")
    stories.walk(cast, stop, [("see", CUSTOMS, {}), ("hold", CUSTOMS, {"answer": "In the yard.", "weight_kg": 24_000})])
    assert (stop.state, stop.handler, stop.officer, stop.weight_kg) == (
        *("HELD", cast.user(CUSTOMS), cast[CUSTOMS].name, 24_000),
    )
    drain()
    shown = text_of(cast, COMMERCE, page(stop))
    assert "Sent, not seen yet" in shown
    assert "Goods not released" in shown
    assert "In the yard." in shown
    assert "<dd>24000</dd>" in shown
    assert stop.title in text_of(cast, COMMERCE, reverse("notices"))
    assert stop.title in text_of(cast, COMMERCE, reverse("queues"))


def test_an_answer_counts_as_seeing(cast):
    stop = stories.stop(cast)
    stories.walk(cast, stop, [("not_found", CUSTOMS, {})])
    assert (stop.state, stop.seen_at, stop.due_at) == ("NOT_FOUND", stop.answered_at, None)


def test_goods_that_come_later_are_held_until_the_last_day(cast):
    stop = stories.stop(cast, "NOT_FOUND")
    stories.walk(cast, stop, [("stand", CUSTOMS, {}), ("hold", CUSTOMS, {})])
    assert stop.state == "HELD"
    other = stories.stop(cast, "STANDING", declaration_no="530120260000000999")
    Stop.objects.filter(pk=other.pk).update(last_day=ahead(-1))
    with refused_for("last_day"):
        stories.walk(cast, other, [("hold", CUSTOMS, {})])


def test_customs_name_the_goods_that_a_request_by_exporter_does_not(cast):
    stop = stories.stop(cast, declaration_no="")
    with invalid_at("/declaration_no"):
        stories.walk(cast, stop, [("hold", CUSTOMS, {})])
    stories.walk(cast, stop, [("hold", CUSTOMS, {"declaration_no": DECLARED})])
    assert stop.hold.declaration_no == DECLARED
    other = stories.stop(cast)
    with invalid_at("/declaration_no"):
        stories.walk(cast, other, [("hold", CUSTOMS, {"declaration_no": "530120260000000999"})])


def test_only_the_ministry_ends_its_notice_and_customs_may_end_a_request(cast):
    notice, request = stories.stop(cast, "HELD", "notice"), stories.stop(cast, "HELD", by="antismuggling")
    for who in ("customs.head", "commerce.lead"):
        with pytest.raises(Forbidden):
            stories.walk(cast, notice, [("lift", who, {"reason": "Done"})])
    stories.walk(cast, notice, [("lift", "commerce.head", {"reason": "The certificate is genuine."})])
    stories.walk(cast, request, [("lift", "customs.lead", {"reason": "Nothing found."})])
    assert (notice.state, request.state) == ("LIFTED", "LIFTED")


# Holds ---------------------------------------------------------------------------------------------------------------
def test_two_askers_make_one_hold_which_the_last_of_them_lifts(cast):
    notice = stories.stop(cast, "HELD", "notice", container=CONTAINER)
    request = stories.stop(cast, "HELD", by="antismuggling", declaration_no="", container=CONTAINER)
    assert notice.hold == request.hold == CargoHold.objects.get()
    assert (notice.hold.declaration_no, notice.hold.container) == (DECLARED, CONTAINER)
    stories.walk(cast, notice, [("lift", "commerce.head", {"reason": "Done"})])
    assert CargoHold.objects.get().until is None
    assert "The goods stay held for another stop" in text_of(cast, CUSTOMS, page(notice))
    assert request.number in text_of(cast, CUSTOMS, page(notice))
    stories.walk(cast, request, [("lift", "antismuggling.lead", {"reason": "Done"})])
    assert CargoHold.objects.get().until == request.state_since
    assert "The goods stay held" not in text_of(cast, CUSTOMS, page(notice))


def test_goods_held_again_have_a_new_hold(cast):
    first = stories.stop(cast, "HELD")
    stories.walk(cast, first, [("lift", "commerce.lead", {"reason": "Done"})])
    again = stories.stop(cast, "HELD")
    assert again.hold != first.hold
    assert CargoHold.objects.filter(until=None).get() == again.hold


def test_two_holds_that_prove_to_be_of_the_same_goods_become_one(cast):
    by_number = stories.stop(cast, "HELD")
    by_container = stories.stop(cast, "HELD", declaration_no="", container=CONTAINER)
    assert by_number.hold != by_container.hold
    both = stories.stop(cast, "HELD", by="antismuggling", container=CONTAINER)
    by_container.refresh_from_db()
    assert both.hold == by_number.hold == by_container.hold
    assert CargoHold.objects.filter(until=None).get() == both.hold


def test_goods_of_two_customs_agencies_or_numbers_are_two_holds(cast):
    stories.stop(cast, "HELD")
    stories.stop(cast, "HELD", declaration_no="530120260000000999")
    assert CargoHold.objects.filter(until=None).count() == 2


# Around --------------------------------------------------------------------------------------------------------------
def test_list_file_api_search_and_company(cast):
    stop = stories.stop(cast, "SEEN", container=CONTAINER)
    index_changed()
    for who in (CUSTOMS, COMMERCE):
        assert stop.title in text_of(cast, who, reverse("stops"), goods_no="csqu 3054383")
        assert cast.browser(who).get(reverse("search"), {"q": DECLARED})["Location"] == page(stop)
        [row] = cast.browser(who).get("/api/v1/stops/", {"goods_no": DECLARED}).json()["results"]
        assert (row["state"], row["declaration_no"], row["sender"]["code"]) == ("SEEN", DECLARED, "MOFCOM_SCB")
    assert cast.browser(POLICE).get(page(stop)).status_code == 404
    assert cast.browser(POLICE).get("/api/v1/stops/").json()["results"] == []
    assert stop.title not in text_of(cast, POLICE, reverse("search"), q=DECLARED)
    exporter = stories.exporter(cast, by=CUSTOMS, uscc="91110000600037341L")
    assert stop.title in text_of(cast, CUSTOMS, f"/exporters/{exporter.pk}/")


def test_the_api_drafts_one_without_a_case_and_sends_it(cast):
    client = cast.browser("commerce.lead")
    body = {"kind": "request", "customs": "GACC", "declaration_no": DECLARED, "last_day": ahead().isoformat(), **ASKED}
    made = client.post("/api/v1/stops/", body, content_type="application/json")
    assert made.status_code == 201, made.content
    assert (made.json()["state"], made.json()["case"]) == ("DRAFT", None)
    sent = client.post(
        f"/api/v1/stops/{made.json()['id']}/send_out/",
        {"version": made.json()["version"]},
        content_type="application/json",
    )
    assert sent.json()["state"] == "SENT"
    wrong = client.post("/api/v1/stops/", body | {"kind": "notice"}, content_type="application/json")
    assert wrong.status_code == 400
    assert {one["pointer"] for one in wrong.json()["errors"]} >= {"/ground", "/fact", "/text"}


def test_the_case_has_a_tab_with_the_stops_that_the_reader_sees(cast):
    case = stories.shared_case(cast)
    stories.stop(cast, "DRAFT", matter=case, exporter="Draft of commerce")
    sent = stories.stop(cast, "SEEN", matter=case)
    shown = reverse("case", args=[case.pk])
    assert sent.title in text_of(cast, CUSTOMS, shown, tab="stops")
    assert "Draft of commerce" not in text_of(cast, CUSTOMS, shown, tab="stops")
    assert "Draft of commerce" in text_of(cast, COMMERCE, shown, tab="stops")
    assert "sent the inspection request" in text_of(cast, CUSTOMS, shown, tab="timeline")


def test_lateness_is_named_and_a_reminder_sent(cast):
    late = stories.late_stop(cast)
    assert late.title in text_of(cast, COMMERCE, reverse("reminder_desk"))
    letter = send_letter([f"stop:{late.pk}"], actor=cast[COMMERCE])
    assert late.title in text_of(cast, CUSTOMS, reverse("reminder", args=[letter.pk]))


def test_work_passes_to_a_colleague(cast):
    stop = stories.stop(cast, "SEEN")
    hand_over_all(cast.user(CUSTOMS), actor=cast["customs.lead"], to=cast.user("customs.lead"), reason="shift ends")
    stop.refresh_from_db()
    assert stop.handler == cast.user("customs.lead")
    stories.walk(cast, stop, [("hold", "customs.lead", {})])
    hand_over_all(cast.user(COMMERCE), actor=cast["commerce.lead"], to=cast.user("commerce.lead"), reason="moves")
    stop.refresh_from_db()
    assert stop.drafter == cast.user("commerce.lead")


def test_figures_count_what_was_sent_seen_held_not_found_and_too_late(cast):
    case = stories.shared_case(cast)
    stories.stop(cast, "HELD", "notice", matter=case)
    stories.stop(cast, "NOT_FOUND")
    stories.stop(cast, "ALREADY_RELEASED")
    stories.stop(cast, "DRAFT")
    late = stories.late_stop(cast)
    stories.walk(cast, late, [("see", CUSTOMS, {})])
    follow()
    today = times.today()
    before = today - timedelta(days=1)  # the late one may have been sent before midnight
    keys = ("sent", "held", "held_kg", "not_found", "released_before", "seen_in_time")
    answers = ask_many(cast["centre.supervisor"], [Question(f"stops_{key}", before, today) for key in keys])
    found = {key: one.total.value for key, one in zip(keys, answers, strict=True)}
    assert found == {
        **{"sent": 4, "held": 1, "held_kg": 25_000, "not_found": 1, "released_before": 1},
        "seen_in_time": Decimal("0.75"),
    }
    assert {key for key in METRICS if key.startswith("stops_")} == {f"stops_{key}" for key in keys}


def test_the_daily_brief_names_what_was_sent(cast):
    stop = stories.stop(cast)
    assert stop.title in text_of(cast, "customs.lead", reverse("one_page_list"), what="new-stops")


def test_both_languages(cast):
    stop = stories.stop(cast, "HELD", "notice")
    with translation.override("zh-hans"):
        assert stop.get_state_display() == "货物暂不放行"
        assert stop.get_kind_display() == "不予放行通知"
    browser = cast.browser(CUSTOMS)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    shown = browser.get(page(stop)).content.decode()
    assert "当前进展" in shown
    assert "货物暂不放行" in shown


def test_a_repeated_answer_is_refused_with_the_name_of_the_first(cast):
    stop = stories.stop(cast, "HELD")
    with refused_for("state"):
        stories.walk(cast, stop, [("already_released", CUSTOMS, {})])


def test_the_stream_of_a_stop_without_a_case_is_its_own(cast):
    stop = stories.stop(cast, "HELD")
    events = Event.objects.filter(object_id=stop.pk).select_related("stream")
    assert {(one.stream.kind, one.stream.subject) for one in events} == {("prevention", stop.pk)}
    assert not list(verify_streams())


def test_a_missing_officer_is_asked_of_people_never(cast):
    stop = stories.stop(cast)
    stories.walk(cast, stop, [("see", CUSTOMS, {"officer": "李关员"})])
    assert stop.officer == "李关员"
    with pytest.raises(Invalid):
        draft_stop(None, "request", actor=cast[COMMERCE], customs="NOBODY", last_day=ahead(), **ASKED)


def test_a_stop_that_led_to_a_query_and_the_query_link_to_each_other(cast):
    stop = stories.stop(cast, "QUERIED")
    query = stories.customs_query(cast, "ISSUED", declaration_no=stop.declaration_no)
    for who in ("customs.officer", "centre.coordinator"):
        assert f"/customs-queries/{query.pk}/" in cast.browser(who).get(f"/stops/{stop.pk}/").text
        assert f"/stops/{stop.pk}/" in cast.browser(who).get(f"/customs-queries/{query.pk}/").text


def test_the_link_shows_a_reader_no_query_and_no_stop_of_others(cast):
    stop = stories.stop(cast, "QUERIED", by="antismuggling")
    query = stories.customs_query(cast, "ISSUED", declaration_no=stop.declaration_no)
    assert f"/customs-queries/{query.pk}/" not in cast.browser("antismuggling.officer").get(f"/stops/{stop.pk}/").text
