"""Watch lists of the demonstration: names that are recognisably invented. No real listed name is delivered."""

from datetime import date

from agencies.people.models import User
from agencies.people.sight import actor_for
from cases.watchlists.actions import import_listings
from cases.watchlists.models import Listing, WatchList
from cases.watchlists.spreadsheet import COLUMNS, EntryRow, changes, changes_digest, read_rows

DOCUMENT = "演示用示例，并非公告"
BARRED = "示例：禁止向其出口两用物项。,Example: export of dual-use items to it is barred."
BURDENED = "示例：不得申请通用许可，须提交风险评估报告。,Example: no general licence; a risk assessment is due."
HEAVY = "示例一号重工株式会社（演示）,Example One Heavy Industries (demo),示例一号重工,IMO:9074729,JPN"
TRADE = "示例二号贸易公司（演示）,Example Two Trading Co (demo),,,VNM"
TECHNOLOGY = "示例三号科技公司（演示）,Example Three Technologies (demo),,,USA"
# In order of import: the third entry had no end before it was given one.
TABLES = (
    (
        f"control,EXAMPLE-1,{HEAVY},{DOCUMENT},2026-02-24,2026-02-24,,{BARRED}",
        f"watch,EXAMPLE-2,{TRADE},{DOCUMENT},2026-02-24,2026-02-24,,{BURDENED}",
        f"unreliable,EXAMPLE-3,{TECHNOLOGY},{DOCUMENT},2025-04-04,2025-04-04,,{BARRED}",
    ),
    (f"unreliable,EXAMPLE-3,{TECHNOLOGY},{DOCUMENT},2025-04-04,2025-04-04,2025-08-11,{BARRED}",),
)
# Customs watch a route for their risk desk.
ROUTE = EntryRow(
    watch_list=WatchList.ROUTE.value,
    code="EXAMPLE-R1",
    name_zh="经越南、马来西亚转口美国的镓、锗、锑（演示）",
    name_en="Gallium, germanium and antimony to the US by Vietnam or Malaysia (demo)",
    document=DOCUMENT,
    document_date=date(2026, 2, 24),
    effective_from=date(2026, 2, 24),
    owner="GACC_RISK",
    transits=("VNM", "MYS"),
    destinations=("USA",),
    materials=("gallium", "germanium", "antimony"),
    verdict_from="licence",
)


def load_lists() -> None:
    """Loads them once: a second import of the first table would remove the end set by the second."""
    if Listing.objects.exists():
        return
    lead = actor_for(User.objects.get(username="commerce.lead"))
    for lines in TABLES:
        rows = read_rows("\n".join((",".join(COLUMNS), *lines)))
        import_listings(rows, actor=lead, seen=changes_digest(changes(rows)))
    customs = actor_for(User.objects.get(username="customs.lead"))
    import_listings([ROUTE], actor=customs, seen=changes_digest(changes([ROUTE])))
