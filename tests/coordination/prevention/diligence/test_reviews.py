"""An agency reviews an exporter by a questionnaire, and follows the gaps until each is checked and closed."""

import csv
from datetime import timedelta
from io import StringIO
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from agencies.kernel import times
from agencies.kernel.errors import Forbidden, Invalid
from agencies.kernel.resource import RESOURCES
from agencies.work.models import WorkItem
from coordination.exchange.reminders.actions import send_letter
from coordination.exchange.reminders.late import late_items
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.following import follow
from coordination.messaging.notifications.jobs import drain
from coordination.prevention.diligence import reference
from coordination.prevention.diligence.actions import REVIEW_ACTIONS, begin_review
from coordination.prevention.diligence.models import Gap, Questionnaire, Review
from coordination.prevention.diligence.reading import counts_as_gap, findings_table
from tests import stories
from tests.costs import costs_no_more
from tests.refusals import invalid_at, refused_for
from tests.stories.diligence import ANSWERS, ITEMS, findings, in_days

OFFICER, LEAD = "commerce.officer", "commerce.lead"


def act(cast, review, verb, who=OFFICER, **given):
    REVIEW_ACTIONS[verb](review, actor=cast[who], **given)
    review.refresh_from_db()


def only_gap(review):
    return Gap.objects.get(review=review)


def test_an_officer_begins_a_review_on_the_page_of_the_exporter(cast):
    asked, exporter = stories.questionnaire(cast), stories.exporter(cast)
    browser = cast.browser(OFFICER)
    form = reverse("verb", args=["exporters", exporter.pk, "begin_review"])
    assert form in browser.get(f"/exporters/{exporter.pk}/").text
    answer = browser.post(form, {"questionnaire": str(asked.pk), "version": exporter.version})
    review = Review.objects.get()
    assert answer["Location"] == reverse("review", args=[review.pk])
    assert review.handler == cast.user(OFFICER)
    assert [one.number for one in review.answers.all()] == ["1", "2", "3"]
    assert f"/reviews/{review.pk}/" in browser.get(f"/exporters/{exporter.pk}/").text


def test_the_page_of_an_exporter_without_a_number_has_its_reviews_and_no_others(cast):
    asked, exporter = stories.questionnaire(cast), stories.exporter(cast, uscc="")
    review = begin_review(exporter, actor=cast[OFFICER], questionnaire=str(asked.pk))
    other = stories.exporter(cast, name="Other", uscc="")
    browser = cast.browser(OFFICER)
    assert f"/reviews/{review.pk}/" in browser.get(f"/exporters/{exporter.pk}/").text
    assert f"/reviews/{review.pk}/" not in browser.get(f"/exporters/{other.pk}/").text


def test_a_review_goes_from_the_letter_to_its_conclusion(cast):
    review = stories.review(cast, "SENT")
    assert timezone.localdate(review.due_at) == review.answers_by == in_days(20)
    act(cast, review, "answer", answered_by="exporter", answers=ANSWERS)
    assert review.due_at is None
    act(cast, review, "assess", findings=findings("1"))
    gap = only_gap(review)
    assert (gap.state, timezone.localdate(review.due_at), gap.found_by) == ("OPEN", gap.due_on, cast.user(OFFICER))
    with refused_for("open_gaps"):
        act(cast, review, "close", conclusion="Done")
    act(cast, review, "report_gap", gap=str(gap.pk), report="Procedure written", report_paper="报告1号")
    act(cast, review, "reopen_gap", gap=str(gap.pk), reason="No signature", due_on=in_days(40))
    assert (only_gap(review).state, timezone.localdate(review.due_at)) == ("REOPENED", in_days(40))
    act(cast, review, "report_gap", gap=str(gap.pk), report="Signed")
    act(cast, review, "close_gap", gap=str(gap.pk), check_remark="Seen on site")
    assert (only_gap(review).state, only_gap(review).checked_by, review.due_at) == ("CLOSED", cast.user(OFFICER), None)
    act(cast, review, "close", conclusion="All in order")
    assert review.state == "CLOSED"


