"""Drafting a paper in one step: what is filled in, who may draft it, and what is due."""

import pytest
from django.urls import reverse

from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.resource import resource_of
from cases.casefile.models import Case
from cases.papers.models import Paper
from cases.papers.texts import FORMS
from coordination.documents.actions import draft_paper
from coordination.documents.contexts import filling_of
from coordination.exchange.referrals.models import Referral
from tests import stories

from .drafting import due


def test_at_least_four_fifths_of_the_letter_are_filled_from_the_case(cast):
    paper = stories.paper(cast)
    assert (paper.title, paper.addressee) == ("涉嫌犯罪案件移送书", "海关总署缉私局")
    for words in (
        "Example Metals Ltd",
        "91110000600037341L",
        "锑锭",
        "25,000千克",
        "我署在办理",
        "现将该案移送你局审查处理",
        "Facts, evidence",
    ):
        assert words in paper.body
    assert "【" not in paper.body
    assert paper.copies == "最高人民检察院"
    assert paper.fields_known / paper.fields_all >= 0.8


def test_the_goods_list_is_a_table(cast):
    paper = stories.paper(cast, form="TRF_GOODSLIST")
    [table] = paper.tables
    assert table["rows"] == [["1", "锑锭", "锌锭", "8110101000", "", "25,000", "待核", ""]]


def test_a_bureau_acting_for_its_ministry_uses_the_ministrys_name(cast):
    request = stories.assistance(cast, "IN_WORK")
    made = draft_paper(
        request, resource_of(request).workflow_of(request), actor=cast["commerce.officer"], form="ASSIST_RE"
    )
    stories.walk(cast, made, [("edit", "commerce.officer", answers(made, body="未发放许可证。"))])
    stories.walk(cast, made, [("issue", "commerce.lead", {})])
    assert made.content["signed_as"] == "商务部"
    assert made.number.startswith("商安控协复〔")


def answers(paper, **changes):
    names = ("addressee", "title", "body", "annexes", "copies")
    return {name: getattr(paper, name) for name in names} | changes


@pytest.mark.parametrize(
    ("state", "who", "codes"),
    [
        ("DRAFT_REPORT", "customs.officer", ["TRF_REPORT"]),
        ("APPROVED", "customs.officer", ["TRF_REPORT", "TRF_LETTER", "TRF_INVREP", "TRF_GOODSLIST"]),
        ("DELIVERED", "antismuggling.officer", ["TRF_RECEIPT"]),
        ("NOT_FILED", "antismuggling.officer", ["TRF_RECEIPT", "NOFILE"]),
        ("DELIVERED", "procurator", []),
        ("DELIVERED", "centre.coordinator", []),
    ],
)
def test_required_papers_are_due_from_their_issuer(cast, state, who, codes):
    assert due(cast, who, stories.transfer(cast, state))[: len(codes)] == codes


@pytest.mark.parametrize(
    ("state", "form", "says"),
    [("REASONS_ASKED", "SUP_WHY", "Say why you did not file"), ("ORDERED", "SUP_FILE", "File the case")],
)
def test_the_procuratorates_own_notices_go_to_the_police(cast, state, form, says):
    supervision = stories.supervision(cast, state)
    assert form in due(cast, "procurator", supervision)
    assert form not in due(cast, "antismuggling.officer", supervision)
    made = draft_paper(
        supervision, resource_of(supervision).workflow_of(supervision), actor=cast["procurator"], form=form
    )
    assert made.to.code == "GACC_ASB"
    assert says in made.body
    stories.walk(cast, made, [("issue", "procurator", {})])
    assert Paper.objects.visible_to(cast["antismuggling.officer"]).filter(pk=made.pk).exists()
    assert not Paper.objects.visible_to(cast["commerce.officer"]).filter(pk=made.pk).exists()


