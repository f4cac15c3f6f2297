"""Reading a package: a ZIP with `manifest.json`, its signature `manifest.sig`, `reports.ndjson` and files.

The manifest names every entry with its SHA-256 digest, so the signature covers the whole. Nothing is unpacked to disk.
"""

import base64
import binascii
import hashlib
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import CharField, ChoiceField, DateTimeField, IntegerField, RegexField, UUIDField

from agencies.kernel.errors import Invalid
from agencies.kernel.json_input import read_json, readable_object
from agencies.kernel.large_tables import DAMAGED
from agencies.kernel.limits import PACKAGE_ENTRIES, PACKAGE_REPORTS
from agencies.kernel.problems import field_errors
from agencies.kernel.strict import Strict

FORMAT = "coordination-package/1"
MANIFEST, SIGNATURE, REPORTS = "manifest.json", "manifest.sig", "reports.ndjson"
DIGEST = r"^[0-9a-f]{64}$"
UNREADABLE = (*DAMAGED, KeyError)  # an entry that the manifest names is missing


class FileOfReport(Strict):
    """A file of the package and the report to which it belongs."""

    path = RegexField(r"^files/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$")
    sha256 = RegexField(DIGEST)
    source_system = CharField(max_length=60)
    report_type = CharField(max_length=60)
    source_ref = CharField(max_length=200)
    title = CharField(max_length=200, required=False)


class Manifest(Strict):
    """`sender` is the id of the system, `sequence` the number of the package: 1, 2, 3 …"""

    format = ChoiceField(choices=[FORMAT])
    sender = UUIDField()
    sequence = IntegerField(min_value=1, max_value=2_000_000_000)
    made_at = DateTimeField()
    reports_sha256 = RegexField(DIGEST)
    files = FileOfReport(many=True, required=False)


@dataclass(frozen=True)
class OpenedPackage:
    """A package with its digests verified, not yet its signature. `read` returns the content of an entry."""

    manifest: dict[str, Any]
    signed: bytes
    signature: bytes
    sha256: str
    read: Callable[[str], bytes]

    def is_signed_by(self, public_key: str) -> bool:
        key = load_pem_public_key(public_key.encode())
        if not isinstance(key, Ed25519PublicKey):
            return False
        try:
            key.verify(self.signature, self.signed)
        except InvalidSignature:
            return False
        return True


def open_package(data: bytes) -> OpenedPackage:
    """Raises Invalid for the field `package` if it is no package, too large, or an entry has another digest."""
    if len(data) > settings.PACKAGE_MAX_BYTES:
        raise _refused("too_large", _("This package is larger than %(most)d MiB. Divide it."), most=_mebibytes())
    try:
        archive = zipfile.ZipFile(BytesIO(data))
        sizes = {one.filename: one.file_size for one in archive.infolist()}
        if len(sizes) > PACKAGE_ENTRIES or sum(sizes.values()) > settings.PACKAGE_MAX_BYTES:
            detail = _("This package has more than %(entries)d entries, or more than %(most)d MiB unpacked. Divide it.")
            raise _refused("too_large", detail, entries=PACKAGE_ENTRIES, most=_mebibytes())
        return _verified(_reading(archive, sizes), set(sizes), hashlib.sha256(data).hexdigest())
    except UNREADABLE as wrong:
        detail = _("This is not a complete package. It needs %(names)s in a ZIP.")
        raise _refused("package", detail, names=f"{MANIFEST}, {SIGNATURE}, {REPORTS}") from wrong


def _reading(archive: zipfile.ZipFile, sizes: Mapping[str, int]) -> Callable[[str], bytes]:
    """Reads an entry up to the size that the ZIP states. One that unpacks to more is refused before it fills the
    memory."""

    def read(name: str) -> bytes:
        with archive.open(name) as entry:
            content = entry.read(sizes[name] + 1)
        if len(content) != sizes[name]:
            raise zipfile.BadZipFile(name)
        return content

    return read


def _verified(read: Callable[[str], bytes], names: set[str], sha256: str) -> OpenedPackage:
    signed = read(MANIFEST)
    manifest = _manifest(signed)
    named = {REPORTS: manifest["reports_sha256"]} | {one["path"]: one["sha256"] for one in manifest.get("files", [])}
    if strange := sorted(names - {*named, MANIFEST, SIGNATURE}):
        raise _refused("entries", _("The manifest does not name %(name)s."), name=strange[0])
    for name, digest in named.items():
        if hashlib.sha256(read(name)).hexdigest() != digest:
            raise _refused("digest", _("The digest of %(name)s is not that of the manifest."), name=name)
    if len(read(REPORTS).splitlines()) > PACKAGE_REPORTS:
        raise _refused("too_large", _("This package has more than %(most)d reports. Divide it."), most=PACKAGE_REPORTS)
    return OpenedPackage(manifest, signed, _signature(read(SIGNATURE)), sha256, read)


def _manifest(signed: bytes) -> dict[str, Any]:
    form = Manifest(data=readable_object(read_json(signed)))
    try:
        form.is_valid(raise_exception=True)
    except ValidationError as wrong:
        errors = field_errors(wrong.detail)
        raise _refused("manifest", f"{MANIFEST}: {errors[0].pointer} {errors[0].detail}") from wrong
    return dict(form.validated_data)


def _signature(sent: bytes) -> bytes:
    """64 bytes, or their base64 form."""
    if len(sent) == 64:
        return sent
    try:
        return base64.b64decode(sent.strip(), validate=True)
    except binascii.Error:
        return b""


def _mebibytes() -> int:
    return int(settings.PACKAGE_MAX_BYTES) // 2**20


def _refused(code: str, detail: str, **values: Any) -> Invalid:
    return Invalid.field("package", code, detail % values if values else detail)