def test_the_forms_have_one_line_for_each_item(cast):
    review = stories.review(cast, "SENT")
    browser = cast.browser(OFFICER)
    page = browser.get(f"/reviews/{review.pk}/")
    assert f"/reviews/{review.pk}/answers/" in page.text
    sent = {"version": review.version, "answered_by": "exporter"}
    sent |= {"answer_0": "no", "paper_1": "证明〔2026〕1号", "answer_2": "2030-01-01"}
    assert browser.post(f"/reviews/{review.pk}/answers/", sent).status_code == 302
    review.refresh_from_db()
    stored = [(one.answer, one.paper) for one in review.answers.all()]
    assert stored == [("no", ""), ("", "证明〔2026〕1号"), ("2030-01-01", "")]
    assert f"/reviews/{review.pk}/findings/" in browser.get(f"/reviews/{review.pk}/").text
    found = {"version": review.version, "verdict_0": "gap", "verdict_1": "in_order", "verdict_2": "not_applicable"}
    answer = browser.post(f"/reviews/{review.pk}/findings/", found)
    assert answer.status_code == 400
    assert {"gap_0", "due_on_0"} <= set(answer.context["form"].errors)
    assert answer.context["form"].errors["gap_0"] == ["say what is missing."]
    found |= {"gap_0": "No record of checks", "due_on_0": in_days(10).isoformat()}
    assert browser.post(f"/reviews/{review.pk}/findings/", found).status_code == 302
    assert only_gap(review).what == "No record of checks"


def test_a_wrong_day_is_refused_at_its_field_and_nothing_is_lost(cast):
    review = stories.review(cast, "SENT")
    sent = {"version": review.version, "answered_by": "visit", "answer_0": "yes", "answer_2": "soon"}
    answer = cast.browser(OFFICER).post(f"/reviews/{review.pk}/answers/", sent)
    assert answer.status_code == 400
    assert "answer_2" in answer.context["form"].errors
    assert 'value="soon"' in answer.text
    assert Review.objects.get().state == "SENT"


def test_an_old_form_is_refused(cast):
    review = stories.review(cast, "SENT")
    sent = {"version": review.version - 1, "answered_by": "visit", "answer_0": "yes"}
    answer = cast.browser(OFFICER).post(f"/reviews/{review.pk}/answers/", sent)
    assert answer.status_code == 400
    assert Review.objects.get().state == "SENT"


@pytest.mark.parametrize(
    ("table", "at"),
    [
        ("number,answer\n9,yes\n", "/answers/2/number"),
        ("number,answer\n1,yes\n1,no\n", "/answers/3/number"),
        ("number,answer\n1,maybe\n", "/answers/2/answer"),
        ("number,answer\n3,soon\n", "/answers/2/answer"),
        ("number,answer,paper\n2,," + "9" * 81 + "\n", "/answers/2/paper"),
        ("number,answer\n1,\n", "/answers"),
    ],
)
def test_a_table_of_answers_is_checked_cell_by_cell(cast, table, at):
    review = stories.review(cast, "SENT")
    with invalid_at(at):
        act(cast, review, "answer", answered_by="exporter", answers=table)


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("1,gap,,,", ("/findings/2/gap", "/findings/2/due_on")),
        ("1,gap,,Missing,2020-01-01", ("/findings/2/due_on",)),
        ("1,gap,,Missing,soon", ("/findings/2/due_on",)),
        ("1,in_order,,Missing,", ("/findings/2/gap",)),
        ("1,perhaps,,,", ("/findings/2/verdict",)),
    ],
)
def test_a_table_of_findings_is_checked_cell_by_cell(cast, line, at):
    review = stories.review(cast, "ANSWERED")
    with invalid_at(*at):
        act(cast, review, "assess", findings=f"number,verdict,remark,gap,due_on\n{line}\n2,in_order,,,\n3,in_order,,,")


def test_an_item_without_a_finding_is_named(cast):
    review = stories.review(cast, "ANSWERED")
    with pytest.raises(Invalid, match="Missing: 2, 3"):
        act(cast, review, "assess", findings="number,verdict\n1,in_order\n")
    assert len(list(csv.reader(StringIO(findings_table(review))))) == 4


def test_the_answers_that_count_as_gaps_are_marked_and_decide_nothing(cast):
    review = stories.review(cast, "ANSWERED")
    assert [counts_as_gap(one) for one in review.answers.select_related("item")] == [True, False, False]
    assert "counts as a gap" in cast.browser(OFFICER).get(f"/reviews/{review.pk}/").text
    act(cast, review, "assess", findings=findings())
    assert not Gap.objects.exists()


@pytest.mark.slow
def test_other_agencies_see_nothing_and_the_centre_reads(cast):
    review = stories.review(cast, "REVIEWED")
    for who in ("customs.officer", "police.lead", "procurator"):
        for address in (f"/reviews/{review.pk}/", f"/api/v1/reviews/{review.pk}/", f"/reviews/{review.pk}/findings/"):
            assert cast.browser(who).get(address).status_code == 404, (who, address)
        assert review.exporter.name not in cast.browser(who).get("/reviews/").text
        with pytest.raises(Forbidden):
            act(cast, review, "close_gap", who, gap=str(only_gap(review).pk), check_remark="x")
    assert cast.browser("centre.supervisor").get(f"/reviews/{review.pk}/").status_code == 200
    with pytest.raises(Forbidden):
        act(cast, review, "withdraw", "centre.coordinator", reason="x")


