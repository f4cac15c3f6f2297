"""Rules for every template and the style sheet."""

import re
from pathlib import Path

import pytest

from coordination.site.templatetags.civic import known_icons

ROOT = Path(__file__).resolve().parents[3]
CSS = (ROOT / "coordination" / "site" / "static" / "civic.css").read_text(encoding="utf-8")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN = {
    "inline style": r"\sstyle\s*=",
    "inline script": r"<script(?![^>]*\ssrc=)",
    "inline stylesheet": r"<style",
    "event handler": r"<[^>{]*\son[a-z]+\s*=",
    "unescaped output": r"\|\s*safe\b|autoescape off",
    "colour utility": r"\b(?:text|bg|border)-(?:danger|warning|success|primary|info)\b",
    "bootstrap component": r"class=\"(?:[^\"]*\s)?(?:row|btn|card|table|form-control)(?:\s[^\"]*)?\"",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_keeps_to_the_rules_and_names_icons_and_classes_of_ours_that_exist(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert [rule for rule, pattern in FORBIDDEN.items() if re.search(pattern, source)] == []
    icons = re.findall(r"{% icon \"([^\"]+)\"", source) + re.findall(r"icon_name=\"([^\"]+)\"", source)
    assert set(icons) <= known_icons()
    # A class that ends in a dash is completed by a tag or variable, such as cv-badge-{{ tone }}.
    classes = set(re.findall(r"\b(cv-[a-z0-9-]*[a-z0-9])(?![a-z0-9-]|{)", source))
    assert classes - set(re.findall(r"\.(cv-[a-z0-9-]+)", CSS)) == set()


def test_a_line_of_a_template_is_short_enough_to_be_read() -> None:
    for path in TEMPLATES:
        longest = max(path.read_text(encoding="utf-8").splitlines(), key=len, default="")
        assert len(longest) <= 160, f"{path.relative_to(ROOT)}: {longest}"


def test_the_two_dark_blocks_are_the_same() -> None:
    by_system, by_choice = re.findall(r"color-scheme: dark;(.*?)}", CSS, re.DOTALL)
    assert by_system.split() == by_choice.split()


def test_every_token_that_is_used_is_defined() -> None:
    assert set(re.findall(r"var\((--cv-[a-z0-9-]+)", CSS)) <= set(re.findall(r"(--cv-[a-z0-9-]+):", CSS))


def test_the_seal_red_means_overdue_and_nothing_else() -> None:
    users = re.findall(r"([^{}]+){[^{}]*var\(--cv-overdue\)", CSS)
    assert users
    assert all("overdue" in selector.rsplit("*/", 1)[-1] for selector in users)
