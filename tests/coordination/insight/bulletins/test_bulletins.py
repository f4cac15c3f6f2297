"""Bulletins: drafted once for each period, reviewed by a second person, frozen at issue, and read by their readers."""

from datetime import date, timedelta

import pytest
from django.test import Client

from agencies.journal.models import Delivery, Event
from agencies.kernel import times
from agencies.kernel.errors import Forbidden
from coordination.documents import pdf
from coordination.insight.bulletins import actions
from coordination.insight.bulletins.drafts import TEMPLATES, last_complete, period_of
from coordination.insight.bulletins.jobs import draft
from coordination.insight.bulletins.models import Bulletin
from coordination.insight.bulletins.placeholders import figures_in, typed_numbers
from coordination.insight.metrics.following import follow
from tests import stories
from tests.refusals import invalid_at, refused_for

pytestmark = pytest.mark.django_db

TEXTS = {"text_zh": "新立案件{cases_open}件。", "text_en": "Open cases: {cases_open}."}


def test_templates_bind_the_same_figures_in_both_languages():
    assert len(TEMPLATES) == 4
    for template in TEMPLATES.values():
        zh, en = figures_in(template["text_zh"]), figures_in(template["text_en"])
        assert zh
        assert set(zh) == set(en)
        assert max(len(template["text_zh"]), len(template["text_en"])) < 4000


@pytest.mark.parametrize(
    ("kind", "today", "period"),
    [
        ("weekly", date(2026, 11, 23), (date(2026, 11, 16), date(2026, 11, 22))),
        ("weekly", date(2026, 11, 29), (date(2026, 11, 16), date(2026, 11, 22))),
        ("monthly", date(2027, 1, 1), (date(2026, 12, 1), date(2026, 12, 31))),
        ("monthly", date(2027, 1, 31), (date(2026, 12, 1), date(2026, 12, 31))),
    ],
)
def test_the_schedule_reports_on_the_last_complete_period(kind, today, period):
    assert last_complete(kind, today) == period
    assert period_of(kind, period[0]) == period_of(kind, period[1]) == period


def test_the_job_drafts_each_period_once_and_not_again_after_a_draft_was_discarded(cast):
    assert draft() == 2
    assert draft() == 0
    made = Bulletin.objects.get(kind="weekly")
    assert (made.drafter, made.state) == (None, "DRAFT")
    actions.ACTIONS["discard"](made, actor=cast["centre.supervisor"], ending_reason="nothing to report")
    assert draft() == 0
    assert actions.draft_due(times.today() + timedelta(days=7)) >= 1


def test_a_second_bulletin_about_a_period_is_refused(cast):
    first = stories.bulletin(cast).first
    with refused_for("period"):
        actions.draft_bulletin(actor=cast["centre.coordinator"], kind="weekly", day=first + timedelta(days=3))


@pytest.mark.parametrize("who", ["customs.lead", "customs.head", "commerce.officer"])
def test_only_the_centre_drafts(cast, who):
    with pytest.raises(Forbidden):
        actions.draft_bulletin(actor=cast[who], kind="weekly", day=times.today())
    assert not Bulletin.objects.exists()


def test_the_person_who_edited_or_submitted_does_not_issue(cast):
    made = stories.bulletin(cast)
    actions.submit(made, actor=cast["centre.coordinator"])
    with refused_for("own_draft"):
        actions.issue(Bulletin.objects.get(), actor=cast["centre.coordinator"])
    with pytest.raises(Forbidden):
        actions.issue(Bulletin.objects.get(), actor=cast["centre.supervisor"])


def test_the_authors_of_an_edition_do_not_issue_the_next_one_either(cast):
    made = stories.bulletin(cast, "ISSUED")
    new = actions.replace(made, actor=cast["centre.supervisor"], reason="a figure was wrong")
    actions.submit(new, actor=cast["centre.supervisor"])
    actions.issue(Bulletin.objects.get(pk=new.pk), actor=cast["centre.coordinator"])
    made.refresh_from_db()
    new.refresh_from_db()
    assert (made.state, new.state, new.edition) == ("REPLACED", "ISSUED", 2)
    assert made.number != new.number
    third = actions.replace(new, actor=cast["centre.coordinator"], reason="again")
    actions.submit(third, actor=cast["centre.coordinator"])
    assert actions.BULLETIN.unmet("issue", cast["centre.supervisor"], third)