def test_filing_on_reconsideration_is_a_decision_on_paper_too(cast):
    number = {"external_number": "海关缉立〔2026〕77号"}
    at_once = stories.transfer(cast, "ACCEPTED")
    stories.walk(cast, at_once, [("file", "antismuggling.head", number)])
    assert "RECON_DEC" not in due(cast, "antismuggling.head", at_once)
    later = stories.transfer(cast, "RECONSIDERATION")
    stories.walk(cast, later, [("file", "antismuggling.deputy", {"external_number": "海关缉立〔2026〕78号"})])
    assert "RECON_DEC" in due(cast, "antismuggling.head", later)
    workflow = resource_of(later).workflow_of(later)
    made = draft_paper(later, workflow, actor=cast["antismuggling.head"], form="RECON_DEC")
    assert "撤销原不予立案决定" in made.body
    assert "仍有异议" not in made.body


def test_drafted_papers_are_not_due_and_withdrawn_ones_are_again(cast):
    transfer = stories.transfer(cast, "APPROVED")
    paper = stories.paper(cast, about=transfer)
    assert "TRF_LETTER" not in due(cast, "customs.officer", transfer)
    stories.walk(cast, paper, [("discard", "customs.officer", {})])
    assert "TRF_LETTER" in due(cast, "customs.officer", transfer)


def test_the_page_of_a_referral_offers_due_papers_and_drafts_them_with_one_click(cast):
    transfer = stories.transfer(cast, "APPROVED")
    browser = cast.browser("customs.officer")
    page = browser.get(reverse("referral", args=[transfer.pk])).content.decode()
    assert "Draft: Transfer letter" in page
    data = {"subject": "referrals", "id": str(transfer.pk), "form": "TRF_LETTER", "sheet": "s" * 32}
    first, second = (browser.post(reverse("paper_draft"), data) for _ in range(2))
    paper = Paper.objects.get()
    assert first["Location"] == second["Location"] == reverse("paper", args=[paper.pk])


def test_a_decision_offers_its_papers_on_the_page_of_its_proceeding(cast):
    line = stories.decision(cast)
    page = cast.browser("customs.officer").get(reverse("proceeding", args=[line.proceeding_id])).content.decode()
    assert "Draft: Pre-penalty notice" in page
    other = cast.browser("centre.coordinator").get(reverse("proceeding", args=[line.proceeding_id])).content.decode()
    assert "Draft: " not in other


