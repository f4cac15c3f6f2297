"""The sheet of a bulletin (公文格式, GB/T 9704-2012) in one language, for screen, printer and PDF."""

import re
from datetime import date
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies.kernel import times
from coordination.documents import pdf

from .figures import LANGUAGES, in_language
from .models import Bulletin

CSS = Path(__file__).parents[2] / "site" / "static" / "paper.css"
HEADING = re.compile(r"^([一二三四五六七八九十]+、|\d+\. ).{1,60}$")


def sheet_context(bulletin: Bulletin, short: str, sheet: Any = None) -> dict[str, Any]:
    """The frozen contents, or the draft as it would be issued today. Dates are in the language of the sheet."""
    shown = sheet or bulletin.content.get(short) or in_language(bulletin, short)[0]
    issued_on = bulletin.content.get("issued_on")
    with translation.override(LANGUAGES[short]):
        day = date_format(date.fromisoformat(issued_on) if issued_on else times.today(), "DATE_FORMAT")
        number = bulletin.number or _("(number assigned at issue)")
    lines = [(text, "sheet-heading" if HEADING.match(text) else "") for text in shown["paragraphs"]]
    return {"bulletin": bulletin, "sheet": shown, "lines": lines, "day": day, "number": number, "short": short}


def sheet_html(bulletin: Bulletin, short: str, *, css_url: str, icon_url: str = "") -> str:
    """A complete page without the product's frame. `css_url` is empty if styles are supplied otherwise."""
    context = sheet_context(bulletin, short)
    with translation.override(LANGUAGES[short]):
        return render_to_string(
            "bulletins/print.html", {**context, "css_url": css_url, "icon_url": icon_url, "alone": True}
        )


def pdf_of(bulletin: Bulletin, short: str) -> bytes:
    """Raises TransitionRefused naming what is missing for PDF."""
    return pdf.pdf_from(sheet_html(bulletin, short, css_url=""), CSS)
