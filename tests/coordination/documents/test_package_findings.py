"""A package freezes the chosen opinions and the verdicts of the control law, and its ZIP lists later corrections."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from django.urls import reverse

from agencies.journal.transitions import confirmed_by
from cases.casefile.correcting import change_row
from cases.casefile.models import Case
from cases.casefile.rows import ITEM
from coordination.documents.package import take_package
from coordination.exchange.opinions.models import Opinion
from coordination.exchange.referrals.chosen import opinions_to_send
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.packages import is_as_sent
from tests import stories

from .test_package_files import WALK, chosen, verified

OFFICER, BUREAU = "customs.officer", "antismuggling.officer"


def with_opinion(cast: Any) -> tuple[Referral, Opinion]:
    """A transfer with one of two opinions on its case, whose receipt is signed."""
    case = stories.shared_case(cast)
    goes = stories.agency_opinion(cast, "GIVEN", case, stance="conditions", conditions="Only with a licence")
    stories.agency_opinion(cast, "GIVEN", case, reasons="Kept at home")
    transfer = stories.transfer(cast, matter=Case.objects.get(pk=case.pk))
    stories.walk(cast, transfer, [("edit", OFFICER, {**chosen([]), "opinions": [str(goes.pk)]})])
    stories.walk(cast, transfer, list(WALK.values()))
    return transfer, goes


def unpacked(cast: Any, who: str, referral: Referral) -> dict[str, bytes]:
    bundle = take_package(referral, actor=cast[who])
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_only_the_chosen_opinion_goes_as_it_was_given(cast: Any, tmp_path: Path) -> None:
    transfer, goes = with_opinion(cast)
    [row] = transfer.packages.get().content["opinions"]
    assert (row["id"], row["agency"], row["stance"]) == (str(goes.pk), "MOFCOM_SCB", "conditions")
    assert (row["conditions"], row["question"]) == ("Only with a licence", goes.round.title)
    page = cast.browser(BUREAU).get(reverse("referral", args=[transfer.pk])).text
    assert "Only with a licence" in page
    assert "Kept at home" not in page
    files = unpacked(cast, BUREAU, transfer)
    assert "Only with a licence" in files["index.html"].decode()
    assert not [name for name, text in files.items() if b"Kept at home" in text]
    assert verified(tmp_path, files) == (0, False)


def test_an_agency_hands_on_its_own_opinions_and_those_that_it_asked_for(cast: Any) -> None:
    given = stories.agency_opinion(cast, "GIVEN")
    waiting = stories.agency_opinion(cast, "WITH_LEAD", Case.objects.get(pk=given.round.case_id))
    case = Case.objects.get(pk=given.round.case_id)
    for who in (OFFICER, "commerce.officer"):
        assert [pk for pk, _words in opinions_to_send(case, cast[who])] == [str(given.pk)], who
    assert opinions_to_send(case, cast[BUREAU]) == []
    assert waiting.round.case_id == case.pk


def test_each_verdict_of_the_control_law_is_frozen_with_the_version_of_the_rules(cast: Any) -> None:
    transfer = stories.transfer(cast, "ACCEPTED")
    control = transfer.packages.get().content["control"]
    version = control["rules"]  # of the rules when the story was played
    assert {row["item"] for row in control["verdicts"]} == {item.description for item in transfer.case.items.all()}
    assert all(row["verdict"] for row in control["verdicts"])
    page = cast.browser(BUREAU).get(reverse("referral", args=[transfer.pk])).text
    assert f"by version {version} of the rules" in page
    assert f"规则第{version}版" in unpacked(cast, BUREAU, transfer)["index.html"].decode()


def test_new_rules_alone_do_not_change_a_letter_that_came_back(cast: Any) -> None:
    request = stories.assistance(cast, "RETURNED")
    assert is_as_sent(request)
    package = request.packages.get()
    package.content["control"]["rules"] = 0
    package.save()
    assert is_as_sent(Referral.objects.get(pk=request.pk))


def test_the_zip_lists_the_corrections_that_followed_the_package(cast: Any, tmp_path: Path) -> None:
    transfer = stories.transfer(cast, "ACCEPTED")
    assert "corrections.json" not in unpacked(cast, BUREAU, transfer)
    case = Case.objects.get(pk=transfer.case_id)
    item = case.items.first()
    assert item is not None
    with confirmed_by(cast["customs.lead"]):
        change_row(
            *(ITEM, "change_item", case),
            actor=cast[OFFICER],
            item=str(item.pk),
            net_weight_kg="4900",
            reason="The scales were wrong",
        )
    stories.walk(cast, transfer, [("confirm_correction", BUREAU, {})])
    for who in (BUREAU, OFFICER):
        files = unpacked(cast, who, transfer)
        [row] = json.loads(files["corrections.json"])
        assert row["reason"] == "The scales were wrong"
        assert [change["now_words"] for change in row["changes"]] == ["4,900"]
        assert row["received_at"]
        assert "4,900" in files["index.html"].decode()
        assert verified(tmp_path, files) == (0, False)
        assert verified(tmp_path, files | {"corrections.json": b"[]"}) == (1, False)


def test_a_conversion_carries_files_as_the_other_transfers_do(cast: Any) -> None:
    inside = stories.bureau_proceeding(cast)
    goes = stories.attachment(cast, "agency", inside.case, by=BUREAU, title="Weighing note")
    stories.attachment(cast, "agency", inside.case, by=BUREAU, title="Stays in the office")
    conversion = stories.conversion(cast, "CONVERTED", inside, files=[str(goes.pk)])
    [row] = conversion.packages.get().content["files"]
    assert (row["title"], row["sha256"]) == ("Weighing note", goes.sha256)
    browser = cast.browser("antismuggling.head")
    assert browser.get(reverse("package_file_content", args=[conversion.pk, goes.pk])).status_code == 200
    assert "files/01-Weighing_note.pdf" in unpacked(cast, "antismuggling.head", conversion)


def test_a_reverse_transfer_has_the_same_folder(cast: Any, tmp_path: Path) -> None:
    inside = stories.criminal(cast)
    stories.let_go(cast, inside)
    goes = stories.attachment(cast, "agency", inside.case, by=BUREAU, title="Statement of the driver")
    back = stories.returned(cast, "RESUMED", inside, files=[str(goes.pk)])
    page = cast.browser(OFFICER).get(reverse("referral", args=[back.pk])).text
    assert "Statement of the driver" in page
    assert "The control law on the goods" in page
    files = unpacked(cast, OFFICER, back)
    assert "files/01-Statement_of_the_driver.pdf" in files
    assert verified(tmp_path, files) == (0, False)
