"""The procuratorate, reconsideration agency and court that papers name: known, named by two persons, or blank."""

from typing import Any

import pytest
from django.urls import reverse

from agencies.confirmations.actions import request_beside
from agencies.confirmations.models import Confirmation
from agencies.kernel.errors import Forbidden, Invalid, TransitionRefused
from agencies.kernel.reference import read_csv
from agencies.organisations.beside import DATA, AssignedBodyNames, beside, procuratorate_beside
from agencies.organisations.models import Agency
from tests import stories

NAMED = {"procuratorate": "示例市人民检察院", "reconsideration": "海关总署", "court": "示例市中级人民法院"}


def request(cast: Any, by: str = "customs.admin", code: str = "GACC", **changes: str) -> Confirmation:
    named = {"paper": "署函〔2026〕1号", **NAMED, **changes}
    return request_beside(Agency.objects.get(code=code), actor=cast[by], **named)


def test_customs_districts_have_the_next_higher_customs_and_every_row_names_known_procuratorates(db: None) -> None:
    """ARL art. 27."""
    districts = Agency.objects.filter(code__startswith="CUS_")
    assert districts.count() > 40
    for agency in districts:
        assert beside(agency).reconsideration == "海关总署", agency
        assert beside(agency).procuratorate == "", agency
    for row in read_csv(DATA):
        assert Agency.objects.filter(code=row["agency"]).exists(), row
        assert row["procuratorate_zh"] in ("", "最高人民检察院")


def test_two_persons_name_the_bodies_and_papers_follow(cast: Any) -> None:
    customs = Agency.objects.get(code="GACC")
    asked = request(cast)
    assert beside(customs).procuratorate == "最高人民检察院"
    page = cast.browser("customs.head").get(reverse("confirmation", args=[asked.pk])).text
    assert "<del>最高人民检察院</del> → <ins>示例市人民检察院</ins>" in page
    stories.walk(cast, asked, [("confirm", "customs.head", {})])
    assert asked.state == "COMPLETED"
    assert beside(customs) == AssignedBodyNames(**NAMED)
    assert procuratorate_beside(customs) is None  # not in the system
    letter = stories.paper(cast, about=stories.transfer(cast, "APPROVED"))
    assert letter.copies == "示例市人民检察院"


def test_an_unknown_procuratorate_is_a_blank_that_blocks_the_issue_of_the_letter(cast: Any) -> None:
    stories.walk(cast, request(cast, procuratorate=""), [("confirm", "customs.head", {})])
    letter = stories.paper(cast, about=stories.transfer(cast, "APPROVED"))
    assert letter.copies == "【同级人民检察院】"
    with pytest.raises(TransitionRefused, match="同级人民检察院"):
        stories.walk(cast, letter, [("issue", "customs.head", {})])


def test_it_needs_a_paper_a_change_and_the_right_administrator(cast: Any) -> None:
    for changes in ({"paper": " "}, {"procuratorate": "最高人民检察院", "court": "北京市第二中级人民法院"}):
        with pytest.raises(Invalid):
            request(cast, **changes)
    for who in ("antismuggling.admin", "customs.officer"):
        with pytest.raises(Forbidden):
            request(cast, who)
    request(cast)
    with pytest.raises(TransitionRefused):
        request(cast, court="另一法院")


def test_one_person_alone_confirms_nothing_and_a_changed_entry_is_refused(cast: Any) -> None:
    first = request(cast, code="CUS_2200", by="sysadmin")
    assert (
        cast.browser("sysadmin").post(reverse("verb", args=["confirmations", first.pk, "confirm"])).status_code == 403
    )
    asked = request(cast)
    Confirmation.objects.filter(pk=asked.pk).update(before={"procuratorate": "", "reconsideration": "", "court": ""})
    asked.refresh_from_db()
    with pytest.raises(TransitionRefused):
        stories.walk(cast, asked, [("confirm", "customs.head", {})])


@pytest.mark.parametrize(("language", "blank"), [("en", "left blank"), ("zh-hans", "留空")])
def test_the_page_shows_what_papers_name_now_and_takes_the_request(cast: Any, language: str, blank: str) -> None:
    browser = cast.browser("sysadmin", language)
    page = browser.get(reverse("beside_named")).text
    assert "北京市第二中级人民法院" in page
    assert blank in page
    assert 'value="海关总署"' in browser.get(f"{reverse('beside_named')}?agency=CUS_0100").text
    given = {"agency": "CUS_0100", "paper": "京关函〔2026〕1号", **NAMED}
    answer = browser.post(reverse("beside_named"), given)
    asked = Confirmation.objects.get(kind="beside")
    assert answer["Location"] == reverse("confirmation", args=[asked.pk])
    assert asked.answers == NAMED