def test_a_paper_is_drafted_by_the_agency_that_issues_it(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    workflow = resource_of(transfer).workflow_of(transfer)
    with pytest.raises(Forbidden):
        draft_paper(transfer, workflow, actor=cast["customs.officer"], form="TRF_RECEIPT")
    with pytest.raises(Forbidden):
        draft_paper(transfer, workflow, actor=cast["antismuggling.officer"], form="TRF_LETTER")
    with pytest.raises(Invalid):
        draft_paper(transfer, workflow, actor=cast["customs.officer"], form="DECISION")


def test_one_valid_paper_per_form(cast):
    transfer = stories.transfer(cast, "APPROVED")
    stories.paper(cast, about=transfer)
    with pytest.raises(TransitionRefused, match="It exists already"):
        stories.paper(cast, about=transfer)


def test_a_machine_drafts_the_same(cast):
    transfer = stories.transfer(cast, "APPROVED")
    data = {"subject": "referrals", "id": str(transfer.pk), "form": "TRF_LETTER"}
    browser = cast.browser("customs.officer")
    answer = browser.post("/api/v1/papers/", data, content_type="application/json")
    assert answer.status_code == 201, answer.content
    made = browser.get(answer.json()["created"]["url"]).json()
    assert (made["form"], made["state"], made["content"]) == ("TRF_LETTER", "DRAFT", None)
    assert browser.post("/api/v1/papers/", data, content_type="application/json").status_code == 409
    wrong = browser.post("/api/v1/papers/", {**data, "form": "X"}, content_type="application/json")
    assert [error["pointer"] for error in wrong.json()["errors"]] == ["/form"]


@pytest.mark.parametrize("subject", ["referrals", "cases", "nothing"])
def test_no_drafts_about_invisible_objects(cast, subject):
    transfer = stories.transfer(cast, "APPROVED")
    data = {"subject": subject, "id": str(transfer.pk), "form": "TRF_LETTER"}
    assert cast.browser("commerce.officer").post(reverse("paper_draft"), data).status_code == 404
    answer = cast.browser("customs.officer").post(reverse("paper_draft"), {**data, "id": "no id"})
    assert answer.status_code == 404


def test_a_draft_is_filled_anew_when_the_case_knows_more(cast):
    transfer = stories.transfer(cast, "APPROVED")
    paper = stories.paper(cast, about=transfer)
    stories.walk(
        cast,
        Case.objects.get(pk=paper.case_id),
        [("add_party", "customs.officer", {"name": "Second Metals Ltd", "kind": "company"})],
    )
    assert "Second Metals" not in paper.body
    stories.walk(cast, paper, [("refill", "customs.officer", {})])
    assert "Second Metals" in paper.body


@pytest.mark.parametrize("form", [form.code for form in FORMS.values() if form.side != "agency"])
def test_every_form_of_a_referral_can_be_filled(cast, form):
    columns = filling_of(stories.transfer(cast, "FILED"), FORMS[form]).columns(FORMS[form])
    assert columns["body"]
    assert "{" not in columns["body"]


def test_a_decision_names_its_remedies_its_evidence_and_payment_only_with_a_fine(cast):
    """APL art. 59(4), (5)."""
    fined = stories.paper_of(cast, "customs.officer", stories.decided(cast), "DECISION")
    for words in ("60日内向海关总署申请行政复议", "北京市第二中级人民法院", "15日内，到指定的银行", "【证据】"):
        assert words in fined.body
    warned = stories.reviewed(cast, proposed_penalties=["warning"])
    stories.walk(cast, warned, [("decide", "customs.head", {"penalties": ["warning"]})])
    assert "到指定的银行" not in stories.paper_of(cast, "customs.officer", warned, "DECISION").body


def test_a_copy_goes_to_the_procuratorate_beside_the_agency(cast):
    made = stories.transfer(cast, "DELIVERED")
    assert made.copy_to.code == "SPP"


@pytest.mark.slow
def test_a_transfer_letter_lists_what_is_handed_over_and_names_opinion_and_penalty(cast):
    """D310 art. 6; the opinion is found by its title, the papers of other agencies by their sharing on the case."""
    case = stories.shared_case(cast)
    decided = stories.decided(cast, stories.proceeding(cast, "INVESTIGATE", case))
    for title, number in (("检验报告", "检〔2026〕7号"), ("询问笔录", "询1号")):
        kept = stories.incoming(cast, matter=case, title=title, number=number)
        stories.walk(cast, kept, [("share", "customs.officer", {})])
    stories.incoming(cast, matter=case, title="内部意见", number="内1号")
    transfer = stories.transfer(cast, "APPROVED", case)
    Referral.objects.filter(pk=transfer.pk).update(enclosures="一、单证复印件；\n二、资金流水。")
    transfer.refresh_from_db()
    report = stories.paper(cast, "ISSUED", transfer, "TRF_INVREP")
    letter = stories.paper(cast, about=transfer)

    assert letter.annexes.splitlines() == [
        f"《涉嫌犯罪案件情况的调查报告》（{report.number}）",
        "《涉案物品清单》",
        "证据清单：一、单证复印件；二、资金流水",
        "《检验报告》（检〔2026〕7号）",
        "《询问笔录》（询1号）",
        f"《行政处罚决定书》（{decided.decision_number}）",
    ]
    assert "《检验报告》（检〔2026〕7号）" in letter.body
    assert "询问笔录" not in letter.body
    assert f"本案已作出行政处罚：《行政处罚决定书》（{decided.decision_number}）" in letter.body


def test_a_transfer_letter_without_opinion_and_penalty_names_neither(cast):
    letter = stories.paper(cast, about=stories.transfer(cast, "APPROVED"))
    assert "检验" not in letter.body
    assert "已作出行政处罚" not in letter.body
    assert letter.annexes.splitlines()[:2] == ["《涉嫌犯罪案件情况的调查报告》", "《涉案物品清单》"]