def test_a_returned_draft_shows_its_remarks_and_follows_the_record_again(cast):
    made = stories.bulletin(cast, "REVIEW")
    assert made.content
    actions.give_back(made, actor=cast["centre.coordinator"], remarks="Name the ports.")
    made.refresh_from_db()
    assert (made.state, made.content, made.remarks) == ("DRAFT", {}, "Name the ports.")
    assert "Name the ports." in cast.browser("centre.supervisor").get(f"/bulletins/{made.pk}/").text
    actions.submit(made, actor=cast["centre.supervisor"])
    made.refresh_from_db()
    assert made.remarks == ""


@pytest.mark.parametrize(
    "text",
    [
        "{nonsense}",
        "{cases_opened:sometimes}",
        "{cases_opened?color=red}",
        "{cases_opened:top 5 officer}",
        "{open",
    ],
)
def test_a_placeholder_that_binds_nothing_is_refused_by_name(cast, text):
    made = stories.bulletin(cast)
    given = {"title_zh": "题", "title_en": "Title", "text_zh": text, "text_en": "x", "distribution": "internal"}
    with invalid_at("/text_zh"):
        actions.edit(made, actor=cast["centre.supervisor"], **given)


def test_texts_with_different_figures_and_unfinished_periods_are_not_submitted(cast):
    made = stories.bulletin(cast, text_zh="{cases_open}", text_en="none")
    with refused_for("languages"):
        actions.submit(made, actor=cast["centre.supervisor"])
    now = actions.draft_bulletin(actor=cast["centre.supervisor"], kind="weekly", day=times.today())
    with refused_for("period"):
        actions.submit(now, actor=cast["centre.supervisor"])


def test_typed_numbers_are_found_beside_bound_ones():
    assert typed_numbers("{cases_opened:top 5 mineral} and 12 more, 1,300 kg") == ["12", "1,300"]


def counting_open(cast):
    """An issued bulletin about open cases of the present month, whose figures change with every new case."""
    first, last = period_of("monthly", times.today())
    made = stories.bulletin(cast, "DRAFT", **TEXTS)
    Bulletin.objects.filter(pk=made.pk).update(first=first, last=last)
    made.refresh_from_db()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Bulletin, "is_over", True)
        actions.submit(made, actor=cast["centre.supervisor"])
    actions.issue(Bulletin.objects.get(), actor=cast["centre.coordinator"])
    return Bulletin.objects.get()


@pytest.mark.slow
def test_facts_after_the_issue_change_nothing_that_was_issued(cast):
    stories.case(cast)
    follow()
    made = counting_open(cast)
    frozen, digest = made.content, made.digest
    assert frozen["zh"]["paragraphs"] == ["新立案件1件。"]
    stories.case(cast)
    stories.case(cast)
    follow()
    made.refresh_from_db()
    assert (made.content, made.digest) == (frozen, digest)
    assert made.is_whole
    text = cast.browser("customs.officer").get(f"/bulletins/{made.pk}/?in=en").text
    assert "Open cases: 1." in text
    assert "<strong>3</strong>" in text
    assert "Open cases: 1." in cast.browser("customs.officer").get(f"/bulletins/{made.pk}/print/?in=en").text


@pytest.mark.slow
def test_a_draft_follows_the_record(cast):
    made = stories.bulletin(cast, **TEXTS)
    first, last = period_of("monthly", times.today())
    Bulletin.objects.filter(pk=made.pk).update(first=first, last=last)
    for number in (1, 2):
        stories.case(cast)
        follow()
        text = cast.browser("centre.supervisor").get(f"/bulletins/{made.pk}/?in=en").text
        assert f"Open cases: {number}." in text


def test_a_change_past_the_product_is_shown_on_the_page(cast):
    made = stories.bulletin(cast, "ISSUED")
    made.content["zh"]["paragraphs"][0] = "别的"
    Bulletin.objects.filter(pk=made.pk).update(content=made.content)
    text = cast.browser("customs.officer").get(f"/bulletins/{made.pk}/").text
    assert 'role="alert"' in text


def test_numbers_are_taken_in_order_and_agencies_are_notified(cast):
    one, two = stories.bulletin(cast, "ISSUED", weeks_ago=1), stories.bulletin(cast, "ISSUED")
    year = times.today().year
    assert one.number.endswith(f"〔{year}〕1号")
    assert two.number.endswith(f"〔{year}〕2号")
    event = Event.objects.get(object_id=two.pk, verb="issue")
    assert Delivery.objects.filter(event=event, agency_id=cast["customs.officer"].agency_id).exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "readers"),
    [
        ("DRAFT", {"centre.coordinator", "centre.supervisor"}),
        ("REVIEW", {"centre.coordinator", "centre.supervisor"}),
        ("ISSUED", {"centre.coordinator", "centre.supervisor", "customs.officer", "procurator", "police.head"}),
    ],
)
def test_who_reads_a_bulletin(cast, state, readers):
    made = stories.bulletin(cast, state)
    for who in ("centre.coordinator", "centre.supervisor", "customs.officer", "procurator", "police.head", "sysadmin"):
        status = cast.browser(who).get(f"/bulletins/{made.pk}/").status_code
        assert status == (200 if who in readers else 403 if who == "sysadmin" else 404), who
    assert Client().get(f"/bulletins/{made.pk}/").status_code == 302


