"""The referral package (移送包) as one file: frozen contents, papers, scans, evidence files, digests, and a program
that verifies all of it offline. Readers of the package may download it; the journal records the download."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.http import Http404
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agencies.journal.actions import Action, Audience, record_event
from agencies.journal.digests import canonical
from agencies.journal.transitions import to_json_value
from agencies.kernel.actor import Actor
from agencies.kernel.errors import Forbidden, TransitionRefused
from agencies.kernel.work import atomic
from cases.casefile.actions import stream_of
from cases.files.kinds import SUFFIXES
from cases.files.models import Attachment
from cases.papers.files import ENDINGS, stored_content
from cases.papers.models import IncomingPaper, Paper, SignedCopy
from coordination.exchange.opinions.models import Stance
from coordination.exchange.referrals.access import sight
from coordination.exchange.referrals.corrections import PackageCorrection, corrections_of
from coordination.exchange.referrals.models import Referral, Sight
from coordination.exchange.referrals.packages import frozen_rows, handed_over

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
    kind: str  # frozen | paper | signed copy | incoming paper | evidence file | corrections | tool
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


def handed_file(referral: Referral, pk: UUID, *, actor: Actor) -> Any:
    """A file or scan of its packages. Raises Http404 if there is none of this id, or the reader may not open it."""
    found = handed_over(referral, actor).get(str(pk))
    if found is None:
        raise Http404
    return found


def bundle_of(referral: Referral, actor: Actor) -> Bundle:
    with translation.override("zh-hans"):
        packages = list(referral.packages.all())
        corrections = corrections_of(referral, packages)
        entries = [*_entries(referral, actor), *_corrections(corrections)]
        index = _index(referral, entries)
        shown = {
            "index": index,
            "evidence": frozen_rows(packages, "files"),
            "opinions": [_opinion(row) for row in frozen_rows(packages, "opinions")],
            "control": next((one.content["control"] for one in reversed(packages) if "control" in one.content), None),
            "corrections": corrections,
        }
        page = render_to_string("papers/package.html", shown)
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
        title = f"第{package.number}卷" if referral.in_volumes else title
        yield PackageFile(f"frozen/{package.number}.json", title, canonical(package.content).encode(), "frozen")
    papers = _papers(referral, actor)
    copies = list(SignedCopy.objects.filter(paper__in=papers).select_related("paper"))
    incoming, files = _incoming(referral), _files(referral, actor)
    _refuse_too_large([*copies, *incoming, *(file for _row, file in files)])
    for n, paper in enumerate(papers, 1):
        sheet = sheet_html(paper, css_url="../paper.css")
        yield PackageFile(f"papers/{n:02}-{paper.form}.html", paper.title, sheet.encode(), "paper", paper.number)
    for n, copy in enumerate(copies, 1):
        path = f"signed/{n:02}-{copy.paper.form}.{ENDINGS[copy.media_type]}"
        yield PackageFile(path, copy.paper.title, stored_content(copy), "signed copy", copy.paper.number)
    for n, one in enumerate(incoming, 1):
        path = f"evidence/{n:02}.{ENDINGS[one.media_type]}"
        yield PackageFile(path, one.title, stored_content(one), "incoming paper", one.number)
    for row, file in files:
        path = f"files/{row['number']:02}-{_in_path(row['title'])}.{SUFFIXES[file.media_type]}"
        yield PackageFile(path, row["title"], stored_content(file), "evidence file")
    yield PackageFile("paper.css", "版式", CSS.read_bytes(), "tool")
    yield PackageFile("verify_package.py", "离线校验程序", VERIFIER.read_bytes(), "tool")


def _opinion(row: dict[str, Any]) -> dict[str, Any]:
    """A frozen opinion with its stance in words and its day in Shanghai."""
    given_on = timezone.localdate(datetime.fromisoformat(row["given_at"]))
    return {**row, "stance_words": Stance(row["stance"]).label, "given_on": given_on.isoformat()}


def _corrections(corrections: list[PackageCorrection]) -> Iterator[PackageFile]:
    """What was put right after the hand-over, as data: the frozen contents stay as they were."""
    if not corrections:
        return
    rows = [
        {
            "row": one.row,
            "agency": one.agency.code,
            "at": to_json_value(one.at),
            "reason": one.reason,
            "received_at": to_json_value(one.received_at),
            "changes": [
                {**fact, "label": str(change.label), "was_words": change.was, "now_words": change.now}
                for fact, change in zip(one.facts, one.changes, strict=True)
            ],
        }
        for one in corrections
    ]
    yield PackageFile("corrections.json", "移交后的更正", canonical(rows).encode(), "corrections")


def _papers(referral: Referral, actor: Actor) -> list[Paper]:
    """Papers about this referral, issued for the other side and visible to the reader."""
    issued = Paper.objects.visible_to(actor).about(Referral.clock_kind, referral.pk).filter(state=Paper.State.ISSUED)
    ordered = issued.select_related("agency__signs_as", "case", "replaces").order_by("issued_at", "pk")
    return [paper for paper in ordered if paper.kind.sent != "never"]


def _incoming(referral: Referral) -> list[IncomingPaper]:
    """Scans frozen with the package, by id and digest; without later ones."""
    frozen = {row["id"] for package in referral.packages.all() for row in package.content.get("scans", [])}
    return list(IncomingPaper.objects.filter(pk__in=frozen).order_by("dated", "pk"))


def _files(referral: Referral, actor: Actor) -> list[tuple[dict[str, Any], Attachment]]:
    """The evidence files as they were frozen, that the reader may open. The verifier names those that are absent."""
    openable = handed_over(referral, actor)
    rows = frozen_rows(referral.packages.all(), "files")
    return [(row, openable[row["id"]]) for row in rows if row["id"] in openable]


def _in_path(title: str) -> str:
    """The title as part of a path on any system."""
    stem = title.rsplit(".", 1)[0] if title.lower().endswith(tuple(f".{one}" for one in SUFFIXES.values())) else title
    return re.sub(r"[^\w()（）《》、，-]+", "_", stem).strip("_")[:60] or "file"


def _refuse_too_large(rows: list[Any]) -> None:
    if sum(row.size for row in rows) > settings.PACKAGE_MAX_BYTES - MARGIN:
        detail = _("The scans and files together are too large for one package. Download them one by one.")
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
