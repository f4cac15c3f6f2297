"""What the page of a file shows: its text or picture, and its timeline."""

from importlib.util import find_spec
from typing import Any

from django.http import QueryDict

from agencies.journal.timeline import timeline
from agencies.kernel import limits
from agencies.kernel.actor import Actor
from agencies.kernel.addresses import address
from cases.casefile.models import Case
from cases.papers.files import stored_content

from .kinds import PICTURES, TEXT, decoded
from .models import Attachment
from .naming import named_files

# A PDF is drawn only with the optional packages (requirements-papers.txt).
DRAWN = (*PICTURES, "application/pdf") if find_spec("pypdfium2") else PICTURES


def page_parts(file: Attachment, actor: Actor, params: QueryDict) -> dict[str, Any]:
    named_files([file], actor)
    return {
        "sees_case": Case.objects.visible_to(actor).filter(pk=file.case_id).exists(),
        "picture_url": address("file_preview", file.pk),
        **preview_of(file),
        "events": timeline(actor, file),
    }


def preview_of(file: Any) -> dict[str, Any]:
    """What `files/preview.html` shows of a stored file: a picture of its first page, or its text."""
    return {
        "has_picture": file.media_type in DRAWN,
        "text": (decoded(stored_content(file)) or "")[: limits.PREVIEW_TEXT] if file.media_type == TEXT else "",
    }
