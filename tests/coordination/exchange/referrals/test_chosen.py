"""Only what was chosen goes out: what a referral leaves out is in nothing that its addressee or the head reads."""

import io
import zipfile
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from cases.casefile.models import Case
from coordination.documents.package import take_package
from coordination.exchange.referrals.models import Referral
from coordination.insight.search.actions import index_changed
from tests import stories

KEPT_BACK = ("Silent Trading", "HIDDEN-USCC", "Hidden Road 9", "Hidden germanium", "Hidden act")
GOES = ("Example Metals Ltd", "锑锭", "declared as zinc")


def with_two_matters(cast: Any) -> Case:
    """A case of two companies, each with an act and goods of its own."""
    case = stories.case(cast)
    silent = case.parties.create(name="Silent Trading", address="Hidden Road 9")
    silent.identifiers.create(scheme="USCC", value="HIDDEN-USCC", key="HIDDEN-USCC")
    hidden = case.acts.create(title="Hidden act")
    hidden.parties.add(silent)
    hidden.items.add(case.items.create(description="Hidden germanium"))
    known = case.acts.create(title="declared as zinc")
    known.parties.add(case.parties.get(name="Example Metals Ltd"))
    known.items.add(case.items.get(description="锑锭"))
    return case


def chosen(case: Case, what: str) -> dict[str, Any]:
    acts = case.acts.exclude(title="Hidden act")
    rows = case.parties.filter(name="Example Metals Ltd") if what == "parties" else acts
    known = {"offence": "SMUG_PROHIBITED", "receiver": "GACC_ASB", "title": "Antimony", "report": "Facts, evidence."}
    return {**known, what: [str(pk) for pk in rows.values_list("pk", flat=True)]}


def received(cast: Any, case: Case, what: str) -> Referral:
    """A transfer of the chosen rows that the bureau has received."""
    transfer = stories.transfer(cast, matter=case)
    officer, bureau = "customs.officer", "antismuggling.officer"
    drafted = [("edit", officer, chosen(case, what)), ("submit", officer, {})]
    sent = [("approve", "customs.head", stories.ON_PAPER), ("deliver", officer, {}), ("accept", bureau, {})]
    stories.walk(cast, transfer, [*drafted, *sent])
    return transfer


@pytest.mark.slow
@pytest.mark.parametrize("what", ["parties", "acts"])
def test_the_addressee_and_the_head_read_only_the_chosen_party_act_and_goods(cast: Any, what: str) -> None:
    case = with_two_matters(cast)
    transfer = stories.transfer(cast, matter=case)
    stories.walk(cast, transfer, [("edit", "customs.officer", chosen(case, what)), ("submit", "customs.officer", {})])
    for form in ("TRF_LETTER", "TRF_INVREP", "TRF_GOODSLIST"):
        paper = stories.paper_of(cast, "customs.officer", transfer, form)
        drawn = f"{paper.body} {paper.annexes} {paper.tables}"
        assert not [words for words in KEPT_BACK if words in drawn], form
    query = f"?resource=referrals&id={transfer.pk}"
    head = cast.browser("customs.head").get(reverse("approvals") + query).text
    assert [words for words in KEPT_BACK if words in head] == []
    assert all(words in head for words in GOES)
    missing = {"asked_papers": "Test report"}
    stories.walk(
        cast,
        Referral.objects.get(pk=transfer.pk),
        [
            ("approve", "customs.head", stories.ON_PAPER),
            ("deliver", "customs.officer", {}),
            ("accept", "antismuggling.officer", {}),
            ("ask_supplement", "antismuggling.officer", missing),
            ("supply", "customs.officer", {"supplied": "Here it is"}),
        ],
    )
    police = cast.browser("antismuggling.officer")
    page = reverse("referral", args=[transfer.pk])
    read = {
        "page": police.get(page).text,
        "API": police.get(f"/api/v1/referrals/{transfer.pk}/").text,
        "list": police.get("/api/v1/referrals/").text,
    }
    for place, text in read.items():
        assert [words for words in KEPT_BACK if words in text] == [], place
    assert all(words in read["page"] for words in GOES)
    assert all(words in read["API"] for words in GOES)
    assert transfer.packages.count() == 2
    index_changed()
    for words in KEPT_BACK:
        assert police.get("/api/v1/search/", {"q": words}).json()["results"] == [], words


