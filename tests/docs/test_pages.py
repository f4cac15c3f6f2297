"""The pages of docs/ that follow from files and code are current, and their links lead somewhere."""

import re
from pathlib import Path

from django.core.management import call_command

from agencies.kernel.resource import RESOURCE_OF_KIND
from dev.management.commands.write_docs import required, vendored

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = sorted(ROOT.glob("docs/decisions/[0-9]*.md"))
SOURCES = ("agencies", "cases", "coordination", "dev", "docs", "templates", "tests")
FILES = [
    path
    for folder in SOURCES
    for ending in ("py", "html", "md", "yaml", "css", "js")
    for path in ROOT.glob(f"{folder}/**/*.{ending}")
    if "vendor" not in path.parts
]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "tests/README.md"]


def test_the_index_of_decisions_and_the_glossary_are_current():
    call_command("write_docs", "--check")


def test_every_decision_that_a_file_names_exists():
    there = {int(path.name[:4]) for path in DECISIONS}
    named = re.compile(r"\b[Dd]ecisions? (\d{1,4})\b|decisions/(\d{4})-|\]\((\d{4})-")
    missing = {
        (str(path.relative_to(ROOT)), number)
        for path in (*FILES, *ROOT.glob("*.md"), ROOT / "Makefile", ROOT / "pyproject.toml")
        for found in named.finditer(path.read_text(encoding="utf-8"))
        if int(number := next(filter(None, found.groups()))) not in there
    }
    assert missing == set()


def test_a_decision_has_at_most_sixty_lines():
    assert [path.name for path in DECISIONS if len(path.read_text(encoding="utf-8").splitlines()) > 60] == []


def test_the_licences_are_of_the_packages_and_files_in_use():
    text = (ROOT / "docs/licences.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| (\S+) \| (\S+) \| \S", text, re.M)) - {("name", "version")}
    assert listed == set(required()) | {(asset["name"], asset["version"]) for asset in vendored()}


def test_every_kind_of_thing_with_a_workflow_is_in_the_glossary():
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    missing = [kind for kind in RESOURCE_OF_KIND if f"| {kind} |" not in text]
    assert missing == []


def test_links_between_pages_lead_somewhere():
    broken = [
        (str(page.relative_to(ROOT)), target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not target.startswith("/")  # an address of the product; of the help texts, `test_help_page` resolves them
        and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_setting_of_the_environment_has_its_line():
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    read = set(
        re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', (ROOT / "coordination/config/settings.py").read_text("utf-8"))
    )
    assert len(read) > 15
    assert sorted(name for name in read if f"`{name}`" not in text) == []
