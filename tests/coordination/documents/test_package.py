"""The referral package as one file, and the program in it that verifies it offline."""

import ast
import hashlib
import io
import json
import subprocess
import sys
import zipfile

import pytest
from django.urls import reverse

from agencies.journal.models import Event
from coordination.exchange.referrals.models import Referral
from tests import stories
from tests.kept_stories import story


def take(cast, who, transfer):
    return cast.browser(who).post(reverse("referral_package", args=[transfer.pk]))


@story
def accepted(cast):
    """A transfer with an issued letter, its signed copy and a shared scan of the procuratorate. It may be a story: no
    test of this file removes the files of scans."""
    case = stories.case(cast)
    stories.incoming(cast, "SHARED", case, title="检察意见书", file=stories.scan("opinion"))
    stories.incoming(cast, "KEPT", case, title="Kept", file=stories.scan("kept at home"))
    transfer = stories.transfer(cast, "APPROVED", case)
    letter = stories.paper(cast, "ISSUED", transfer)
    stories.paper_of(cast, "customs.officer", transfer, "TRF_GOODSLIST")
    stories.walk(cast, letter, [("file_scan", "customs.officer", {"file": stories.scan("signed")})])
    stories.walk(cast, transfer, [("deliver", "customs.officer", {}), ("accept", "antismuggling.officer", {})])
    return transfer


def opened(answer):
    assert answer.status_code == 200, answer.content
    return zipfile.ZipFile(io.BytesIO(answer.content))


def verify(path, *more):
    """Runs the program from the package, as a recipient would, without our modules on its path."""
    with zipfile.ZipFile(path) as package:
        program = path.with_name("verify_package.py")
        program.write_bytes(package.read("verify_package.py"))
    return subprocess.run(
        [sys.executable, "-I", "-S", str(program), str(path), *more], capture_output=True, text=True, check=False
    )