def test_an_exporter_of_another_agency_cannot_be_reviewed(cast):
    asked, theirs = stories.questionnaire(cast), stories.exporter(cast, by="customs.officer")
    with pytest.raises(Forbidden):
        begin_review(theirs, actor=cast[OFFICER], questionnaire=str(asked.pk))
    ours = stories.exporter(cast, by="police.officer")
    with invalid_at("/questionnaire"):
        begin_review(ours, actor=cast["police.officer"], questionnaire=str(asked.pk))


@pytest.mark.slow
def test_open_gaps_are_work_and_late_ones_are_named_to_the_agency(cast):
    review = stories.review(cast, "REVIEWED")
    item = WorkItem.objects.get(kind="review")
    assert (item.person_id, item.due_at, item.agency_id) == (review.handler_id, review.due_at, review.agency_id)
    assert review.exporter.name in cast.browser(OFFICER).get("/").text
    yesterday = times.now() - timedelta(days=1)
    Gap.objects.update(due_on=times.today() - timedelta(days=1))
    Review.objects.update(due_at=yesterday)
    found = [row.pk for rows in late_items(cast[OFFICER]) for row in rows]
    assert found == [review.pk]
    assert review.exporter.name in cast.browser(OFFICER).get(reverse("reminder_desk")).text
    letter = send_letter([f"review:{review.pk}"], actor=cast["centre.coordinator"])
    assert review.exporter.name in cast.browser(OFFICER).get(reverse("reminder", args=[letter.pk])).text
    assert [row.pk for rows in late_items(cast["customs.officer"]) for row in rows] == []


def test_the_deadline_is_in_the_calendar(cast):
    review = stories.review(cast, "SENT")
    day = review.answers_by.isoformat()
    page = cast.browser(OFFICER).get(reverse("deadline_calendar"), {"month": day[:7], "day": day})
    assert review.exporter.name in page.text


def test_figures_count_what_was_sent_answered_found_and_closed(cast):
    review = stories.review(cast, "REVIEWED", gaps=("1", "2"))
    gap = review.gaps.first()
    act(cast, review, "report_gap", gap=str(gap.pk), report="Done")
    act(cast, review, "close_gap", gap=str(gap.pk), check_remark="Seen")
    follow()
    today = times.today()
    keys = ("reviews_sent", "reviews_answered", "review_gaps_found", "review_gaps_closed")
    answers = ask_many(cast["commerce.lead"], [Question(key, today, today) for key in keys])
    assert [one.total.value for one in answers] == [1, 1, 2, 1]
    [other] = ask_many(cast["customs.lead"], [Question("reviews_sent", today, today)])
    assert not other.total.value


def test_a_review_that_was_answered_during_a_visit_took_no_days(cast):
    act(cast, stories.review(cast), "answer", answered_by="visit", answers=ANSWERS)
    follow()
    today = times.today()
    answers = ask_many(
        cast["commerce.lead"], [Question(key, today, today) for key in ("reviews_answered", "review_days")]
    )
    assert [one.total.value for one in answers] == [1, None]


def test_the_list_costs_no_more_with_more_rows(cast):
    stories.review(cast, "REVIEWED")
    with costs_no_more(cast.browser(OFFICER), "/reviews/"):
        asked = Questionnaire.objects.get(code="SHORT")
        for number in range(3):
            other = stories.exporter(cast, name=f"Exporter {number}", uscc="")
            begin_review(other, actor=cast[OFFICER], questionnaire=str(asked.pk))


# Questionnaires ------------------------------------------------------------------------------------------------------
def test_the_delivered_questionnaire_is_loaded_once(cast):
    reference.load()
    reference.load()
    delivered = Questionnaire.objects.get(agency=None)
    assert 20 <= delivered.items.count() <= 25
    assert delivered.name_zh == "出口经营者尽职调查问卷"


def test_a_changed_file_is_a_new_edition_and_reviews_keep_theirs(cast, tmp_path, monkeypatch):
    reference.load()
    first = Questionnaire.objects.get(agency=None)
    review = begin_review(stories.exporter(cast), actor=cast[OFFICER], questionnaire=str(first.pk))
    changed = tmp_path / "questionnaire.csv"
    changed.write_text("\n".join(reference.FILE.read_text(encoding="utf-8").splitlines()[:-1]), encoding="utf-8")
    monkeypatch.setattr(reference, "FILE", changed)
    reference.load()
    first.refresh_from_db()
    assert (first.state, first.items.count(), review.answers.count()) == ("REPLACED", 25, 25)
    assert Questionnaire.objects.usable_by(cast[OFFICER]).get().edition == 2


