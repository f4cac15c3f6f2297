"""Evidence files go with a referral: chosen one by one, frozen with digests, opened by who reads the package."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cases.casefile.models import Case
from cases.files.models import Attachment
from cases.papers.files import stored_content
from cases.proceedings.actions import open_proceeding
from cases.proceedings.models import Proceeding
from coordination.documents.package import take_package
from coordination.exchange.referrals.chosen import files_to_send
from coordination.exchange.referrals.models import Referral
from coordination.exchange.referrals.packages import handed_over
from tests import stories

OFFICER, BUREAU = "customs.officer", "antismuggling.officer"
PEOPLE = (OFFICER, BUREAU, "commerce.officer", "police.officer", "procurator", "centre.coordinator", "customs.admin")
ORIGIN = {"volume": "卷2，第15—40页", "pages": 26, "collected_by": "王某、李某"}
WALK = {
    "HEAD_DECISION": ("submit", OFFICER, {}),
    "APPROVED": ("approve", "customs.head", stories.ON_PAPER),
    "DELIVERED": ("deliver", OFFICER, {}),
    "ACCEPTED": ("accept", BUREAU, {}),
}


def chosen(files: Iterable[Attachment]) -> dict[str, Any]:
    known = {"offence": "SMUG_PROHIBITED", "receiver": "GACC_ASB", "title": "Antimony", "report": "Facts, evidence."}
    return {**known, "files": [str(file.pk) for file in files]}


def with_files(cast: Any, state: str, matter: Case | None = None) -> tuple[Referral, Attachment, Attachment]:
    """A transfer of which one of two files goes, walked to `state`; the file that goes, and the one that stays."""
    case = matter or stories.case(cast)
    goes = stories.attachment(cast, "agency", case, title="询问笔录", **ORIGIN)
    stays = stories.attachment(cast, "agency", case, title="Stays at home")
    transfer = stories.transfer(cast, matter=case)
    stories.walk(cast, transfer, [("edit", OFFICER, chosen([goes]))])
    for reached, step in WALK.items():
        if state == "DRAFT_REPORT":
            break
        stories.walk(cast, transfer, [step])
        if reached == state:
            break
    return transfer, goes, stays


def openers(cast: Any, referral: Referral, file: Attachment) -> set[str]:
    """Who opens the file through the package, by page, download and API alike."""
    found = set()
    for who in PEOPLE:
        browser, args = cast.browser(who), [referral.pk, file.pk]
        urls = [reverse("package_file", args=args), reverse("package_file_content", args=args)]
        answers = {browser.get(url).status_code for url in (*urls, reverse("api-referrals-files-one", args=args))}
        assert answers in ({200}, {404}, {403}, {403, 404}), (who, answers)
        found |= {who} if answers == {200} else set()
    return found


@pytest.mark.slow
def test_only_the_chosen_file_is_frozen_with_its_origin_and_digest(cast: Any) -> None:
    transfer, goes, stays = with_files(cast, "APPROVED")
    [row] = transfer.packages.get().content["files"]
    assert (row["id"], row["number"], row["sha256"]) == (str(goes.pk), 1, goes.sha256)
    assert (row["volume"], row["pages"], row["collected_by"]) == ("卷2，第15—40页", 26, "王某、李某")
    assert stays.title not in json.dumps(transfer.packages.get().content)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("state", "readers"),
    [
        pytest.param("APPROVED", {OFFICER, "centre.coordinator"}, marks=pytest.mark.slow),
        pytest.param("DELIVERED", {OFFICER, "centre.coordinator"}, marks=pytest.mark.slow),
        ("ACCEPTED", {OFFICER, BUREAU, "centre.coordinator"}),
    ],
)
def test_who_reads_the_package_opens_its_files_and_no_other_file(cast: Any, state: str, readers: set[str]) -> None:
    transfer, goes, stays = with_files(cast, state)
    assert openers(cast, transfer, goes) == readers
    assert openers(cast, transfer, stays) == set()


@pytest.mark.slow
@pytest.mark.both_databases
@pytest.mark.parametrize(
    "ends",
    [
        [("not_file", "antismuggling.head", {"ending_reason": "No crime"}), ("accept_non_filing", OFFICER, {})],
        [
            ("disown", "antismuggling.head", {"reason": "No smuggling"}),
            ("send_back", BUREAU, {"competent": "MOFCOM_SCB", "ending_reason": "A matter of licences"}),
        ],
    ],
)
def test_the_right_ends_when_the_file_is_returned(cast: Any, ends: list[Any]) -> None:
    transfer, goes, _stays = with_files(cast, "ACCEPTED")
    stories.walk(cast, transfer, ends)
    assert BUREAU not in openers(cast, transfer, goes)


@pytest.mark.slow
def test_a_withdrawn_transfer_and_a_restricted_case_open_nothing_to_others(cast: Any) -> None:
    transfer, goes, _stays = with_files(cast, "DELIVERED", stories.case(cast, handling="H3"))
    assert openers(cast, transfer, goes) == {OFFICER}
    stories.walk(cast, transfer, [("call_off", "customs.head", {"ending_reason": "Sent in error"})])
    assert openers(cast, transfer, goes) == {OFFICER}


@pytest.mark.slow
def test_a_file_that_is_withdrawn_after_the_hand_over_stays_what_was_handed_over(cast: Any) -> None:
    transfer, goes, _stays = with_files(cast, "ACCEPTED")
    stories.walk(cast, goes, [("withdraw", "customs.lead", {"reason": "a better copy exists"})])
    assert BUREAU in openers(cast, transfer, goes)
    assert not Attachment.objects.visible_to(cast[BUREAU]).exists()


@pytest.mark.slow
def test_a_file_that_is_withdrawn_before_the_approval_does_not_go(cast: Any) -> None:
    transfer, goes, _stays = with_files(cast, "HEAD_DECISION")
    stories.walk(cast, goes, [("withdraw", "customs.lead", {"reason": "wrong case"})])
    stories.walk(cast, transfer, [WALK["APPROVED"]])
    assert "files" not in transfer.packages.get().content


@pytest.mark.slow
def test_the_wall_inside_a_bureau_holds_for_a_file_that_one_side_sent(cast: Any) -> None:
    case = stories.shared_case(cast)
    stories.transfer(cast, "FILED", case)
    Proceeding.objects.filter(case=case, kind="criminal").update(handler=cast["antismuggling.lead"].id)
    open_proceeding(Case.objects.get(pk=case.pk), actor=cast[BUREAU], kind="customs")
    file = stories.attachment(cast, "agency", Case.objects.get(pk=case.pk), by="antismuggling.lead")
    made = stories.assistance(cast, matter=Case.objects.get(pk=case.pk))
    Referral.objects.filter(pk=made.pk).update(sender=file.agency, drafter=cast["antismuggling.lead"].id)
    sent = Referral.objects.get(pk=made.pk)
    sent.files.add(file)
    stories.walk(cast, sent, [("send", "antismuggling.lead", {})])
    opened = {BUREAU, "antismuggling.lead", "antismuggling.head", "commerce.officer"}
    assert {who for who in opened if str(file.pk) in handed_over(sent, cast[who])} == opened - {BUREAU}


@pytest.mark.slow
def test_a_supplement_adds_files_and_each_keeps_its_number(cast: Any) -> None:
    transfer, goes, stays = with_files(cast, "ACCEPTED")
    asked = ("ask_supplement", BUREAU, {"asked_papers": "The record of the search"})
    stories.walk(cast, transfer, [asked])
    page = cast.browser(OFFICER).get(reverse("verb", args=["referrals", transfer.pk, "supply"])).text
    assert (stays.title in page, goes.title in page) == (True, False)
    stories.walk(cast, transfer, [("supply", OFFICER, {"supplied": "Here it is", "files": [str(stays.pk)]})])
    rows = [[(row["number"], row["id"]) for row in one.content["files"]] for one in transfer.packages.all()]
    assert rows == [[(1, str(goes.pk))], [(2, str(stays.pk))]]
    assert BUREAU in openers(cast, transfer, stays)


@pytest.mark.slow
def test_the_zip_holds_each_file_and_the_verifier_compares_it(cast: Any, tmp_path: Path) -> None:
    transfer, goes, _stays = with_files(cast, "ACCEPTED")
    bundle = take_package(transfer, actor=cast[BUREAU])
    with zipfile.ZipFile(io.BytesIO(bundle.content)) as package:
        files = {name: package.read(name) for name in package.namelist()}
    assert files["files/01-询问笔录.pdf"] == stored_content(goes)
    assert "卷2，第15—40页" in files["index.html"].decode()
    assert verified(tmp_path, files) == (0, False)
    assert verified(tmp_path, files | {"files/01-询问笔录.pdf": b"%PDF-1.4 another"}) == (1, False)
    index = json.loads(files["index.json"])
    index["files"] = [one for one in index["files"] if one["kind"] != "evidence file"]
    without = {name: text for name, text in files.items() if not name.startswith("files/")}
    assert verified(tmp_path, without | {"index.json": json.dumps(index).encode()}) == (0, True)


def verified(folder: Path, files: dict[str, bytes]) -> tuple[int, bool]:
    """The exit status of the verifier on such a package, and whether it names a file that is not in it."""
    program, path = folder / "verify_package.py", folder / "package.zip"
    program.write_bytes(files["verify_package.py"])
    with zipfile.ZipFile(path, "w") as package:
        for name, text in files.items():
            package.writestr(name, text)
    run = [sys.executable, "-I", "-S", str(program), str(path)]
    found = subprocess.run(run, capture_output=True, text=True, check=False)
    return found.returncode, "not in this package" in found.stdout


@pytest.mark.slow
def test_the_agency_that_received_a_file_may_hand_it_on(cast: Any) -> None:
    transfer, goes, stays = with_files(cast, "ACCEPTED")
    offered = dict(files_to_send(Case.objects.get(pk=transfer.case_id), cast[BUREAU]))
    assert (str(goes.pk) in offered, str(stays.pk) in offered) == (True, False)


def test_another_agency_cannot_choose_a_file_that_it_does_not_read(cast: Any) -> None:
    case = stories.shared_case(cast)
    kept = stories.attachment(cast, "agency", case)
    read = stories.attachment(cast, "case", case)
    assert {pk for pk, _words in files_to_send(case, cast["commerce.officer"])} == {str(read.pk)}
    assert {pk for pk, _words in files_to_send(case, cast[OFFICER])} == {str(kept.pk), str(read.pk)}


@pytest.mark.slow
def test_every_letter_of_the_sender_lists_the_files_that_go(cast: Any) -> None:
    transfer, _goes, stays = with_files(cast, "APPROVED")
    letter = stories.paper_of(cast, OFFICER, transfer, "TRF_LETTER")
    assert "询问笔录（卷2，第15—40页，共26页）" in letter.annexes
    assert stays.title not in letter.annexes
