"""What the page of a note shows beside it: its earlier versions."""

from typing import Any

from django.http import QueryDict

from agencies.kernel.actor import Actor

from .models import Note


def page_parts(note: Note, actor: Actor, params: QueryDict) -> dict[str, Any]:
    return {"one": [note], "versions": list(note.versions())[:-1] if note.edits else []}
