"""Notes on the page of their case."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from agencies.kernel.case_parts import CasePart, CaseTab
from agencies.kernel.paging import Page, page_of

from .models import Mention, Note, NoteQuerySet

PARTS = ("agency", "unit", "author")
NAMED = Prefetch("mentions", queryset=Mention.objects.select_related("person", "unit"))


@dataclass(frozen=True)
class NotesPage:
    """One page of the notes of a case. `subjects` are the titles of what they are about."""

    page: Page
    subjects: dict[UUID, str]

    @property
    def newest(self) -> Note:
        """The note up to which "mark as read" applies; an edited note counts as new."""
        found: Note = max(self.page.items, key=lambda note: note.updated_at)
        return found


class NotesOnCase(CasePart):
    """Newest first; unread ones are marked."""

    is_named = in_timeline = False
    tabs = (CaseTab(key="notes", label=_("Notes"), template="casefile/tabs/notes.html", place=4, counts=("note",)),)

    def rows(self, visible: NoteQuerySet, page: Any) -> NotesPage:
        rows = visible.with_unread(page.actor).select_related(*PARTS).prefetch_related(NAMED)
        shown = page_of(rows, page.params, sorts={"said": "said_at"}, default="-said")
        return NotesPage(shown, page.names({note.about_kind for note in shown.items}))
