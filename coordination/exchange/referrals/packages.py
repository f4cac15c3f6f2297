"""The package: what is handed over, as it was when the responsible person approved it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from agencies.journal.digests import content_digest
from agencies.journal.transitions import to_json_value
from cases.casefile.models import Act, Case, Item, Party

from .chosen import acts_of, items_of, parties_of
from .completeness import enclosed_scans, parts_of
from .models import Package, Referral


def freeze(referral: Referral, *, at: datetime) -> Package:
    """Freezes letter and facts with a digest. Later changes of the case do not affect the package."""
    enclosed = {} if referral.kind in Referral.LETTERS else {**facts_of(referral), **scans_of(referral)}
    if referral.is_transfer:
        enclosed["checklist"] = {part.key: part.met for part in parts_of(referral)}
        if referral.incomplete_because:
            enclosed["incomplete_because"] = referral.incomplete_because
    return _add(referral, {"letter": letter_of(referral), **enclosed}, at)


def supplement(referral: Referral, text: str, *, at: datetime) -> Package:
    """Adds a supplement: the text and the facts as they are now, of what was chosen."""
    return _add(referral, {"supplement": text, **facts_of(referral), **scans_of(referral)}, at)


def envelope_of(packages: Sequence[Package]) -> dict[str, Any]:
    """Data shown before the receipt: names of goods, and the number of parts. `packages` are in numbered order."""
    first = packages[0] if packages else None
    content = first.content if first else {}
    return {
        "goods": [_name_of(item) for item in content.get("items", [])],
        "parts": sum(len(content.get(part, [])) for part in ("parties", "items", "shipments")),
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
    parties = parties_of(referral)
    chosen = set(parties.values_list("pk", flat=True))
    acts = acts_of(referral).prefetch_related("parties")
    return {
        **snapshot(referral.case, parties, items_of(referral)),
        "acts": [_act(act, [party.name for party in act.parties.all() if party.pk in chosen]) for act in acts],
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
