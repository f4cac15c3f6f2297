"""The referral package (移送包) as one file: frozen contents, papers, scans, digests, and a program that verifies all
of it offline. Readers of the package may download it; the journal records the download."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.digests import canonical
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, TransitionRefused
from agencies.kernel.work import atomic
from cases.casefile.actions import stream_of
from cases.papers.files import ENDINGS, stored_content
from cases.papers.models import IncomingPaper, Paper, SignedCopy
from coordination.exchange.referrals.access import sight
from coordination.exchange.referrals.models import Referral, Sight

from .rendering import CSS, sheet_html

FORMAT = "referral-package/1"
VERIFIER = Path(__file__).with_name("verify_package.py")
MARGIN = 1024 * 1024


@dataclass(frozen=True)
class PackageFile:
    """A file of the package."""

    path: str
    title: str
    content: bytes
    kind: str  # frozen | paper | signed copy | incoming paper | tool
    number: str = ""

    @property
    def described(self) -> dict[str, str]:
        return {
            "path": self.path,
            "kind": self.kind,
            "title": self.title,
            "number": self.number,
            "sha256": hashlib.sha256(self.content).hexdigest(),
        }


@dataclass(frozen=True)
class Bundle:
    """The package, its file name, and the digest of its index, which receivers compare."""

    content: bytes
    name: str
    index_digest: str


def take_package(referral: Referral, *, actor: Actor) -> Bundle:
    """Raises Forbidden for readers of the envelope alone, TransitionRefused before anything is frozen."""
    if sight(referral, actor) < Sight.PACKAGE:
        raise Forbidden(_("The receiving agency can open the package once the receipt is signed."))
    if not referral.packages.exists():
        raise TransitionRefused.because("package", _("The package is not frozen yet: it is created on approval."))
    with atomic():
        bundle = bundle_of(referral, actor)
        record_event(
            stream_of(referral.case_id),
            actor=actor,
            action=Action("take_package", "referral", referral.pk, data={"sha256": bundle.index_digest}),
            audience=Audience("own"),
        )
        return bundle


def bundle_of(referral: Referral, actor: Actor) -> Bundle:
    with translation.override("zh-hans"):
        entries = list(_entries(referral, actor))
        index = _index(referral, entries)
        page = render_to_string("papers/package.html", {"index": index, "referral": referral})
    entries.append(PackageFile("index.html", "目录", page.encode(), "tool"))
    index["files"] = [entry.described for entry in entries]
    content = json.dumps(index, ensure_ascii=False, indent=1, sort_keys=True).encode()
    return Bundle(
        _zip([*entries, PackageFile("index.json", "目录", content, "tool")]),
        f"{referral.number or referral.pk}.zip",
        hashlib.sha256(content).hexdigest(),
    )


def _index(referral: Referral, entries: list[PackageFile]) -> dict[str, Any]:
    frozen = {f"frozen/{one.number}.json": one for one in referral.packages.all()}
    return {
        "format": FORMAT,
        "number": referral.number,
        "title": referral.title,
        "kind": referral.kind,
        "sender": referral.sender.name_zh,
        "receiver": referral.receiver.name_zh,
        "synthetic": referral.case.is_synthetic,
        "frozen": [
            {"path": path, "digest": one.digest, "frozen_at": timezone.localtime(one.frozen_at).isoformat()}
            for path, one in frozen.items()
        ],
        "files": [entry.described for entry in entries],
    }


def _entries(referral: Referral, actor: Actor) -> Iterator[PackageFile]:
    for package in referral.packages.all():
        title = "移送内容" if package.number == 1 else "补充材料"
        yield PackageFile(f"frozen/{package.number}.json", title, canonical(package.content).encode(), "frozen")
    papers = _papers(referral, actor)
    copies = list(SignedCopy.objects.filter(paper__in=papers).select_related("paper"))
    incoming = _incoming(referral)
    _refuse_too_large([*copies, *incoming])
    for n, paper in enumerate(papers, 1):
        sheet = sheet_html(paper, css_url="../paper.css")
        yield PackageFile(f"papers/{n:02}-{paper.form}.html", paper.title, sheet.encode(), "paper", paper.number)
    for n, copy in enumerate(copies, 1):
        path = f"signed/{n:02}-{copy.paper.form}.{ENDINGS[copy.media_type]}"
        yield PackageFile(path, copy.paper.title, stored_content(copy), "signed copy", copy.paper.number)
    for n, one in enumerate(incoming, 1):
        path = f"evidence/{n:02}.{ENDINGS[one.media_type]}"
        yield PackageFile(path, one.title, stored_content(one), "incoming paper", one.number)
    yield PackageFile("paper.css", "版式", CSS.read_bytes(), "tool")
    yield PackageFile("verify_package.py", "离线校验程序", VERIFIER.read_bytes(), "tool")


def _papers(referral: Referral, actor: Actor) -> list[Paper]:
    """Papers about this referral, issued for the other side and visible to the reader."""
    issued = Paper.objects.visible_to(actor).about(Referral.clock_kind, referral.pk).filter(state=Paper.State.ISSUED)
    ordered = issued.select_related("agency__signs_as", "case", "replaces").order_by("issued_at", "pk")
    return [paper for paper in ordered if paper.kind.sent != "never"]


def _incoming(referral: Referral) -> list[IncomingPaper]:
    """Scans frozen with the package, by id and digest; without later ones."""
    frozen = {row["id"] for package in referral.packages.all() for row in package.content.get("scans", [])}
    return list(IncomingPaper.objects.filter(pk__in=frozen).order_by("dated", "pk"))


def _refuse_too_large(rows: list[Any]) -> None:
    if sum(row.size for row in rows) > settings.PACKAGE_MAX_BYTES - MARGIN:
        detail = _("The scans together are too large for one file. Download them one by one.")
        raise TransitionRefused.because("too_large", detail)


def _zip(entries: list[PackageFile]) -> bytes:
    """The same contents give the same bytes: no timestamps of the machine."""
    made = BytesIO()
    with ZipFile(made, "w") as package:
        for entry in entries:
            info = ZipInfo(entry.path)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            package.writestr(info, entry.content)
    return made.getvalue()
