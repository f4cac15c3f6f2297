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
    """Parents come before their children in the file, so one pass suffices."""
    seen: dict[str, Agency] = {}
    for row in read_csv(DATA):
        parent = seen.get(row["parent"])
        is_organ = row["is_organ"] == "1"
        agency, _ = Agency.objects.update_or_create(
            code=row["code"],
            defaults={
                **{name: row[name] for name in PLAIN},
                "parent": parent,
                "second_parent": seen.get(row["second_parent"]),
                "signs_as": seen.get(row["signs_as"]),
                "is_organ": is_organ,
            },
        )
        organ = agency if is_organ else (parent.organ if parent else None)
        if agency.organ_id != (organ.pk if organ else None):
            agency.organ = organ
            agency.save(update_fields=["organ"])
        seen[agency.code] = agency
    return {"agencies": len(seen)}
