"""One signature: the papers of a matter are drafted with its submission, read by who decides, and issued with the
decision."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.kernel.errors import Invalid, TransitionRefused
from agencies.kernel.resource import resource_of
from agencies.work.models import WorkItem
from cases.clocks.models import Clock
from cases.papers.models import Paper
from cases.proceedings.models import Decision
from coordination.actions.performing import perform
from coordination.exchange.referrals.completeness import missing_parts
from coordination.exchange.referrals.models import Referral
from tests import stories

OFFICER, LEAD, HEAD = "customs.officer", "customs.lead", "customs.head"
FORMS = ["TRF_INVREP", "TRF_GOODSLIST", "TRF_LETTER"]  # in the order in which they are issued


def does(cast: Any, who: str, thing: Any, verb: str, **given: Any) -> None:
    """The person acts as on a page."""
    perform(resource_of(thing), cast[who], thing, verb, given)
    thing.refresh_from_db()


def submitted(cast: Any) -> Referral:
    """A complete transfer before the head, with its papers."""
    transfer = stories.transfer(cast)
    beside = transfer.case
    beside.acts.create(title="declared as zinc")
    stories.incoming(cast, "SHARED", beside)
    copies = {"copies": "最高人民检察院"}
    does(cast, OFFICER, transfer, "submit")
    letter = Paper.objects.get(form="TRF_LETTER")
    if letter.left_blank:
        body = letter.body.replace("【", "").replace("】", "")
        text = {"title": letter.title, "addressee": letter.addressee, "body": body, "annexes": letter.annexes}
        stories.walk(cast, letter, [("edit", OFFICER, text | copies)])
    return Referral.objects.get(pk=transfer.pk)


def opens(cast: Any, who: str, thing: Any) -> None:
    for paper in Paper.objects.filter(subject_id=thing.pk, state="DRAFT"):
        assert cast.browser(who).get(reverse("paper", args=[paper.pk])).status_code == 200


def states(thing: Any) -> dict[str, str]:
    return dict(Paper.objects.filter(subject_id=thing.pk).values_list("form", "state"))


def test_the_papers_are_drafted_when_the_matter_is_submitted(cast: Any) -> None:
    transfer = submitted(cast)
    assert states(transfer) == dict.fromkeys(FORMS, "DRAFT")
    assert missing_parts(transfer) == []
    assert not WorkItem.objects.filter(kind="paper").exists()  # they wait with the matter, on the desk of the head


@pytest.mark.slow
def test_the_head_approves_after_opening_each_paper_and_not_before(cast: Any) -> None:
    transfer = submitted(cast)
    with pytest.raises(TransitionRefused) as no:
        does(cast, HEAD, transfer, "approve")
    assert [gap.code for gap in no.value.missing] == ["unread"] * 3
    page = cast.browser(HEAD).get("/approvals/").text
    assert "Papers to be signed: 3." in page
    assert "Not opened yet: 3." in page
    assert all(reverse("paper", args=[paper.pk]) in page for paper in Paper.objects.all())
    opens(cast, HEAD, transfer)
    assert cast.browser(HEAD).get("/approvals/").text.count("You have opened it") == 3
    does(cast, HEAD, transfer, "approve")
    assert states(transfer) == dict.fromkeys(FORMS, "ISSUED")
    hand_over = Clock.objects.running().about(transfer).filter(rule__code="TRF_HANDOVER")
    assert hand_over.count() == 1
    letter = Paper.objects.get(form="TRF_LETTER")
    year = timezone.localtime().year
    assert letter.number == transfer.number == f"署移〔{year}〕1号"
    report = Paper.objects.get(form="TRF_INVREP")
    assert transfer.number in report.content["body"]
    assert any(report.number in annex for annex in letter.content["annexes"])


@pytest.mark.slow
def test_a_draft_that_was_edited_since_is_opened_again(cast: Any) -> None:
    transfer = submitted(cast)
    opens(cast, HEAD, transfer)
    report = Paper.objects.get(form="TRF_INVREP")
    text = {"title": report.title, "addressee": report.addressee, "body": report.body + "\n又查明一节事实。"}
    stories.walk(cast, report, [("edit", OFFICER, text)])
    with pytest.raises(TransitionRefused, match="调查报告"):
        does(cast, HEAD, transfer, "approve")
    opens(cast, HEAD, transfer)
    does(cast, HEAD, transfer, "approve")
    body = Paper.objects.get(form="TRF_INVREP").content["body"]
    assert "又查明一节事实" in body
    assert transfer.number in body


def test_a_colleagues_reading_is_not_that_of_who_signs(cast: Any) -> None:
    transfer = submitted(cast)
    opens(cast, LEAD, transfer)
    with pytest.raises(TransitionRefused, match="first"):
        does(cast, HEAD, transfer, "approve")


def test_reading_over_the_api_counts(cast: Any) -> None:
    transfer = submitted(cast)
    for paper in Paper.objects.filter(subject_id=transfer.pk):
        cast.browser(HEAD).get(f"/api/v1/papers/{paper.pk}/")
    does(cast, HEAD, transfer, "approve")
    assert set(states(transfer).values()) == {"ISSUED"}


@pytest.mark.slow
def test_papers_that_the_case_has_overtaken_are_not_signed(cast: Any) -> None:
    transfer = submitted(cast)
    opens(cast, HEAD, transfer)
    transfer.case.items.update(description="Another alloy")
    with pytest.raises(TransitionRefused, match="was changed after"):
        does(cast, HEAD, transfer, "approve")


@pytest.mark.slow
def test_what_is_missing_is_named_with_links_and_needs_a_reason(cast: Any) -> None:
    transfer = stories.transfer(cast)
    does(cast, OFFICER, transfer, "submit")
    opens(cast, HEAD, transfer)
    page = cast.browser(HEAD).get("/approvals/")
    named = dict(page.context["missing"])
    assert {"Unlawful acts", "Evidence files or list of evidence"} <= {str(words) for words in named}
    assert named["Unlawful acts"] == reverse("referral", args=[transfer.pk]) + "#checklist"
    with pytest.raises(Invalid) as no:
        does(cast, HEAD, transfer, "approve")
    assert [error.pointer for error in no.value.errors] == ["/incomplete_because"]
    assert transfer.state == "HEAD_DECISION"
    assert set(states(transfer).values()) == {"DRAFT"}
    does(cast, HEAD, transfer, "approve", **stories.ON_PAPER)
    assert transfer.state == "APPROVED"


@pytest.mark.slow
def test_a_paper_that_fails_leaves_nothing_half_done(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    transfer = submitted(cast)
    opens(cast, HEAD, transfer)
    taken = Paper.objects.get(form="TRF_INVREP")
    Paper.objects.filter(pk=taken.pk).update(number="署调〔2026〕7号")
    other = Paper.objects.get(pk=taken.pk)
    other.pk, other.token, other.state, other.issued_at, other.digest = None, "x", "ISSUED", timezone.now(), "d"
    other._state.adding = True
    other.subject_id = transfer.case_id
    other.save(force_insert=True)
    with pytest.raises(TransitionRefused, match="is already issued"):
        does(cast, HEAD, transfer, "approve")
    transfer.refresh_from_db()
    assert (transfer.state, transfer.number) == ("HEAD_DECISION", "")
    assert set(states(transfer).values()) == {"DRAFT"}
    assert not Clock.objects.running().about(transfer).filter(rule__code="TRF_HANDOVER").exists()


@pytest.mark.slow
def test_of_two_heads_one_decides_and_the_other_is_named_what_happened(cast: Any) -> None:
    transfer = submitted(cast)
    opens(cast, HEAD, transfer)
    late = Referral.objects.get(pk=transfer.pk)
    does(cast, HEAD, transfer, "approve")
    with pytest.raises(TransitionRefused, match="recorded this on"):
        does(cast, HEAD, late, "approve")
    assert Paper.objects.filter(form="TRF_LETTER", state="ISSUED").count() == 1


@pytest.mark.slow
def test_the_unit_lead_issues_the_rest_with_the_hand_over_in_one_step(cast: Any) -> None:
    transfer = submitted(cast)
    stories.walk(cast, transfer, [("approve", HEAD, {})])  # recorded without its papers
    for paper in Paper.objects.filter(state="DRAFT"):
        stories.walk(cast, paper, [("refill", OFFICER, {})])
    with pytest.raises(TransitionRefused, match="A unit lead issues them"):
        does(cast, OFFICER, Referral.objects.get(pk=transfer.pk), "deliver")
    opens(cast, LEAD, transfer)
    page = cast.browser(LEAD).get(reverse("verb", args=["referrals", transfer.pk, "deliver"])).text
    assert page.count("You have opened it") == 3
    does(cast, LEAD, Referral.objects.get(pk=transfer.pk), "deliver")
    assert set(states(transfer).values()) == {"ISSUED"}
    assert Referral.objects.get(pk=transfer.pk).state == "DELIVERED"


@pytest.mark.slow
def test_an_approval_that_is_revoked_takes_its_signature_back(cast: Any) -> None:
    transfer = submitted(cast)
    opens(cast, HEAD, transfer)
    does(cast, HEAD, transfer, "approve")
    does(cast, HEAD, transfer, "revoke", reason="The weight is wrong")
    assert set(states(transfer).values()) == {"WITHDRAWN"}
    does(cast, OFFICER, transfer, "submit")
    drafts = Paper.objects.filter(subject_id=transfer.pk, state="DRAFT")
    assert {paper.form for paper in drafts} == set(FORMS)
    assert drafts.get(form="TRF_LETTER").number == transfer.number


def test_a_refused_transfer_leaves_no_drafts(cast: Any) -> None:
    transfer = submitted(cast)
    does(cast, HEAD, transfer, "refuse", ending_reason="No crime")
    assert set(states(transfer).values()) == {"WITHDRAWN"}


def test_drafts_no_person_edited_follow_the_revised_report(cast: Any) -> None:
    transfer = stories.transfer(cast)
    does(cast, OFFICER, transfer, "submit")
    does(cast, HEAD, transfer, "revise", reason="Name the account")
    kept = {"offence": transfer.offence.code, "receiver": transfer.receiver.code, "title": transfer.title}
    stories.walk(cast, transfer, [("edit", OFFICER, kept | {"report": "The account is named."})])
    does(cast, OFFICER, transfer, "submit")
    assert "The account is named." in Paper.objects.get(form="TRF_INVREP").body


@pytest.mark.slow
def test_the_police_sign_their_notice_with_the_proposed_decision(cast: Any) -> None:
    transfer = stories.transfer(cast, "ACCEPTED")
    proposal = {"proposed": "not_file", "proposal": "No intent"}
    does(cast, "antismuggling.officer", transfer, "propose", **proposal)
    notice = Paper.objects.get(form="NOFILE")
    assert notice.is_ready
    opens(cast, "antismuggling.deputy", transfer)
    does(cast, "antismuggling.deputy", transfer, "not_file", ending_reason="没有主观故意")
    notice.refresh_from_db()
    assert notice.state == "ISSUED"
    assert "没有主观故意" in notice.content["body"]
    assert cast.browser(OFFICER).get(reverse("paper", args=[notice.pk])).status_code == 200


def reviewed(cast: Any) -> Decision:
    """A penalty before the head, with its decision drafted and completed by hand, and the notice still a draft."""
    line = stories.in_review(cast)
    stories.paper_of(cast, OFFICER, line, "PRENOTICE")
    does(cast, "customs.legal", line, "record_review", **stories.REVIEWED)
    does(cast, OFFICER, line, "record_discussion", **stories.DISCUSSED)
    paper = Paper.objects.get(form="DECISION")
    body = paper.body.replace("【", "").replace("】", "")
    stories.walk(cast, paper, [("edit", OFFICER, {"title": paper.title, "addressee": "当事人", "body": body})])
    opens(cast, HEAD, line)
    return line


@pytest.mark.slow
def test_a_penalty_is_signed_with_its_decision_and_never_with_its_notice(cast: Any) -> None:
    line = reviewed(cast)
    does(cast, HEAD, line, "decide", fine_cny="5000000", penalties=["fine"])
    paper = Paper.objects.get(form="DECISION")
    assert (paper.state, paper.number) == ("ISSUED", line.decision_number)
    assert "罚款人民币5,000,000元" in paper.content["body"]
    assert states(line)["PRENOTICE"] == "DRAFT"


@pytest.mark.slow
def test_an_edited_draft_that_cannot_follow_the_decision_is_revised_by_its_drafter(cast: Any) -> None:
    line = reviewed(cast)
    ground = {"ground_kind": "minor", "ground": "It reported the facts itself."}
    mitigate = resource_of(line).workflow_of(line).transitions["mitigate"]
    ground["ground_kind"] = next(a for a in mitigate.fields if a.name == "ground_kind").offered(line, cast[HEAD])[0][0]
    does(cast, HEAD, line, "mitigate", fine_cny="10000", penalties=["fine"], **ground)
    paper = Paper.objects.get(form="DECISION")
    assert (paper.state, paper.left_blank) == ("DRAFT", ["按决定核对全文"])


@pytest.mark.slow
def test_no_penalty_rules_out_the_draft_of_a_penalty(cast: Any) -> None:
    line = reviewed(cast)
    unpunished = resource_of(line).workflow_of(line).transitions["no_penalty"]
    kinds = next(a for a in unpunished.fields if a.name == "ground_kind").offered(line, cast[HEAD])
    does(cast, HEAD, line, "no_penalty", ground_kind=kinds[0][0], ground="Minor, corrected in time.")
    assert states(line)["DECISION"] == "WITHDRAWN"