def test_a_withdrawn_bulletin_says_why(cast):
    made = stories.bulletin(cast, "ISSUED")
    actions.ACTIONS["withdraw"](made, actor=cast["centre.coordinator"], ending_reason="The period was wrong.")
    text = cast.browser("customs.officer").get(f"/bulletins/{made.pk}/").text
    assert "The period was wrong." in text
    assert "已撤回" in cast.browser("customs.officer").get(f"/bulletins/{made.pk}/print/?in=zh").text


@pytest.mark.slow
@pytest.mark.parametrize("short", ["zh", "en"])
def test_the_sheet_has_its_number_in_both_languages(cast, short):
    made = stories.bulletin(cast, "ISSUED", kind="monthly")
    browser = cast.browser("customs.officer")
    printed = browser.get(f"/bulletins/{made.pk}/print/?in={short}").text
    assert made.number in printed
    assert made.content[short]["title"] in printed
    assert "{" not in "".join(made.content[short]["paragraphs"])
    answer = browser.get(f"/bulletins/{made.pk}/pdf/?in={short}")
    if pdf.missing():
        assert answer.status_code == 409
        assert pdf.missing()[0] in answer.text
        page = browser.get(f"/bulletins/{made.pk}/").text
        assert "This server cannot create PDF files." in page
        assert f"/bulletins/{made.pk}/pdf/" not in page
    else:
        assert answer.content.startswith(b"%PDF")


def test_the_centre_drafts_on_the_page_and_reads_what_waits(cast):
    browser = cast.browser("centre.supervisor")
    day = last_complete("weekly", times.today())[0]
    answer = browser.post("/bulletins/new/", {"kind": "weekly", "day": day.isoformat(), "distribution": "outside"})
    made = Bulletin.objects.get()
    assert answer["Location"] == f"/bulletins/{made.pk}/"
    assert made.title in browser.get("/bulletins/?waiting=1").text
    again = browser.post("/bulletins/new/", {"kind": "weekly", "day": day.isoformat(), "distribution": "outside"})
    assert again.status_code == 400


def test_a_bulletin_is_drafted_submitted_returned_and_issued_over_the_api(cast):
    first, _last = last_complete("weekly", times.today())
    supervisor, coordinator = cast.browser("centre.supervisor"), cast.browser("centre.coordinator")

    def posts(browser, path, version=None, **body):
        headers = {
            "Idempotency-Key": f"{path}-{version}-{len(body)}".replace("/", "-"),
            **({"If-Match": f'"{version}"'} if version else {}),
        }
        return browser.post(f"/api/v1/bulletins/{path}", body, content_type="application/json", headers=headers)

    drafted = posts(supervisor, "", kind="weekly", day=first.isoformat())
    assert (drafted.status_code, drafted.json()["state"], drafted.json()["version"]) == (201, "DRAFT", 1)
    assert posts(supervisor, "", kind="weekly", day=first.isoformat()).json() == drafted.json(), "a repeat"
    here = f"{drafted.json()['id']}/"
    assert drafted["Location"].endswith(f"/api/v1/bulletins/{here}")
    assert posts(supervisor, f"{here}submit/", 1).status_code == 200
    assert posts(coordinator, f"{here}return/", 1, remarks="Name the minerals.").status_code == 412, "an old version"
    assert posts(coordinator, f"{here}return/", 2, remarks="Name the minerals.").status_code == 200
    assert posts(supervisor, f"{here}submit/", 3).status_code == 200
    assert posts(supervisor, f"{here}issue/", 4).status_code == 403, "a second person issues it"
    assert posts(coordinator, f"{here}issue/", 4).status_code == 200
    issued = supervisor.get(f"/api/v1/bulletins/{here}").json()
    made = Bulletin.objects.get()
    assert (issued["state"], issued["content"]["zh"]["title"], made.number != "") == ("ISSUED", made.title_zh, True)
    rows = cast.browser("customs.officer").get("/api/v1/bulletins/").json()["results"]
    assert [row["id"] for row in rows] == [str(made.pk)]
    assert posts(cast.browser("customs.officer"), "", kind="weekly", day=first.isoformat()).status_code == 403
    wrong = posts(supervisor, "", 9, kind="daily", day="tomorrow").json()["errors"]
    assert {one["pointer"] for one in wrong} == {"/kind", "/day"}
