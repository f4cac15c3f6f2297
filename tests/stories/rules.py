"""Watch lists, routing rules and changes of the control law."""

from typing import Any

from cases.rulechanges.actions import draft_change, propose
from cases.rulechanges.models import RuleChange
from cases.watchlists.actions import import_listings
from cases.watchlists.models import Listing
from cases.watchlists.spreadsheet import changes, changes_digest, read_rows
from coordination.automation.routing.actions import draft_rule_set
from coordination.automation.routing.models import RuleSet

from ..kept_stories import story
from .basics import serial, walk

LISTED = (
    "watch_list,code,name_zh,name_en,aliases,identifiers,country,document,document_date,effective_from,effective_to"
)


@story
def listing(cast: Any, *rows: str, by: str = "commerce.lead") -> Listing:
    """The first of the entries that these CSV rows add to a watch list; by default a new one."""
    lines = rows or (f"control,T-{serial()},示例名单公司,Example Listed Co,,,JPN,示例公告,2025-02-24,2025-02-24,",)
    values = read_rows("\n".join([LISTED, *lines]))
    return import_listings(values, actor=cast[by], seen=changes_digest(changes(values)))[0]


@story
def rule_set(cast: Any, state: str = "DRAFT", *rows: str, by: str = "customs.lead") -> RuleSet:
    """A version of customs' routing rules; `rows` are its CSV rows, by default one that matches everything."""
    made = draft_rule_set(actor=cast[by])
    header = "tier,position,unit,mode,priority,officers,kinds,violation_types,materials,districts,destinations,"
    amounts = "severities,value_from,value_below,weight_from,weight_below,starts_on,ends_on,note"
    text = "\n".join([header + amounts, *(rows or ["1,10,GACC_RISK"])])
    walk(cast, made, [("import_rules", by, {"rows": text})])
    if state != "DRAFT":
        walk(cast, made, [("publish", by, {})])
    assert made.state == state
    return made


@story
def rule_change(cast: Any, *rows: str) -> RuleChange:
    """A draft that changes the control law; `rows` are CSV rows of military terms, by default an invented one."""
    text = "\n".join(["language,term", *(rows or ["en,invented corps"])])
    table = "control_military_terms"
    seen = propose(table, text).digest
    return draft_change(actor=cast["sysadmin"], table=table, text=text, grounds="Invented change", seen=seen)