def rewritten(content, change):
    """The package with some files changed: name → bytes, or None to remove one."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        files = {name: old.read(name) for name in old.namelist()}
        for name, text in change(files).items():
            new.writestr(name, text)
    return made.getvalue()


def test_the_package_holds_contents_papers_scans_index_and_verifier(cast):
    package = opened(take(cast, "antismuggling.officer", accepted(cast)))
    index = json.loads(package.read("index.json"))
    assert set(package.namelist()) == {one["path"] for one in index["files"]} | {"index.json"}
    assert [one["path"] for one in index["frozen"]] == ["frozen/1.json"]
    kinds = [one["kind"] for one in index["files"]]
    assert kinds.count("paper") == kinds.count("signed copy") == kinds.count("incoming paper") == 1
    assert package.read("evidence/01.pdf") == stories.scan("opinion").read()
    assert b"kept at home" not in b"".join(package.read(name) for name in package.namelist())
    page = package.read("index.html").decode()
    assert "移送包目录" in page
    assert "检察意见书" in page


def test_anyone_with_the_package_verifies_it_offline(cast, tmp_path):
    answer = take(cast, "customs.officer", accepted(cast))
    path = tmp_path / "package.zip"
    path.write_bytes(answer.content)
    shown = verify(path, "--index", answer["X-Index-SHA256"])
    assert (shown.returncode, shown.stderr) == (0, ""), shown.stdout
    assert "WHOLE" in shown.stdout


def forge_letter(files):
    return {**files, "papers/01-TRF_LETTER.html": b"another letter"}


def drop_scan(files):
    return {name: text for name, text in files.items() if name != "evidence/01.pdf"}


def slip_in(files):
    return {**files, "papers/99.html": b"slipped in"}


def forge_with_index(files):
    """A skilled forger also changes the index; the frozen digest reveals it."""
    index = json.loads(files["index.json"])
    forged = files["frozen/1.json"].replace("锑锭".encode(), "铁锭".encode())
    for one in index["files"]:
        if one["path"] == "frozen/1.json":
            one["sha256"] = hashlib.sha256(forged).hexdigest()
    return {**files, "frozen/1.json": forged, "index.json": json.dumps(index).encode()}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (forge_letter, "papers/01-TRF_LETTER.html has been changed"),
        (drop_scan, "evidence/01.pdf is missing"),
        (slip_in, "papers/99.html is not in the index"),
        (forge_with_index, "does not have the digest it had at hand-over"),
    ],
)
def test_changed_files_are_named(cast, tmp_path, change, words):
    path = tmp_path / "package.zip"
    path.write_bytes(rewritten(take(cast, "customs.officer", accepted(cast)).content, change))
    shown = verify(path)
    assert shown.returncode == 1, shown.stdout
    assert words in shown.stdout
    assert "CHANGED" in shown.stdout


def test_a_forged_index_is_detected_by_the_digest_of_the_download(cast, tmp_path):
    answer = take(cast, "customs.officer", accepted(cast))
    path = tmp_path / "package.zip"
    path.write_bytes(rewritten(answer.content, lambda files: {**files, "index.json": files["index.json"] + b" "}))
    assert verify(path).returncode == 0
    assert verify(path, "--index", answer["X-Index-SHA256"]).returncode == 1


def test_a_file_that_is_no_package_is_reported(cast, tmp_path):
    program = tmp_path / "verify_package.py"
    package = opened(take(cast, "customs.officer", accepted(cast)))
    program.write_bytes(package.read("verify_package.py"))
    for content in (b"", b"PK\x03\x04 broken", b"words"):
        (tmp_path / "x.zip").write_bytes(content)
        output = subprocess.run(
            [sys.executable, "-I", str(program), str(tmp_path / "x.zip")], capture_output=True, text=True, check=False
        )
        assert output.returncode == 2
        assert "Traceback" not in output.stderr


def test_the_verifier_is_python_of_three_eight(cast):
    package = opened(take(cast, "customs.officer", accepted(cast)))
    tree = ast.parse(package.read("verify_package.py"), feature_version=(3, 8))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert imported == {"argparse", "hashlib", "json", "sys", "zipfile"}


@pytest.mark.parametrize(
    ("state", "who", "status"),
    [
        ("DRAFT_REPORT", "customs.officer", 409),
        ("APPROVED", "customs.officer", 200),
        ("APPROVED", "antismuggling.officer", 404),
        ("DELIVERED", "antismuggling.officer", 403),
        ("DELIVERED", "procurator", 403),
        ("ACCEPTED", "antismuggling.officer", 200),
        ("ACCEPTED", "commerce.officer", 404),
        ("ACCEPTED", "centre.coordinator", 200),
    ],
)
def test_only_readers_of_the_package_download_it(cast, state, who, status):
    transfer = stories.transfer(cast, state)
    assert take(cast, who, transfer).status_code == status
    assert cast.browser(who).post(f"/api/v1/referrals/{transfer.pk}/package/").status_code == status


def test_the_download_is_recorded_in_the_journal(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    answer = take(cast, "antismuggling.officer", transfer)
    event = Event.objects.get(object_id=transfer.pk, verb="take_package")
    assert (event.agency_id, event.visibility) == (cast["antismuggling.officer"].agency_id, "own")
    assert event.note.data["sha256"] == answer["X-Index-SHA256"]


def test_the_same_contents_give_the_same_file(cast):
    transfer = accepted(cast)
    first, second = (take(cast, "customs.officer", transfer).content for _ in range(2))
    assert first == second


def test_it_is_taken_by_a_button_and_not_by_a_link(cast):
    transfer = stories.transfer(cast, "ACCEPTED")
    url = reverse("referral_package", args=[transfer.pk])
    browser = cast.browser("antismuggling.officer")
    assert browser.get(url).status_code == 405
    assert f'action="{url}"' in browser.get(reverse("referral", args=[transfer.pk])).content.decode()
    envelope = stories.transfer(cast, "DELIVERED")
    page = browser.get(reverse("referral", args=[envelope.pk])).content.decode()
    assert reverse("referral_package", args=[envelope.pk]) not in page


@pytest.mark.slow
def test_scans_that_are_too_large_together_are_refused(cast, settings):
    transfer = accepted(cast)
    settings.PACKAGE_MAX_BYTES = 1024 * 1024
    assert take(cast, "customs.officer", transfer).status_code == 409
    assert Referral.objects.filter(pk=transfer.pk).exists()