def test_the_file_of_the_package_holds_nothing_that_was_left_out(cast: Any) -> None:
    case = with_two_matters(cast)
    transfer = received(cast, case, "parties")
    bundle = take_package(Referral.objects.get(pk=transfer.pk), actor=cast["antismuggling.officer"])
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as file:
        whole = "\n".join(file.read(name).decode(errors="ignore") for name in file.namelist())
    assert [words for words in KEPT_BACK if words in whole] == []
    assert all(words in whole for words in GOES)


def test_what_no_act_names_goes_with_any_choice_and_no_choice_means_the_whole_case(cast: Any) -> None:
    case = with_two_matters(cast)
    case.items.create(description="Loose crates")
    transfer = stories.transfer(cast, matter=case)
    stories.walk(cast, transfer, [("edit", "customs.officer", chosen(case, "parties"))])
    stories.walk(cast, transfer, [("submit", "customs.officer", {}), ("approve", "customs.head", stories.ON_PAPER)])
    content = transfer.packages.get().content
    assert [item["description"] for item in content["items"]] == ["锑锭", "Loose crates"]
    assert [act["title"] for act in content["acts"]] == ["declared as zinc"]
    whole = stories.transfer(cast, "APPROVED", case).packages.get().content
    assert {party["name"] for party in whole["parties"]} == {"Example Metals Ltd", "Silent Trading"}
    assert {act["title"] for act in whole["acts"]} == {"Hidden act", "declared as zinc"}


def test_a_chosen_party_that_left_the_case_does_not_widen_the_package_to_all(cast: Any) -> None:
    case = with_two_matters(cast)
    transfer = stories.transfer(cast, matter=case)
    stories.walk(cast, transfer, [("edit", "customs.officer", chosen(case, "parties"))])
    party = case.parties.get(name="Example Metals Ltd")
    type(party).everything.filter(pk=party.pk).update(removed_at=case.opened_at)
    stories.walk(cast, transfer, [("submit", "customs.officer", {}), ("approve", "customs.head", stories.ON_PAPER)])
    assert transfer.packages.get().content["parties"] == []


def test_only_goods_of_the_chosen_acts_are_handed_over_after_filing(cast: Any) -> None:
    case = with_two_matters(cast)
    theirs, others = (
        stories.lot(cast, case, item=str(case.items.get(description=words).pk))
        for words in ("锑锭", "Hidden germanium")
    )
    transfer = received(cast, case, "parties")
    filed = ("file", "antismuggling.head", {"external_number": "海缉立〔2026〕1号"})
    stories.walk(cast, transfer, [filed, ("hand_goods", "customs.officer", {})])
    for lot in (theirs, others):
        lot.refresh_from_db()
    assert (theirs.state, others.state) == ("OFFERED", "HELD")


TEXT_KINDS = {
    "transfer": (stories.transfer, "ACCEPTED", "antismuggling.officer", "Facts, evidence, basis."),
    "assistance": (stories.assistance, "IN_WORK", "commerce.officer", "Which?"),
    "lead_transfer": (
        partial(stories.assistance, kind="lead_transfer"),
        *("TAKEN_OVER", "commerce.officer", "Which?"),
    ),
    "notice": (stories.letter, "SENT", "commerce.officer", "Prices have moved."),
}
WARNINGS = ("As the addressee will read it", "the addressee reads it once it is sent")


def page_of(cast: Any, who: str, referral: Referral) -> str:
    return str(cast.browser(who).get(reverse("referral", args=[referral.pk])).text)


@pytest.mark.parametrize("kind", TEXT_KINDS)
def test_the_sender_is_warned_that_the_addressee_reads_the_report(cast: Any, kind: str) -> None:
    make, _state, _reader, words = TEXT_KINDS[kind]
    page = page_of(cast, "customs.officer", make(cast))
    assert "your agency only" not in page
    assert [words in page.split(warning)[1] for warning in WARNINGS if warning in page] == [True]
    assert page.count(words) == 1


@pytest.mark.parametrize("kind", TEXT_KINDS)
def test_both_sides_read_the_report_once_in_the_package_that_was_sent(cast: Any, kind: str) -> None:
    make, state, reader, words = TEXT_KINDS[kind]
    sent = make(cast, state)
    for who in ("customs.officer", reader):
        before, package = page_of(cast, who, sent).split("<h2>Package</h2>")
        assert (words in before, package.count(words)) == (False, 1), who
