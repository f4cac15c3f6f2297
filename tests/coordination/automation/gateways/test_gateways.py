"""Reports arrive as signed packages from networks without a connection; nothing is lost, doubled or taken unsigned."""

import fcntl
import hashlib
import io
import json
import tracemalloc
import zipfile
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.kernel import times
from agencies.kernel.actor import SYSTEM
from agencies.kernel.errors import Invalid
from agencies.machines.actions import create_key
from agencies.organisations.models import Agency
from cases.intake.models import Lead, ReportFile
from coordination.automation.gateways.actions import take_package
from coordination.automation.gateways.folder import watch_folder
from coordination.automation.gateways.models import Gateway, GatewayPackage
from coordination.automation.gateways.receipts import public_key, receipt_of
from tests.refusals import refused_for

KEY = Ed25519PrivateKey.generate()
MANIFEST = b"container;seal\nTGHU1234567;A1\n"


def public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def gateway(db: None) -> Gateway:
    agency = Agency.objects.get(code="GACC")
    client = create_key("port gate", agency, ["leads:write"], actor=SYSTEM, sources=["GATE"]).key.client
    return Gateway.objects.create(client=client, public_key=public(KEY))


def report(ref: str, version: int = 1, **changes: Any) -> dict[str, Any]:
    least = {"source_system": "GATE", "source_ref": ref, "report_type": "t", "title": f"Report {ref}"}
    return least | {"source_version": version} | changes


def packed(gateway: Gateway, number: int, *reports: Any, key: Ed25519PrivateKey = KEY, **more: Any) -> bytes:
    """A package as its sender makes it. `files`: (source_ref, content); `named`: files that the manifest names besides;
    `changed`: entries replaced after signing."""
    lines = b"".join(json.dumps(one).encode() + b"\n" for one in reports)
    named, entries = [], {"reports.ndjson": lines}
    named += more.get("named", ())
    for n, (ref, content) in enumerate(more.get("files", ())):
        entries[f"files/{n}.csv"] = content
        about = {"source_system": "GATE", "report_type": "t", "source_ref": ref, "title": "Manifest"}
        named.append({"path": f"files/{n}.csv", "sha256": digest(content), **about})
    manifest = json.dumps({
        "format": "coordination-package/1",
        "sender": str(gateway.client_id),
        "sequence": number,
        "made_at": times.now().isoformat(),
        "reports_sha256": digest(lines),
        "files": named,
    }).encode()  # fmt: skip
    entries |= {"manifest.json": manifest, "manifest.sig": key.sign(manifest)} | more.get("changed", {})
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for name, content in entries.items():
            out.writestr(name, content)
    return made.getvalue()


def taken(data: bytes) -> GatewayPackage:
    return take_package(data, actor=SYSTEM)[0]


def test_each_report_and_file_of_a_package_has_its_result(gateway: Gateway) -> None:
    reports = [report("1"), report("2", title=""), {"nonsense": True}, report("3", source_system="ANOTHER")]
    package = taken(packed(gateway, 1, *reports, files=[("1", MANIFEST), ("9", b"a;b\n")]))
    found = [(one.get("line") or one["file"], one["status"], one.get("effect")) for one in package.results]
    assert found == [
        (1, 201, "new"), (2, 400, None), (3, 400, None), (4, 403, None),
        ("files/0.csv", 201, None), ("files/1.csv", 404, None),
    ]  # fmt: skip
    assert package.counts == {"new": 1, "refused": 4, "file": 1}
    lead = Lead.objects.get()
    assert (lead.source_ref, lead.client) == ("1", gateway.client)
    assert ReportFile.objects.get(lead=lead).sha256 == digest(MANIFEST)


def test_a_package_that_comes_again_changes_nothing_and_another_with_its_number_is_refused(gateway: Gateway) -> None:
    data = packed(gateway, 1, report("1"))
    first, again = take_package(data, actor=SYSTEM), take_package(data, actor=SYSTEM)
    assert (first[1], again[1], first[0].pk == again[0].pk) == (True, False, True)
    with refused_for("sequence"):
        taken(packed(gateway, 1, report("2")))
    assert Lead.objects.count() == 1


