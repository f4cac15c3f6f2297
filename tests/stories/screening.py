"""Screening matches."""

from typing import Any

from cases.casefile.models import Case
from cases.watchlists.actions import import_listings
from cases.watchlists.models import Listing
from cases.watchlists.spreadsheet import COLUMNS, changes, changes_digest, read_rows
from coordination.prevention.screening.actions import follow_changes
from coordination.prevention.screening.models import Match

from ..kept_stories import story
from .basics import serial, walk
from .casefile import lead, shared_case

PARTY = {"role": "consignee", "kind": "company", "name": "华锐重工有限公司", "country": "JPN"}
HUARUI = {
    "watch_list": "control",
    "name_zh": "华锐重工株式会社",
    "name_en": "Huarui Heavy Industries",
    "aliases": "Old Huarui KK",
    "identifiers": "IMO:9074729",
    "country": "JPN",
    "document": "示例公告",
    "document_date": "2025-02-24",
    "effective_from": "2025-02-24",
}
OWN = {"watch_list": "own", "owner": "GACC", "document": "内部线索", "code": "O-1"}


def entry(cast: Any, *, by: str = "commerce.lead", **cells: str) -> Listing:
    """A new entry of the control list, or the next version of the one with this code; `cells` replace its columns."""
    given = HUARUI | {"code": f"S-{serial()}"} | cells
    rows = read_rows("\n".join([",".join(COLUMNS), ",".join(given.get(name, "") for name in COLUMNS)]))
    return import_listings(rows, actor=cast[by], seen=changes_digest(changes(rows)))[0]


def own_entry(cast: Any, *, by: str = "customs.lead", **cells: str) -> Listing:
    """An entry of the own list of customs."""
    return entry(cast, by=by, **(OWN | cells))


@story
def match(cast: Any, state: str = "OPEN", matter: Case | None = None) -> Match:
    """A party of customs' case, which commerce shares, that is probably on the control list."""
    listed = entry(cast)
    found = matter or shared_case(cast, parties=[PARTY])
    if matter is not None:
        found.parties.create(name=PARTY["name"], role=PARTY["role"])
    follow_changes()
    made = Match.objects.get(case=found, code=listed.code)
    if state != "OPEN":
        walk(cast, made, [(state.lower(), "customs.officer", {"because": "The same entry in the register."})])
    assert made.state == state
    return made


@story
def match_in_lead(cast: Any) -> Match:
    """A party named in a lead of customs that is probably on the control list."""
    listed, made = entry(cast), lead(cast, parties=[PARTY])
    follow_changes()
    return Match.objects.get(lead=made, code=listed.code)


@story
def own_match(cast: Any) -> Match:
    """A party of customs' case that is on the own list of customs: commerce reads the case and not the match."""
    listed, found = own_entry(cast), shared_case(cast, parties=[PARTY])
    follow_changes()
    return Match.objects.get(case=found, code=listed.code)
