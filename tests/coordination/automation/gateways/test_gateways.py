"""Reports arrive as signed packages from networks without a connection; nothing is lost, doubled or taken unsigned."""

import hashlib
import io
import json
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
    """A package as its sender makes it. `files`: (source_ref, content); `changed`: entries replaced after signing."""
    lines = b"".join(json.dumps(one).encode() + b"\n" for one in reports)
    named, entries = [], {"reports.ndjson": lines}
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


def test_the_receipt_is_signed_and_has_no_contents(gateway: Gateway) -> None:
    package = taken(packed(gateway, 2, report("1", title="Secret title"), report("2", title="")))
    with zipfile.ZipFile(io.BytesIO(receipt_of(package))) as receipt:
        content, lines = receipt.read("receipt.json"), receipt.read("results.ndjson")
        verifying: Any = load_pem_public_key(public_key().encode())
        verifying.verify(receipt.read("receipt.sig"), content)
    told = json.loads(content)
    assert (told["sequence"], told["missing"], told["results_sha256"]) == (2, [1], digest(lines))
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
