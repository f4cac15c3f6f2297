"""Issuing: number, frozen content, editions, and readers."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.journal.digests import content_digest
from agencies.journal.models import Event
from agencies.kernel.errors import Forbidden, TransitionRefused
from cases.papers.models import Paper
from coordination.exchange.referrals.models import Referral
from tests import stories


def read(cast, who, paper, name="paper"):
    return cast.browser(who).get(reverse(name, args=[paper.pk]))


def test_the_letter_has_the_number_of_its_transfer_and_the_api_shows_its_digest(cast):
    transfer = stories.transfer(cast, "APPROVED")
    paper = stories.paper(cast, "ISSUED", transfer)
    year = timezone.localtime().year
    assert paper.number == transfer.number == f"署移〔{year}〕1号"
    data = cast.browser("customs.officer").get(f"/api/v1/papers/{paper.pk}/").json()
    assert content_digest(json.loads(json.dumps(data["content"]))) == data["digest"] == paper.digest


def test_numbers_are_gap_free_by_agency_form_and_year(cast):
    year = timezone.localtime().year
    lists = [stories.paper(cast, "DRAFT", form="TRF_GOODSLIST") for _ in range(3)]
    stories.walk(cast, lists[1], [("discard", "customs.officer", {})])
    for paper in (lists[0], lists[2]):
        stories.walk(cast, paper, [("issue", "customs.officer", {})])
    assert [lists[0].number, lists[2].number] == [f"署清〔{year}〕1号", f"署清〔{year}〕2号"]


def test_a_refused_issue_takes_no_number(cast):
    paper = stories.paper(cast, form="TRF_GOODSLIST")
    Paper.objects.filter(pk=paper.pk).update(body="【当事人】", addressee="")
    with pytest.raises(TransitionRefused) as no:
        stories.walk(cast, paper, [("issue", "customs.officer", {})])
    assert [missing.code for missing in no.value.missing] == ["addressee", "blanks"]
    assert "当事人" in no.value.detail
    again = stories.paper(cast, "ISSUED", form="TRF_GOODSLIST")
    assert again.number.endswith("〕1号")


def test_a_letter_is_signed_by_a_chief_and_a_receipt_by_the_officer(cast):
    with pytest.raises(Forbidden):
        stories.walk(cast, stories.paper(cast), [("issue", "customs.officer", {})])
    stories.walk(cast, stories.paper(cast, form="TRF_GOODSLIST"), [("issue", "customs.officer", {})])


def test_issued_papers_are_frozen_with_their_digest(cast):
    paper = stories.paper(cast, "ISSUED")
    assert paper.digest == content_digest(paper.content)
    assert paper.content["number"] == paper.number
    body = paper.content["body"]
    Referral.objects.filter(pk=paper.subject_id).update(report="something else")
    Paper.objects.filter(pk=paper.pk).update(body="forged", title="forged")
    page = read(cast, "customs.officer", paper, "paper_print").content.decode()
    assert "forged" not in page
    assert body.splitlines()[0].strip("　")[:20] in page
    with pytest.raises(TransitionRefused):
        stories.walk(cast, paper, [("edit", "customs.officer", {"addressee": "a", "title": "t", "body": "b"})])


def test_a_content_changed_outside_the_product_is_reported(cast):
    paper = stories.paper(cast, "ISSUED")
    forged = {**paper.content, "addressee": "Somebody else"}
    Paper.objects.filter(pk=paper.pk).update(content=forged)
    assert "the digest does not match" in read(cast, "customs.officer", paper).content.decode()


def test_a_wrong_paper_is_issued_anew_and_the_new_one_names_the_old(cast):
    old = stories.paper(cast, "ISSUED")
    stories.walk(cast, old, [("reissue", "customs.officer", {"reason": "wrong sum"})])
    new = Paper.objects.get(replaces=old)
    assert (new.state, new.edition, old.state) == ("DRAFT", 2, "ISSUED")
    with pytest.raises(TransitionRefused, match="newer edition"):
        stories.walk(cast, old, [("reissue", "customs.officer", {"reason": "again"})])
    stories.walk(cast, new, [("issue", "customs.head", {})])
    old.refresh_from_db()
    assert old.state == "WITHDRAWN"
    assert old.content["edition"] == 1
    assert (new.number, new.content["edition"], new.content["replaces"]) == (old.number, 2, old.number)
    assert "已撤回" in read(cast, "customs.officer", old, "paper_print").content.decode()
    assert "第2版" in read(cast, "customs.officer", new, "paper_print").content.decode()


def test_papers_of_the_package_open_with_the_receipt(cast):
    transfer = stories.transfer(cast, "APPROVED")
    letter = stories.paper(cast, "ISSUED", transfer)
    for steps, status in (
        ([], 404),
        ([("deliver", "customs.officer", {})], 404),
        ([("accept", "antismuggling.officer", {})], 200),
    ):
        stories.walk(cast, transfer, steps)
        assert read(cast, "antismuggling.officer", letter).status_code == status
    assert read(cast, "procurator", letter).status_code == 404
    assert read(cast, "commerce.officer", letter).status_code == 404


def test_a_reverse_letter_opens_with_the_receipt_too(cast):
    back = stories.returned(cast)
    letter = stories.paper_of(cast, "antismuggling.officer", back, "REV_LETTER")
    stories.walk(cast, back, [("send", "antismuggling.lead", {})])
    stories.walk(cast, letter, [("issue", "antismuggling.lead", {})])
    assert read(cast, "customs.officer", letter).status_code == 404
    stories.walk(cast, back, [("accept", "customs.officer", {})])
    assert read(cast, "customs.officer", letter).status_code == 200


def test_a_paper_of_the_receiver_is_read_by_the_sender_at_once(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    receipt = stories.paper_of(cast, "antismuggling.officer", transfer, "TRF_RECEIPT")
    assert read(cast, "customs.officer", receipt).status_code == 404
    stories.walk(cast, receipt, [("issue", "antismuggling.officer", {})])
    assert read(cast, "customs.officer", receipt).status_code == 200
    assert receipt.number.startswith("署缉回〔")


def test_a_penalty_notice_stays_in_its_agency(cast):
    line = stories.decision(cast)
    paper = stories.paper_of(cast, "customs.officer", line, "PRENOTICE")
    Paper.objects.filter(pk=paper.pk).update(body="Facts.")
    paper.refresh_from_db()
    stories.walk(cast, paper, [("issue", "customs.head", {})])
    assert paper.sent_at is None
    for who, status in (("customs.officer", 200), ("commerce.officer", 404), ("centre.coordinator", 404)):
        assert read(cast, who, paper).status_code == status


def test_events_of_a_draft_are_visible_to_its_agency_only(cast):
    case = stories.shared_case(cast)
    stories.paper(cast, "DRAFT", stories.transfer(cast, "APPROVED", case))
    assert set(Event.objects.filter(object_kind="paper").values_list("visibility", flat=True)) == {"own"}


def test_the_sheet_is_a_page_of_its_own_with_seal_code_and_page_numbers(cast):
    paper = stories.paper(cast, "ISSUED")
    page = read(cast, "customs.officer", paper, "paper_print").content.decode()
    assert page.startswith("<!doctype html>")
    assert "cv-" not in page
    assert "<script" not in page
    assert "style=" not in page
    for words in ("海关总署", paper.number, "（印章）", "附件：1．", "抄送：", 'class="sheet-code"'):
        assert words in page
    assert paper.token not in page


def test_a_draft_is_marked_and_has_no_code(cast):
    page = read(cast, "customs.officer", stories.paper(cast), "paper_print").content.decode()
    assert "草稿，未签发" in page
    assert "sheet-code" not in page


def test_a_paper_is_chinese_for_every_drafter(cast):
    transfer = stories.transfer(cast, "APPROVED")
    data = {"subject": "referrals", "id": str(transfer.pk), "form": "TRF_LETTER"}
    cast.browser("customs.officer", "en").post(reverse("paper_draft"), data)
    paper = Paper.objects.get()
    assert "统一社会信用代码" in paper.body
    assert "《中华人民共和国刑法》" in paper.body or "《刑法》" in paper.body


def test_a_request_is_drafted_first_and_issued_under_the_number_of_its_sending(cast):
    request = stories.assistance(cast)
    paper = stories.paper_of(cast, "customs.officer", request, "ASSIST")
    Paper.objects.filter(pk=paper.pk).update(body="Which licence?")
    paper.refresh_from_db()
    with pytest.raises(TransitionRefused, match="Its number is assigned when"):
        stories.walk(cast, paper, [("issue", "customs.head", {})])
    stories.walk(cast, request, [("send", "customs.officer", {})])
    paper.refresh_from_db()
    stories.walk(cast, paper, [("issue", "customs.head", {})])
    assert paper.number == request.number
    assert paper.number.startswith("署协〔")
    assert read(cast, "commerce.officer", paper).status_code == 200


def test_papers_issued_before_delivery_are_readable_after_it(cast):
    transfer = stories.transfer(cast, "APPROVED")
    stories.walk(cast, transfer, [("deliver", "customs.officer", {})])
    Referral.objects.filter(pk=transfer.pk).update(state="APPROVED", delivered_at=None)
    goods = stories.paper_of(cast, "customs.officer", Referral.objects.get(pk=transfer.pk), "GOODS_HANDOVER")
    stories.walk(cast, goods, [("issue", "customs.officer", {})])
    assert goods.sent_at is None
    stories.walk(cast, Referral.objects.get(pk=transfer.pk), [("deliver", "customs.officer", {})])
    goods.refresh_from_db()
    assert goods.sent_at is not None
