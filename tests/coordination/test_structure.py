"""Structural rules beyond the linter: string foreign keys that point upward, texts that no catalogue finds."""

import ast
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

FLOORS = {"agencies": 0, "cases": 1, "coordination": 2}
ROOMS = {
    "agencies": [
        {"kernel"},
        {"journal"},
        {"organisations", "calendar"},
        {"people", "machines"},
        {"runs"},
        {"duty"},
        {"confirmations"},
    ],
    "cases": [
        {"controls"},
        {"casefile"},
        {"sharing", "clocks", "papers", "evidence", "watchlists"},
        {"custody"},
        {"proceedings"},
        {"files"},
        {"intake"},
        {"rulechanges"},
    ],
    "coordination": [
        {"form_drafts", "saved_views", "read_log"},
        {"confidential", "majorcases"},
        {"corrections"},
        {"tasks"},
        {"playbooks"},
        {"opinions"},
        {"referrals"},
        {"instructions"},
        {"conferences"},
        {"notes", "reminders"},
        {"exporters", "licences", "routerisk", "stops"},
        {"screening"},
        {"enduse"},
        {"warnings"},
        {"circulars"},
        {"customsqueries"},
        {"identifications"},
        {"diligence", "inspections", "certificates"},
        {"routing", "imports", "gateways"},
        {"notifications"},
        {"outcomes"},
        {"feeds"},
        {"channels"},
        {"escalation"},
        {"search"},
        {"typical_cases"},
        {"bulletins"},
        {"metrics", "campaigns", "thresholds"},
        {"briefing"},
    ],
}


def height(model) -> tuple[int, int]:
    floor, *folders = model.__module__.split(".")
    room = folders[1] if floor == "coordination" else folders[0]  # coordination groups its resources in folders
    return FLOORS[floor], next(n for n, rooms in enumerate(ROOMS[floor]) if room in rooms)


def ours():
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in FLOORS]


def test_no_foreign_key_points_upward():
    upward = [
        f"{model.__name__}.{field.name}"
        for model in ours()
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.related_model in ours() and height(field.related_model) > height(model)
    ]
    assert upward == []


def test_no_text_is_asked_for_by_a_name_that_the_catalogue_does_not_know():
    """Imports under other names than `_` or the original are never extracted, and so never translated."""
    renamed = re.compile(r"\bn?p?gettext(?:_lazy)? as (?!_$|_,)", re.MULTILINE)
    sources = [path for floor in FLOORS for path in (settings.BASE_DIR / floor).rglob("*.py")]
    assert [str(path) for path in sources if renamed.search(path.read_text(encoding="utf-8"))] == []


def test_every_model_of_a_case_defines_visibility():
    """A model with a relation to a case has `visible_to`, or is reached only through one that does."""
    through = {
        *("Identifier", "Hold", "Share", "Breach", "Contribution", "Revision", "LeadMark", "Package", "SignedCopy"),
        *("CustodyEvent", "Alert", "ClockPause", "ClockApplication", "ClockExtension", "ClockChange"),
        *("Case_violation_types", "CaseTechnique", "UnknownFact", "Referral_team", "CaseNumbers"),
        *("Proceeding_team", "Assessment", "Payment", "Remedy", "ProceduralStep"),
        *("OpinionLevel", "Participant", "Minutes", "Resolution"),
        *("NamedPerson", "Mention", "ReadMark", "Bookmark", "Addressee"),
        *("StoredMatter", "LabelSet", "Label", "Fact", "Month"),  # facts, which `metrics.asking` limits by reader
        *("Item", "Sum", "Position", "Change"),  # of late items; `lateness.counting` limits them by reader
        *(
            "Preference",
            "Habit",
            "Threshold",
            "Progress",
            "AnnouncedEvent",
            "Attempt",
            "Feed",
            "DefaultView",
            "PlaybookStep",
            "CampaignStep",
        ),
        *("Goal", "Campaign_members", "Pick", "ProgressEntry", "ImportRow", "ColumnMapping"),
        *("RoutingRule", "RoutingMark", "RoutingRule_officers", "WatchHit", "ScreenedMatter"),
        *("QuestionnaireItem", "ReviewAnswer", "Gap", "Inspector", "ChecklistItem", "Sample", "CertificateCheck"),
        *("Sample", "ItemOpinion", "LicenceFile", "RiskCheck", "FactAnswer"),
    }
    silent = [
        model.__name__
        for model in ours()
        if model.__module__.split(".")[0] != "agencies"
        and not model.__module__.startswith("cases.controls")
        and model.__name__ not in through | {"PeriodRule", "ExtensionStep", "PauseGround"}
        and not hasattr(model._default_manager.all(), "visible_to")
    ]
    assert silent == []


