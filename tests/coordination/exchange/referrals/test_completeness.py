"""The checklist of a transfer blocks its hand-over until it is complete, or who approves it overrides it."""

from typing import Any

import pytest
from django.urls import reverse

from agencies.kernel.errors import Forbidden
from coordination.exchange.referrals.completeness import missing_parts
from coordination.exchange.referrals.models import Referral
from tests import stories
from tests.refusals import invalid_at, refused_for

FORMS = ("TRF_LETTER", "TRF_INVREP", "TRF_GOODSLIST")


def fresh(referral: Referral) -> Referral:
    return Referral.objects.get(pk=referral.pk)


def test_an_incomplete_transfer_is_not_handed_over_until_its_parts_are_there(cast: Any) -> None:
    transfer = stories.transfer(cast, "HEAD_DECISION")
    with invalid_at("/incomplete_because"):
        stories.walk(cast, transfer, [("approve", "customs.head", {})])
    stories.walk(cast, transfer, [("approve", "customs.head", stories.ON_PAPER)])
    Referral.objects.filter(pk=transfer.pk).update(incomplete_because="")
    with refused_for("checklist"):
        stories.walk(cast, fresh(transfer), [("deliver", "customs.officer", {})])
    keys = {part.key for part in missing_parts(fresh(transfer))}
    assert keys == {"acts", "letter", "investigation", "goods", "evidence"}
    transfer.case.acts.create(title="declared as zinc")
    for form in FORMS:
        paper = stories.paper_of(cast, "customs.officer", transfer, form)
        body = paper.body.replace("【", "").replace("】", "")
        stories.walk(
            cast,
            paper,
            [("edit", "customs.officer", {"title": paper.title, "addressee": paper.addressee, "body": body})],
        )
        stories.walk(cast, paper, [("issue", "customs.head", {})])
    stories.incoming(cast, "SHARED", transfer.case)
    assert missing_parts(fresh(transfer)) == []
    stories.walk(cast, fresh(transfer), [("deliver", "customs.officer", {})])
    assert fresh(transfer).state == "DELIVERED"


def test_a_test_report_proves_the_qualification_of_its_laboratory(cast: Any) -> None:
    transfer = stories.transfer(cast)
    stories.incoming(cast, "SHARED", transfer.case, title="检验报告")
    assert "qualification" in {part.key for part in missing_parts(fresh(transfer))}
    for one in transfer.case.incoming_papers.all():
        stories.walk(cast, one, [("withdraw", "customs.lead", {"reason": "without laboratory"})])
    qualified = {"laboratory": "Customs laboratory", "accreditation": "CNAS L0095, metals"}
    report = stories.incoming(cast, "SHARED", transfer.case, title="检验报告", **qualified)
    assert "qualification" not in {part.key for part in missing_parts(fresh(transfer))}
    page = cast.browser("customs.officer").get(reverse("incoming", args=[report.pk])).text
    assert "CNAS L0095, metals" in page
    letter = stories.paper_of(cast, "customs.officer", transfer, "TRF_LETTER")
    assert "Customs laboratory（资质：CNAS L0095, metals）" in letter.body


def test_only_who_approves_overrides_it_with_a_reason_and_the_package_says_so(cast: Any) -> None:
    transfer = stories.transfer(cast, "APPROVED")
    content = transfer.packages.get().content
    assert content["checklist"]["letter"] is False
    assert content["incomplete_because"] == stories.ON_PAPER["incomplete_because"]
    with pytest.raises(Forbidden):
        stories.walk(cast, transfer, [("override_checklist", "customs.officer", stories.ON_PAPER)])
    stories.walk(cast, transfer, [("deliver", "customs.officer", {}), ("accept", "antismuggling.officer", {})])
    read_by_police = cast.browser("antismuggling.officer").get(reverse("referral", args=[transfer.pk])).text
    assert stories.ON_PAPER["incomplete_because"] in read_by_police


def test_the_page_shows_it_from_the_first_draft(cast: Any) -> None:
    transfer = stories.transfer(cast)
    page = cast.browser("customs.officer").get(reverse("referral", args=[transfer.pk])).content.decode()
    assert "Checklist of the transfer" in page
    assert "Investigation report" in page
