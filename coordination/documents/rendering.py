"""The printed sheet (公文格式, GB/T 9704-2012): the same markup for screen, printer and PDF."""

import re
from pathlib import Path
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from agencies.kernel import times
from cases.papers.actions import CODE, content_of
from cases.papers.models import Paper

HEADING = re.compile(r"[一二三四五六七八九十]+、")
CSS = Path(__file__).parents[1] / "site" / "static" / "paper.css"
UNNUMBERED = "（签发时编号）"


def sheet_context(paper: Paper) -> dict[str, Any]:
    """The issued contents, or the draft as it would be issued."""
    content = paper.content or content_of(paper, paper.number or UNNUMBERED, times.now())
    return {
        "paper": paper,
        "content": content,
        "head": [content[name] for name in ("copy_number", "secrecy", "urgency") if content.get(name)],
        "lines": [_line(text) for text in content["body"].splitlines()],
        "issued_on": _date(content["issued_on"]),
        "code": code_of(paper) if paper.content else "",
    }


def sheet_html(paper: Paper, *, css_url: str, icon_url: str = "") -> str:
    """A complete page without the product's frame. `css_url` is empty if styles are supplied otherwise."""
    with translation.override("zh-hans"):
        return render_to_string(
            "papers/print.html", {**sheet_context(paper), "alone": True, "css_url": css_url, "icon_url": icon_url}
        )


def code_of(paper: Paper) -> SafeString:
    """The QR code: an opaque token by which the scan of the signed sheet is filed."""
    drawn = segno.make(CODE + paper.token, error="m", micro=False)
    return mark_safe(drawn.svg_inline(border=2, omitsize=True, svgclass="sheet-code", lineclass=None))  # noqa: S308 - drawn here from a token of our own


def _line(text: str) -> tuple[str, str]:
    """The text without its indent, and the class of the paragraph."""
    words = text.strip(" 　")
    return words, "sheet-heading" if HEADING.match(words) and len(words) <= 20 else ""


def _date(iso: str) -> str:
    year, month, day = (int(part) for part in iso.split("-"))
    return f"{year}年{month}月{day}日"
