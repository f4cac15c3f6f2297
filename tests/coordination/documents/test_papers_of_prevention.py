"""Letters to exporters and stops as official papers: issued by the act that sends them, under the same number."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.kernel.resource import RESOURCES
from agencies.kernel.workflow import Workflow
from cases.papers.models import Paper
from cases.papers.texts import blanks
from coordination.documents import pdf
from coordination.prevention.warnings.actions import ACTIONS
from tests import stories
from tests.stories.exporter_letters import LEAD, OFFICER
from tests.stories.stops import CONTAINER, DECLARED

needs_weasyprint = pytest.mark.skipif(bool(pdf.missing()), reason=f"needs {', '.join(pdf.missing())}")
CITED = {
    "guidance": "内部合规制度",
    "consultation": "现答复如下",
    "talk": "《中华人民共和国出口管制法》第三十条、《中华人民共和国两用物项出口管制条例》第三十四条",
    "warning": "《中华人民共和国出口管制法》第三十条、《中华人民共和国两用物项出口管制条例》第三十四条",
    "suspension": "《中华人民共和国两用物项出口管制条例》第十八条第四款",
}


def paper_of(thing):
    return Paper.objects.get(subject_id=thing.pk)


@pytest.mark.parametrize("kind", CITED)
def test_a_letter_is_issued_when_it_is_sent_with_its_number_addressee_text_and_law(cast, kind):
    letter = stories.exporter_letter(cast, "SENT", kind)
    paper = paper_of(letter)
    assert (paper.state, paper.number, paper.content["number"]) == ("ISSUED", letter.number, letter.number)
    assert paper.content["addressee"] == "深圳海纳金属有限公司"
    assert paper.content["signed_as"] == "商务部"
    for part in (letter.text, CITED[kind]):
        assert part in paper.content["body"]
    assert blanks(*paper.to_be_filled) == []
    assert paper.is_whole
    assert "Ask Lin." not in str(paper.content)


@pytest.mark.slow
def test_a_letter_that_waits_for_release_has_no_paper_until_it_is_sent(cast):
    letter = stories.release(cast, "RELEASED").letter
    assert not Paper.objects.filter(subject_id=letter.pk).exists()
    letter.refresh_from_db()
    due = timezone.now() + timedelta(days=12)
    stories.walk(cast, letter, [("send", LEAD, {"due_at": due})])
    local = timezone.localtime(due)
    assert f"请于{local.year}年{local.month}月{local.day}日前" in paper_of(letter).content["body"]


def test_the_letter_is_seen_as_its_addressee_gets_it_before_and_on_its_page_after(cast):
    letter = stories.exporter_letter(cast, "READ", "warning")
    browser = cast.browser(LEAD)
    before = browser.get(reverse("letter_sheet", args=[letter.pk])).text
    assert "现对你单位予以警示" in before
    assert "草稿，未签发" in before
    assert not Paper.objects.filter(subject_id=letter.pk).exists()
    ACTIONS["send"](letter, actor=cast[LEAD])
    paper = paper_of(letter)
    assert reverse("paper", args=[paper.pk]) in browser.get(reverse("exporter_letter", args=[letter.pk])).text
    page = browser.get(reverse("paper", args=[paper.pk])).text
    assert reverse("exporter_letter", args=[letter.pk]) in page
    assert paper.digest in page


def test_a_stop_notice_names_its_ground_and_article_and_a_request_holds_no_goods(cast):
    notice = paper_of(stories.stop(cast, "SENT", "notice", container=CONTAINER))
    for part in (
        "第二十二条第二款",
        "第二十五条",
        "The end user on the certificate does not exist.",
        DECLARED,
        CONTAINER,
    ):
        assert part in notice.content["body"]
    assert notice.content["addressee"] == notice.to.name_zh
    request = paper_of(stories.stop(cast))
    assert "第二十九条" in request.content["body"]
    assert "Compare the goods with the certificate." in request.content["body"]
    assert "不要求你" in request.content["body"]


@pytest.mark.slow
def test_sender_customs_and_centre_read_the_paper_of_a_stop_and_no_other_agency(cast):
    stop = stories.stop(cast, "SENT", "notice")
    address = reverse("paper", args=[paper_of(stop).pk])
    for who in ("commerce.officer", "customs.officer", "centre.coordinator"):
        assert cast.browser(who).get(address).status_code == 200, who
    for who in ("police.officer", "antismuggling.officer", "procurator", "auditor", "sysadmin"):
        assert cast.browser(who).get(address).status_code in (403, 404), who


def test_customs_read_the_paper_of_a_stop_on_a_case_and_nothing_of_the_case(cast):
    stop = stories.stop(cast, matter=stories.criminal(cast).case, by="antismuggling")
    paper = paper_of(stop)
    assert paper.case_id == stop.case_id
    page = cast.browser("customs.officer").get(reverse("paper", args=[paper.pk])).text
    shown = cast.browser("customs.officer").get(f"/api/v1/papers/{paper.pk}/").json()
    sees = RESOURCES["cases"].model.objects.visible_to(cast["customs.officer"]).filter(pk=stop.case_id).exists()
    assert sees == (stop.case.number in page) == (shown["case"] is not None)


def test_own_agency_and_centre_read_the_paper_of_a_letter_and_no_other_agency(cast):
    paper = paper_of(stories.exporter_letter(cast, "SENT", "warning"))
    address = reverse("paper", args=[paper.pk])
    for who in (OFFICER, "centre.coordinator"):
        assert cast.browser(who).get(address).status_code == 200, who
    for who in ("customs.lead", "police.lead", "auditor", "sysadmin"):
        assert cast.browser(who).get(address).status_code in (403, 404), who


def test_no_one_issues_another_edition_of_such_a_paper_and_the_signed_sheet_is_filed(cast):
    paper = paper_of(stories.exporter_letter(cast, "SENT", "warning"))
    workflow: Workflow = RESOURCES["papers"].workflow_of(paper)
    for who in (OFFICER, LEAD, "commerce.head"):
        assert workflow.open_to(cast[who], paper) == ["file_scan"]
    stories.walk(cast, paper, [("file_scan", OFFICER, {"file": stories.scan(), "token": paper.token})])
    assert paper.signed_copies.count() == 1


@pytest.mark.slow
@needs_weasyprint
def test_the_papers_are_downloaded_as_pdf(cast):
    for thing in (stories.exporter_letter(cast, "SENT", "warning"), stories.stop(cast, "SENT", "notice")):
        answer = cast.browser("commerce.officer").get(reverse("paper_pdf", args=[paper_of(thing).pk]))
        assert answer.content.startswith(b"%PDF")