def test_a_lead_makes_an_edition_of_the_own_agency_of_the_delivered_questionnaire(cast):
    reference.load()
    delivered = Questionnaire.objects.get(agency=None)
    form = reverse("verb", args=["questionnaires", delivered.pk, "revise"])
    browser = cast.browser(LEAD)
    page = browser.get(form)
    sent = {"name_zh": "本机关问卷", "name_en": "Ours", "version": delivered.version}
    sent["items"] = page.context["form"].initial["items"]
    assert browser.post(form, sent).status_code == 302
    own = Questionnaire.objects.get(agency__code="MOFCOM_SCB")
    assert (own.code, own.edition, own.items.count()) == (delivered.code, 1, 25)
    assert list(Questionnaire.objects.usable_by(cast[OFFICER])) == [own]
    assert list(Questionnaire.objects.usable_by(cast["customs.officer"])) == [delivered]
    assert cast.browser("customs.officer").get(f"/questionnaires/{own.pk}/").status_code == 404


def test_a_new_edition_replaces_the_earlier_one_of_the_agency(cast):
    first = stories.questionnaire(cast)
    second = stories.questionnaire(cast, name_en="Second")
    first.refresh_from_db()
    assert (first.state, second.edition) == ("REPLACED", 2)


def test_only_leads_publish_and_withdraw(cast):
    mine = stories.questionnaire(cast)
    with pytest.raises(Forbidden):
        stories.questionnaire(cast, by=OFFICER)
    with pytest.raises(Forbidden):
        stories.walk(cast, mine, [("withdraw", "customs.lead", {"reason": "x"})])
    assert cast.browser(OFFICER).get("/questionnaires/new/").status_code == 403


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("1,maybe,问,Q,,", "/items/2/kind"),
        ("1,text,问,Q,past,", "/items/2/gap"),
        ("1,text,,Q,,", "/items/2/question_zh"),
        ("a b,text,问,Q,,", "/items/2/number"),
        ("1,text,问,Q,,\n1,text,问,Q,,", "/items/3/number"),
    ],
)
def test_items_are_checked_cell_by_cell(cast, line, at):
    with invalid_at(at):
        stories.questionnaire(cast, items=f"number,kind,question_zh,question_en,gap,basis\n{line}\n")


def test_the_api_publishes_a_questionnaire_and_names_the_bad_field(cast):
    body = {"code": "API", "name_zh": "问卷", "name_en": "Questions", "items": ITEMS}
    browser = cast.browser(LEAD)

    def post(key, **more):
        return browser.post(
            "/api/v1/questionnaires/", body | more, content_type="application/json", headers={"Idempotency-Key": key}
        )

    assert post("first").status_code == 201
    refused = post("second", code="1 2")
    assert refused.status_code == 400
    assert "/code" in refused.text


def test_the_csv_of_a_questionnaire_is_read_back(cast):
    mine = stories.questionnaire(cast)
    text = cast.browser(OFFICER).get(f"/questionnaires/{mine.pk}/csv/").content.decode("utf-8-sig")
    again = stories.questionnaire(cast, items=text)
    assert [str(one) for one in again.items.all()] == [str(one) for one in mine.items.all()]


def test_its_migrations_are_current():
    call_command("makemigrations", "diligence", "--check", "--dry-run")
    assert RESOURCES["reviews"].late.case == ""


def test_the_leads_of_the_agency_learn_that_an_edition_was_replaced(cast):
    first = stories.questionnaire(cast)
    stories.questionnaire(cast, name_en="Second")
    drain()
    assert first.name_en in cast.browser(LEAD).get(reverse("notices")).text
    assert first.name_en not in cast.browser("customs.lead").get(reverse("notices")).text


def test_unsent_answers_are_kept_for_their_author_and_no_other_agency(cast):
    review = stories.review(cast, "SENT")
    draft = f"{reverse('drafts')}?{urlencode({'page': f'/reviews/{review.pk}/answers/'})}"
    assert cast.browser(OFFICER).post(draft, {"answer_0": "no"}).status_code == 204
    assert cast.browser(OFFICER).get(draft).json()["fields"] == {"answer_0": ["no"]}
    assert cast.browser("customs.officer").post(draft, {"answer_0": "no"}).status_code == 404
