"""The help page (使用帮助): how the main tasks are done, from `docs/help` in the reader's language."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import SIGNED_IN, actor_of, page, permission_of

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "help"
LANGUAGES = ("en", "zh-hans")
PARTS = re.compile(r"\*\*([^*]+)\*\*|\[([^\]]+)\]\((/[^)]*)\)")  # a button, or a link to a page


@dataclass(frozen=True)
class HelpSection:
    """One task with its numbered steps, or a list of remarks. `page` is the address where its steps begin."""

    title: str
    steps: list[SafeString] = field(default_factory=list)
    remarks: list[SafeString] = field(default_factory=list)
    page: str = ""


@page(SIGNED_IN)
def help_page(request: HttpRequest) -> HttpResponse:
    language = get_language() if get_language() in LANGUAGES else LANGUAGES[0]
    intro, sections = read_help(language or LANGUAGES[0], opened_by(actor_of(request)))
    return render(request, "help/help.html", {"intro": intro, "sections": sections})


def opened_by(actor: Actor) -> frozenset[str]:
    """The addresses in the help texts that this reader may open."""
    return frozenset(one for one in pages_named() if may_open(actor, one))


@cache
def pages_named() -> frozenset[str]:
    return frozenset(found[2] for language in LANGUAGES for found in PARTS.findall(_text(language)) if found[2])


def may_open(actor: Actor, address: str) -> bool:
    permission = permission_of(resolve(address).func)
    return permission is not None and permission.allows(actor)


@cache
def read_help(language: str, opened: frozenset[str]) -> tuple[SafeString, list[HelpSection]]:
    """The introduction and the sections of a text of headings, paragraphs and lists. Lines of one item are joined.

    A section whose steps begin on a page that the reader may not open is left out; elsewhere such a link is plain
    words.
    """
    intro, *parts = _text(language).split("\n## ")
    sections = [_section(part, language, opened) for part in parts]
    shown = [one for one in sections if not one.steps or one.page in opened]
    return _shown(_joined(intro.splitlines()[1:], language), opened), shown


def _text(language: str) -> str:
    return (FOLDER / f"{language}.md").read_text(encoding="utf-8")


def _section(text: str, language: str, opened: frozenset[str]) -> HelpSection:
    title, _newline, body = text.partition("\n")
    linked = [found[2] for found in PARTS.findall(body) if found[2]]
    found = HelpSection(title, page=linked[0] if linked else "")
    for item in re.split(r"\n(?=\d+\. |- )", f"\n{body.strip()}"):
        marker, _space, words = item.partition(" ")
        if words:
            joined = _joined(words.splitlines(), language)
            (found.remarks if marker == "-" else found.steps).append(_shown(joined, opened))
    return found


def _joined(lines: list[str], language: str) -> str:
    """The lines of one paragraph. Chinese has no space between them."""
    return ("" if language == "zh-hans" else " ").join(line.strip() for line in lines).strip()


def _shown(text: str, opened: frozenset[str]) -> SafeString:
    pieces: list[SafeString] = []
    end = 0
    for part in PARTS.finditer(text):
        button, words, address = part.groups()
        pieces += [escape(text[end : part.start()]), _part(button, words, address, opened)]
        end = part.end()
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, escape(text[end:])]))


def _part(button: str | None, words: str, address: str, opened: frozenset[str]) -> SafeString:
    if button:
        return format_html("<strong>{}</strong>", button)
    return format_html('<a href="{}">{}</a>', address, words) if address in opened else escape(words)
