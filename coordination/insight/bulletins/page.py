"""What the page of a bulletin shows: the sheet, and beside it its figures as issued and as known today."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language

from agencies.journal.timeline import timeline
from agencies.kernel.actor import Actor
from coordination.documents import pdf

from .access import editor
from .comparing import compared
from .figures import LANGUAGES, in_language
from .models import Bulletin
from .placeholders import typed_numbers
from .rendering import sheet_context


def page_parts(bulletin: Bulletin, actor: Actor, params: QueryDict) -> dict[str, Any]:
    short = language_of(params)
    now, figures = in_language(bulletin, short)
    sheet, edits = bulletin.content.get(short, now), editor(actor, bulletin)
    text = bulletin.text_zh if short == "zh" else bulletin.text_en
    return {
        **sheet_context(bulletin, short, sheet),
        "compared": list(compared(bulletin, actor, sheet, now, figures)),
        "compared_as_of": figures.as_of,
        "edits": edits,
        "typed": typed_numbers(text) if edits and not bulletin.is_out else [],
        "newer": Bulletin.objects.visible_to(actor).filter(replaces=bulletin).exclude(state="DISCARDED").first(),
        "pdf_missing": pdf.missing(),
        "events": timeline(actor, bulletin),
    }


def language_of(params: QueryDict) -> str:
    """The chosen language of the sheet, else that of the reader."""
    chosen: Any = params.get("in")
    return chosen if chosen in LANGUAGES else "zh" if (get_language() or "zh").startswith("zh") else "en"
