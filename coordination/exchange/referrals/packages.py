"""The package: what is handed over, as it was when the responsible person approved it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from agencies.journal.digests import content_digest
from agencies.journal.transitions import part_key, to_json_value
from agencies.kernel.actor import Actor
from cases.casefile.models import Act, Case, Item, Party
from cases.files.models import Attachment
from cases.papers.models import IncomingPaper

from .access import sight
from .chosen import acts_of, files_of, items_of, parties_of
from .completeness import enclosed_scans, parts_of
from .findings import law_on_goods, opinions_with
from .models import Package, Referral, Sight


def freeze(referral: Referral, *, at: datetime) -> Package:
    """Freezes letter, facts and the digests of files. Later changes of the case do not affect the package."""
    return _add(referral, content_of(referral), at)


def is_as_sent(referral: Referral) -> bool:
    """Whether it would go out exactly as it last did."""
    sent = list(referral.packages.all())
    return bool(sent) and _said(sent[-1].content) == _said(content_of(referral, before=sent[:-1]))


def _said(content: Mapping[str, Any]) -> str:
    """The digest of what people chose and wrote. New control rules alone change nothing about a letter."""
    return content_digest({part: value for part, value in content.items() if part != "control"})


def content_of(referral: Referral, before: Iterable[Package] | None = None) -> dict[str, Any]:
    """What goes out, as it is now. Also what the sender sees of it before. `before` as in `files_to_go`."""
    enclosed: dict[str, Any] = {}
    if referral.kind not in Referral.LETTERS:
        files = files_to_go(referral, before)
        enclosed = {
            **facts_of(referral),
            **scans_of(referral),
            **listed_files(referral, files),
            **opinions_with(referral),
            **law_on_goods(referral),
        }
    if referral.is_transfer:
        enclosed["checklist"] = {part.key: part.met for part in parts_of(referral)}
        if referral.incomplete_because:
            enclosed["incomplete_because"] = referral.incomplete_because
    return {"letter": letter_of(referral), **enclosed}


def files_to_go(referral: Referral, before: Iterable[Package] | None = None) -> QuerySet[Attachment]:
    """The chosen files. A file for prosecution is in volumes: evidence that the packages `before`, by default all
    earlier ones, hold is not handed over again."""
    files = files_of(referral)
    if not referral.in_volumes:
        return files
    earlier = referral.packages.all() if before is None else before
    return files.exclude(pk__in=[row["id"] for row in frozen_rows(earlier, "files")])


def supplement(referral: Referral, text: str, files: Iterable[Attachment], *, at: datetime) -> Package:
    """Adds a supplement: the text, the facts as they are now, of what was chosen, and the files that are supplied."""
    enclosed = {
        **facts_of(referral),
        **scans_of(referral),
        **listed_files(referral, files),
        **law_on_goods(referral),
    }
    return _add(referral, {"supplement": text, **enclosed}, at)


def envelope_of(packages: Sequence[Package]) -> dict[str, Any]:
    """Data shown before the receipt: names of goods, and the number of parts. `packages` are in numbered order."""
    first = packages[0] if packages else None
    content = first.content if first else {}
    return {
        "goods": [_name_of(item) for item in content.get("items", [])],
        "parts": sum(len(content.get(part, [])) for part in ("parties", "items", "shipments", "files")),
        "digest": first.digest if first else "",
    }


def _name_of(item: dict[str, Any]) -> str:
    """The frozen name of goods; a package frozen in haste may lack the first."""
    return item.get("description") or item.get("declared_as") or item.get("hs_code") or "–"


def letter_of(referral: Referral) -> dict[str, Any]:
    return {
        "number": referral.number,
        "title": referral.title,
        "offence": referral.offence.code if referral.offence else "",
        "report": referral.report,
        "sender": referral.sender.code,
        "receiver": referral.receiver.code,
        "case": referral.case.number,
        **({"urgent": True, "follows": referral.owed_papers} if referral.urgent else {}),
        "enclosures": referral.enclosures,
        "team": [user.name_zh for user in referral.team.order_by("username")],
    }


def scans_of(referral: Referral) -> dict[str, Any]:
    """The enclosed papers with the digests of their scans."""
    rows = [
        {
            "id": str(paper.pk),
            "agency": paper.agency.code,
            "number": paper.number,
            "dated": paper.dated.isoformat(),
            "title": paper.title,
            "sha256": paper.sha256,
        }
        for paper in enclosed_scans(referral)
    ]
    return {"scans": rows} if rows else {}


def listed_files(referral: Referral, files: Iterable[Attachment]) -> dict[str, Any]:
    """The files with their digests. A file keeps its number in every package of the referral."""
    numbers = {row["id"]: row["number"] for row in frozen_rows(referral.packages.all(), "files")}
    rows = [
        {
            "id": str(file.pk),
            "number": numbers.setdefault(str(file.pk), len(numbers) + 1),
            "title": file.title,
            "volume": file.volume,
            "pages": file.pages,
            "collected_by": file.collected_by,
            "collected_on": to_json_value(file.collected_on),
            "agency": file.agency.code,
            "media_type": file.media_type,
            "size": file.size,
            "sha256": file.sha256,
        }
        for file in files
    ]
    return {"files": rows} if rows else {}


def frozen_rows(packages: Iterable[Package], *parts: str) -> list[dict[str, Any]]:
    """The rows of these parts ("files", "scans") in all packages, each once, in the order in which they were handed
    over. Packages of earlier versions have no files."""
    rows = [row for package in packages for part in parts for row in package.content.get(part, [])]
    return list({row["id"]: row for row in rows}.values())


def handed_over(referral: Referral, actor: Actor) -> dict[str, Any]:
    """The frozen files and scans that the reader may open, by id: those of a package that the reader may read, also
    where their agency has withdrawn one since. What was handed over stays what it was."""
    if sight(referral, actor) < Sight.PACKAGE:
        return {}
    ids = [row["id"] for row in frozen_rows(referral.packages.all(), "files", "scans")]
    files = Attachment.objects.filter(pk__in=ids).outside_the_wall(actor).select_related("agency")
    return {str(row.pk): row for row in (*files, *IncomingPaper.objects.filter(pk__in=ids).select_related("agency"))}


def snapshot(case: Case, parties: QuerySet[Party] | None = None, items: QuerySet[Item] | None = None) -> dict[str, Any]:
    """Parties, items and shipments of a case in the shape of the intake contract."""
    parties, items = (
        (case.parties.all() if parties is None else parties),
        (case.items.all() if items is None else items),
    )
    return {
        "parties": [
            {
                "role": party.role,
                "kind": party.kind,
                "name": party.name,
                "country": party.country.alpha3 if party.country else None,
                "address": party.address or None,
                "military": party.military or None,
                "owner": party.owner or None,
                "owner_share": to_json_value(party.owner_share),
                "identifiers": [{"scheme": i.scheme, "value": i.value} for i in party.identifiers.all()],
            }
            for party in parties.select_related("country").prefetch_related("identifiers")
        ],
        "items": [
            {name: to_json_value(getattr(item, name)) or None for name in ITEM_FIELDS} | {"basis": item.basis}
            for item in items
        ],
        "shipments": [
            {
                "declaration_no": shipment.declaration_no or None,
                "port": shipment.port or None,
                "customs_district": shipment.district.code if shipment.district else None,
                "route": shipment.route,
                "final_destination": shipment.final_destination or None,
                "mode": shipment.mode or None,
                "licence_no": shipment.licence_no or None,
            }
            for shipment in case.shipments.select_related("district")
        ],
    }


ITEM_FIELDS = (
    *("description", "nature", "declared_as", "hs_code", "control_code", "net_weight_kg", "value", "currency"),
    *("recipient", "channel", "origin", "end_use"),
)


def facts_of(referral: Referral) -> dict[str, Any]:
    """The facts of what was chosen, and nothing about the other parties, acts and goods of the case."""
    parties, items = parties_of(referral), items_of(referral)
    chosen = set(parties.values_list("pk", flat=True))
    acts = acts_of(referral).prefetch_related("parties")
    return {
        **snapshot(referral.case, parties, items),
        "acts": [_act(act, [party.name for party in act.parties.all() if party.pk in chosen]) for act in acts],
        # The rows themselves: a later correction of one follows the package.
        "rows": sorted(part_key(row) for rows in (parties, items, referral.case.shipments.all(), acts) for row in rows),
    }


def _act(act: Act, parties: list[str]) -> dict[str, Any]:
    return {
        "title": act.title,
        "conduct_from": to_json_value(act.conduct_from),
        "conduct_until": to_json_value(act.conduct_until),
        "parties": parties,
    }


def _add(referral: Referral, content: dict[str, Any], at: datetime) -> Package:
    number = referral.packages.count() + 1
    return Package.objects.create(
        referral=referral, number=number, content=content, digest=content_digest(content), frozen_at=at
    )
