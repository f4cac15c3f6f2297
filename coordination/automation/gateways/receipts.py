"""The receipt of a package, as a package that goes back through the gateway."""

import hashlib
import json
import zipfile
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _

from agencies.kernel.errors import TransitionRefused

from .models import GatewayPackage

FORMAT = "coordination-receipt/1"
RECEIPT, SIGNATURE, RESULTS = "receipt.json", "receipt.sig", "results.ndjson"
MADE = (1980, 1, 1, 0, 0, 0)  # the same receipt has the same bytes


def receipt_of(package: GatewayPackage) -> bytes:
    """A ZIP with `receipt.json`, its Ed25519 signature, and a line for each report and file.

    `missing` are the numbers that have not arrived by now. Raises TransitionRefused without `RECEIPT_KEY`.
    """
    lines = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in package.results).encode()
    content = {
        "format": FORMAT,
        "sender": str(package.gateway.client_id),
        "sequence": package.sequence,
        "package_sha256": package.sha256,
        "received_at": package.received_at.isoformat(),
        "counts": package.counts,
        "missing": package.gateway.missing,
        "results_sha256": hashlib.sha256(lines).hexdigest(),
    }
    receipt = json.dumps(content, ensure_ascii=False, indent=1).encode()
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, part in ((RECEIPT, receipt), (SIGNATURE, _key().sign(receipt)), (RESULTS, lines)):
            out.writestr(zipfile.ZipInfo(name, MADE), part)
    return made.getvalue()


def name_of(package: GatewayPackage) -> str:
    return f"receipt-{package.gateway.client_id}-{package.sequence}.zip"


def public_key() -> str:
    """The key that verifies receipts (PEM). Raises TransitionRefused without `RECEIPT_KEY`."""
    return _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _key() -> Ed25519PrivateKey:
    if not settings.RECEIPT_KEY:
        raise TransitionRefused.because(
            "receipt_key", _("The setting RECEIPT_KEY is missing: receipts cannot be signed.")
        )
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(settings.RECEIPT_KEY.encode()).digest())