CLOCKS = {"timezone", "datetime", "date", "time"}
ASKS_TIME = {"now", "today", "utcnow", "time", "time_ns"}
DATABASE_TIME = {"Now", "CurrentTimestamp", "TransactionNow"}
SQL_TIME = re.compile(r"\bnow\(\)|\bcurrent_(date|time|timestamp)\b|(clock|statement)_timestamp\b|'now'", re.IGNORECASE)


def asks_time(node: ast.AST) -> bool:
    """Whether the node reads the present time other than through the kernel: in Python, by the ORM or in SQL."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in DATABASE_TIME
        case ast.Call(func=ast.Attribute(value=ast.Name(id=clock), attr=name)) if clock in CLOCKS:
            # With an argument these only convert it; without one they use the present time.
            return name in ASKS_TIME or (name in {"localdate", "localtime"} and not node.args)
        case ast.Constant(value=str(text)):
            return SQL_TIME.search(text) is not None
    return False


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    return [*ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def found_in_product(is_wrong: Callable[[ast.AST], bool]) -> list[str]:
    """Occurrences in the product, without migrations and the kernel's own module of time."""
    kernel = settings.BASE_DIR / "agencies" / "kernel" / "times.py"
    sources = [path for floor in FLOORS for path in (settings.BASE_DIR / floor).rglob("*.py") if path != kernel]
    return [
        f"{path.relative_to(settings.BASE_DIR)}:{node.lineno}"
        for path in sources
        if "migrations" not in path.parts
        for node in nodes_of(path)
        if is_wrong(node)
    ]


def test_all_time_comes_from_the_kernel():
    """So that a test can move every clock at once. A field's default belongs to the framework and moves with the
    process."""
    assert found_in_product(asks_time) == []


def takes_date_elsewhere(node: ast.AST) -> bool:
    """`moment.date()` without a zone: at half past midnight in Shanghai the date in UTC is yesterday's."""
    match node:
        case ast.Call(
            func=ast.Attribute(attr="date", value=ast.Call(func=ast.Attribute(attr="localtime" | "astimezone")))
        ):
            return False
        case ast.Call(func=ast.Attribute(attr="date", value=ast.Name(id="NEVER" | "sent"))):
            return False  # the end of time, and times of a sender with a zone of their own
        case ast.Call(func=ast.Attribute(attr="date"), args=[]):
            return True
    return False


@pytest.mark.slow
def test_the_date_of_a_moment_is_the_one_in_shanghai():
    assert found_in_product(takes_date_elsewhere) == []


MOST_LINES, MOST_ARGUMENTS = 50, 8


def is_too_large(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    given = function.args
    arguments = len(given.posonlyargs) + len(given.args) + len(given.kwonlyargs)
    return (function.end_lineno or 0) - function.lineno >= MOST_LINES or arguments > MOST_ARGUMENTS


@pytest.mark.slow
def test_no_function_is_longer_than_50_lines_or_has_more_than_8_arguments():
    sources = [path for folder in (*FLOORS, "tests") for path in (settings.BASE_DIR / folder).rglob("*.py")]
    assert [
        f"{path.relative_to(settings.BASE_DIR)}: {node.name}"
        for path in sources
        if "migrations" not in path.parts
        for node in nodes_of(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and is_too_large(node)
    ] == []


MOST_LINES_OF_A_FILE = 500
# These may be longer, because each is one table that is read as a whole, or tests that share one stage.
LONG_FILES = {
    "coordination/insight/metrics/catalogue.py": "one entry a figure",
    "tests/coordination/reference_model.py": "one entry a workflow, beside one another",
    "tests/coordination/test_workflow_matrix.py": "one expectation an action, beside one another",
}


def test_no_file_is_longer_than_500_lines_without_a_reason():
    sources = [path for folder in (*FLOORS, "tests") for path in (settings.BASE_DIR / folder).rglob("*.py")]
    long = {
        path.relative_to(settings.BASE_DIR).as_posix()
        for path in sources
        if "migrations" not in path.parts and len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES_OF_A_FILE
    }
    assert long == set(LONG_FILES)
