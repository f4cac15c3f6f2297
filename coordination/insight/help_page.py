"""The help page (使用帮助): how the main tasks are done, from `docs/help` in the reader's language."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from agencies.kernel.permissions import SIGNED_IN, page

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "help"
LANGUAGES = ("en", "zh-hans")
PARTS = re.compile(r"\*\*([^*]+)\*\*|\[([^\]]+)\]\((/[^)]*)\)")  # a button, or a link to a page


@dataclass(frozen=True)
class Section:
    """One task with its numbered steps, or a list of remarks."""

    title: str
    steps: list[SafeString] = field(default_factory=list)
    remarks: list[SafeString] = field(default_factory=list)


@page(SIGNED_IN)
def help_page(request: HttpRequest) -> HttpResponse:
    language = get_language() if get_language() in LANGUAGES else LANGUAGES[0]
    intro, sections = read_help(language or LANGUAGES[0])
    return render(request, "help/help.html", {"intro": intro, "sections": sections})


@cache
def read_help(language: str) -> tuple[SafeString, list[Section]]:
    """The introduction and the sections of a text of headings, paragraphs and lists. Lines of one item are joined."""
    intro, *parts = (FOLDER / f"{language}.md").read_text(encoding="utf-8").split("\n## ")
    return _shown(_joined(intro.splitlines()[1:], language)), [_section(part, language) for part in parts]


def _section(text: str, language: str) -> Section:
    title, _newline, body = text.partition("\n")
    found = Section(title)
    for item in re.split(r"\n(?=\d+\. |- )", f"\n{body.strip()}"):
        marker, _space, words = item.partition(" ")
        if words:
            (found.remarks if marker == "-" else found.steps).append(_shown(_joined(words.splitlines(), language)))
    return found


def _joined(lines: list[str], language: str) -> str:
    """The lines of one paragraph. Chinese has no space between them."""
    return ("" if language == "zh-hans" else " ").join(line.strip() for line in lines).strip()


def _shown(text: str) -> SafeString:
    pieces: list[SafeString] = []
    end = 0
    for part in PARTS.finditer(text):
        button, words, address = part.groups()
        pieces.append(escape(text[end : part.start()]))
        pieces.append(
            format_html("<strong>{}</strong>", button) if button else format_html('<a href="{}">{}</a>', address, words)
        )
        end = part.end()
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, escape(text[end:])]))
