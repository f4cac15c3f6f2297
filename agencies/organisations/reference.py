"""Loads the tree of agencies."""

from pathlib import Path

from agencies.kernel.reference import read_csv

from .models import Agency

DATA = Path(__file__).parent / "data" / "agencies.csv"
PLAIN = (
    *("name_zh", "name_en", "line", "level", "role", "province", "district", "default_handling", "confidence"),
    *("doc_word", "doc_word_confidence"),
)


def load() -> dict[str, int]:
    """Loads the file in one pass, because parents come before their children. Returns the number of agencies."""
    loaded: dict[str, Agency] = {}
    for row in read_csv(DATA):
        parent = loaded.get(row["parent"])
        is_agency = row["is_agency"] == "1"
        agency, _ = Agency.objects.update_or_create(
            code=row["code"],
            defaults={
                **{name: row[name] for name in PLAIN},
                "parent": parent,
                "second_parent": loaded.get(row["second_parent"]),
                "signs_as": loaded.get(row["signs_as"]),
                "is_agency": is_agency,
            },
        )
        owner = agency if is_agency else (parent.agency if parent else None)
        if agency.agency_id != (owner.pk if owner else None):
            agency.agency = owner
            agency.save(update_fields=["agency"])
        loaded[agency.code] = agency
    return {"agencies": len(loaded)}
