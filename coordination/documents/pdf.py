"""Sheets as PDF, if WeasyPrint, Pango and a Chinese font are installed. Printing from the browser needs none of them.

WeasyPrint is imported on first use: it is optional and large, and its import loads Pango.
"""

import importlib
import importlib.util
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.kernel.errors import TransitionRefused, UnmetCondition
from cases.papers.models import Paper

from .rendering import CSS, sheet_html

NO_WEASYPRINT = gettext_noop("WeasyPrint is not installed (requirements-papers.txt).")
NO_PANGO = gettext_noop("Pango is not installed (libpango-1.0-0 and libpangoft2-1.0-0).")
NO_FONT = gettext_noop("No Chinese font is installed (fonts-noto-cjk, or another FangSong font).")


def missing() -> list[str]:
    """What is missing on this machine for PDF, in the reader's language."""
    return [_(one) for one in _missing()]


@cache
def _missing() -> tuple[str, ...]:
    found = []
    if importlib.util.find_spec("weasyprint") is None:
        found.append(NO_WEASYPRINT)
    elif not _opens("weasyprint"):
        found.append(NO_PANGO)
    if not _has_chinese_font():
        found.append(NO_FONT)
    return tuple(found)


def _opens(name: str) -> bool:
    try:
        importlib.import_module(name)
    except OSError:  # a shared library is missing
        return False
    return True


def _has_chinese_font() -> bool:
    program = shutil.which("fc-list")
    if program is None:
        return False
    result = subprocess.run([program, ":lang=zh", "family"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - a fixed program with fixed arguments
    return bool(result.stdout.strip())


def pdf_of(paper: Paper) -> bytes:
    """Renders the PDF. Raises TransitionRefused naming what is missing."""
    return pdf_from(sheet_html(paper, css_url=""), CSS)


def pdf_from(html: str, styles: Path) -> bytes:
    """Renders a complete page with its style sheet. Raises TransitionRefused naming what is missing."""
    if lacks := missing():
        raise TransitionRefused(UnmetCondition("pdf", one) for one in lacks)
    weasyprint: Any = importlib.import_module("weasyprint")
    css = weasyprint.CSS(string=styles.read_text(encoding="utf-8"), url_fetcher=_refuse)
    drawn: bytes = weasyprint.HTML(string=html, url_fetcher=_refuse).write_pdf(stylesheets=[css])
    return drawn


def _refuse(url: str, *args: Any, **kwargs: Any) -> NoReturn:
    """A paper loads no resources; its contents could otherwise make requests."""
    raise ValueError(f"a sheet may not load {url}")