def test_packages_out_of_order_leave_the_newest_and_name_the_missing(gateway: Gateway) -> None:
    taken(packed(gateway, 3, report("1", version=3, title="Third")))
    assert gateway.missing == [1, 2]
    late = taken(packed(gateway, 1, report("1", version=1, title="First")))
    assert late.counts == {"stale": 1}
    assert (Lead.objects.get().title, gateway.missing) == ("Third", [2])
    unordered = taken(packed(gateway, 4, {**report("5"), "source_version": ""}))
    assert unordered.results[0]["errors"] == [{"pointer": "/source_version", "code": "required"}]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda gateway: packed(gateway, 1, report("1"), key=Ed25519PrivateKey.generate()), "signature"),
        (lambda gateway: packed(gateway, 1, report("1"), changed={"reports.ndjson": b"{}\n"}), "digest"),
        (lambda gateway: packed(gateway, 1, report("1"), changed={"more.txt": b"x"}), "entries"),
        (lambda gateway: packed(gateway, 1, report("1"), changed={"manifest.json": b"{}"}), "manifest"),
        (lambda gateway: packed(gateway, 1, report("1"), changed={"manifest.sig": b"short"}), "signature"),
        (lambda gateway: packed(gateway, 1, report("1"))[:-40], "package"),
        (lambda gateway: b"no ZIP", "package"),
    ],
)
def test_what_was_changed_on_the_way_is_refused_whole(gateway: Gateway, wrong: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        taken(wrong(gateway))
    assert [(one.pointer, one.code) for one in refused.value.errors] == [("/package", code)]
    assert not Lead.objects.exists()


def lying(package: bytes, entry: str, content: bytes) -> bytes:
    """The package with an entry that unpacks to more than the ZIP states."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as sent, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name in sent.namelist():
            out.writestr(name, content if name == entry else sent.read(name))
        stated = out.getinfo(entry)
        stated.file_size = 100  # as the list at the end of the ZIP repeats it
    return made.getvalue()


def test_an_entry_that_unpacks_to_more_than_it_states_is_not_unpacked(gateway: Gateway) -> None:
    data = lying(packed(gateway, 1, report("1")), "reports.ndjson", b" " * 50_000_000)
    assert len(data) < 100_000
    tracemalloc.start()
    with pytest.raises(Invalid, match="not a complete package"):
        taken(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000_000


@pytest.mark.parametrize("path", ["../1.csv", "files/../../1.csv", "/etc/1.csv", "files/a/b.csv", "files/.."])
def test_a_path_outside_the_files_of_the_package_is_refused(gateway: Gateway, path: str) -> None:
    about = {"source_system": "GATE", "report_type": "t", "source_ref": "1", "title": "Manifest"}
    file = {"path": path, "sha256": digest(MANIFEST), **about}
    with pytest.raises(Invalid) as refused:
        taken(packed(gateway, 1, report("1"), named=[file], changed={path: MANIFEST}))
    assert refused.value.errors[0].code in ("manifest", "digest", "package")
    assert not Lead.objects.exists()


def test_a_number_far_ahead_is_refused_and_missing_numbers_are_named_as_ranges(gateway: Gateway) -> None:
    with refused_for("sequence"):
        taken(packed(gateway, 2_000_000_000, report("1")))
    assert not Lead.objects.exists()
    for number in (4, 6):
        taken(packed(gateway, number, report("1")))
    assert (gateway.missing, gateway.missing_words) == ([1, 2, 3, 5], "1–3, 5")


def test_a_file_reaches_only_reports_of_the_same_system(gateway: Gateway) -> None:
    agency = gateway.client.agency
    other = create_key("other", agency, ["leads:write"], actor=SYSTEM, sources=["OTHER"]).key.client
    foreign = Gateway.objects.create(client=other, public_key=public(KEY))
    taken(packed(gateway, 1, report("1")))
    package = taken(packed(foreign, 1, files=[("1", MANIFEST)]))
    assert (package.results[0]["code"], ReportFile.objects.exists()) == ("no_report", False)


def test_the_list_of_packages_does_not_read_their_results(cast: Any, gateway: Gateway) -> None:
    taken(packed(gateway, 1, report("1"), report("2", title="")))
    with CaptureQueriesContext(connection) as asked:
        page = cast.browser("customs.admin").get("/gateways/").text
    assert not [one for one in asked if '."results"' in one["sql"]]
    assert "new 1" in page
    assert "refused 1" in page


def test_the_receipt_is_signed_and_has_no_contents(gateway: Gateway) -> None:
    package = taken(packed(gateway, 2, report("1", title="Secret title"), report("2", title="")))
    with zipfile.ZipFile(io.BytesIO(receipt_of(package))) as receipt:
        content, lines = receipt.read("receipt.json"), receipt.read("results.ndjson")
        verifying: Any = load_pem_public_key(public_key().encode())
        verifying.verify(receipt.read("receipt.sig"), content)
    read = json.loads(content)
    assert (read["sequence"], read["missing"], read["results_sha256"]) == (2, [1], digest(lines))
    assert [json.loads(line)["status"] for line in lines.splitlines()] == [201, 400]
    assert b"Secret" not in lines


def test_the_watched_folder_takes_packages_in_and_gives_receipts_out(
    gateway: Gateway, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GATEWAY_FOLDER = str(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.zip").write_bytes(packed(gateway, 1, report("1")))
    (tmp_path / "in" / "2.zip").write_bytes(b"half")
    assert watch_folder() == 0  # they may still be being copied
    monkeypatch.setattr("coordination.automation.gateways.folder.COPIED", timedelta(seconds=-60))
    assert watch_folder() == 2
    assert [one.name for one in (tmp_path / "out").iterdir()] == [f"receipt-{gateway.client_id}-1.zip"]
    assert (tmp_path / "taken" / "1.zip").exists()
    assert "not a complete package" in (tmp_path / "refused" / "2.zip.txt").read_text(encoding="utf-8")
    assert watch_folder() == 0


def test_a_package_that_fails_unexpectedly_stays_and_stops_no_other(
    gateway: Gateway, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GATEWAY_FOLDER = str(tmp_path)
    monkeypatch.setattr("coordination.automation.gateways.folder.COPIED", timedelta(seconds=-60))
    (tmp_path / "in" / "1.zip").mkdir(parents=True)
    (tmp_path / "in" / "2.zip").write_bytes(packed(gateway, 2, report("1")))
    assert watch_folder() == 2
    assert [one.name for one in (tmp_path / "in").iterdir()] == ["1.zip"]
    assert (tmp_path / "taken" / "2.zip").exists()


def test_two_workers_do_not_read_the_folder_at_once(
    gateway: Gateway, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GATEWAY_FOLDER = str(tmp_path)
    monkeypatch.setattr("coordination.automation.gateways.folder.COPIED", timedelta(seconds=-60))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.zip").write_bytes(packed(gateway, 1, report("1")))
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert watch_folder() == 0
    assert watch_folder() == 1


def test_the_commands_register_a_gateway_and_take_a_package_in(gateway: Gateway, tmp_path: Path) -> None:
    other, out = Ed25519PrivateKey.generate(), StringIO()
    (tmp_path / "key.pem").write_text(public(other), encoding="ascii")
    call_command("register_gateway", "port gate", agency="GACC", public_key=tmp_path / "key.pem", stdout=out)
    assert str(gateway.client_id) in out.getvalue()
    (tmp_path / "2.zip").write_bytes(packed(gateway, 2, report("1"), key=other))
    call_command("import_package", tmp_path / "2.zip", receipts=tmp_path, stdout=out)
    assert "package 2 taken: new 1. Missing packages: 1" in out.getvalue()
    assert (tmp_path / f"receipt-{gateway.client_id}-2.zip").exists()
    (tmp_path / "2.zip").write_bytes(packed(gateway, 3, report("1")))
    with pytest.raises(CommandError, match="not signed"):
        call_command("import_package", tmp_path / "2.zip")
    with pytest.raises(CommandError, match="no public key"):
        call_command("register_gateway", "port gate", agency="GACC", public_key=tmp_path / "2.zip")


def test_administrators_take_packages_in_and_see_counts_alone(cast: Any, gateway: Gateway) -> None:
    admin = cast.browser("customs.admin")
    upload = SimpleUploadedFile("1.zip", packed(gateway, 2, report("1", title="Secret title")), "application/zip")
    answer = admin.post("/gateways/", {"file": upload}, follow=True)
    assert "Package 2 was taken." in answer.text
    assert "packages 1" in answer.text
    assert "Secret" not in answer.text
    package = GatewayPackage.objects.get()
    assert admin.get(f"/gateways/{package.pk}/receipt/").status_code == 200
    wrong = admin.post("/gateways/", {"file": SimpleUploadedFile("x.zip", b"no ZIP")})
    assert (wrong.status_code, "This is not a complete package" in wrong.text) == (400, True)
    other = cast.browser("commerce.admin")
    assert str(gateway) not in other.get("/gateways/").text
    assert other.get(f"/gateways/{package.pk}/receipt/").status_code == 404
    again = SimpleUploadedFile("1.zip", packed(gateway, 3, report("1")), "application/zip")
    assert "not signed by a registered gateway that you administer" in other.post("/gateways/", {"file": again}).text
    assert cast.browser("customs.officer").get("/gateways/").status_code == 403
