"""Screening of the demonstration: a match of each state, and an own list of customs."""

from datetime import date

from agencies.kernel import times
from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.watchlists.actions import import_listings, suspend_listing
from cases.watchlists.models import Listing, WatchList
from cases.watchlists.spreadsheet import EntryRow, changes, changes_digest
from coordination.prevention.screening.actions import decide, follow_changes
from coordination.prevention.screening.models import Match

from .watchlists import DOCUMENT

LISTED, SUSPENDED = "EXAMPLE-OWN-1", "EXAMPLE-OWN-2"
NAMES = {LISTED: "某乙贸易有限公司（演示）", SUSPENDED: "某庚光伏有限公司（演示）"}


def load_screening() -> None:
    """Finds the matches; commerce confirms one, customs finds one different, and one ends with a suspension."""
    if Listing.objects.filter(code=LISTED).exists():
        return
    lead, officer, commerce = (
        actor_for(User.objects.get(username=name)) for name in ("customs.lead", "customs.officer", "commerce.officer")
    )
    rows = [_own(code, name) for code, name in NAMES.items()]
    import_listings(rows, actor=lead, seen=changes_digest(changes(rows)))
    follow_changes()
    for match in Match.objects.open().filter(code="EXAMPLE-1", case__lead__code=commerce.agency_code):
        decide(match, "same", actor=commerce, because="名称和船舶编号均与公告一致。")
    for match in Match.objects.open().filter(code=LISTED):
        decide(match, "different", actor=officer, because="注册地和股东不同，仅名称相近。")
    suspended = Listing.objects.current_versions().get(code=SUSPENDED)
    suspend_listing(suspended, actor=lead, suspended_from=times.today(), reason="该企业正在配合核查。")
    follow_changes()


def _own(code: str, name: str) -> EntryRow:
    return EntryRow(
        watch_list=WatchList.OWN.value,
        code=code,
        name_zh=name,
        document=DOCUMENT,
        document_date=date(2026, 2, 24),
        effective_from=date(2026, 2, 24),
        owner="GACC",
    )
