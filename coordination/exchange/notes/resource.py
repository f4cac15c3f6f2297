"""The resource of case notes."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.open_items import NavigationCount
from agencies.kernel.resource import Api, Column, Listing, Resource, Summary

from .actions import ACTIONS, write_note
from .filters import DEFAULT_SORT, SORTS, NoteFilter
from .models import Note
from .on_case import ON_CASE
from .shapes import NoteShape
from .starts import STARTS
from .workflow import NOTE as TABLE

NOTE = Resource(
    name="notes",
    kind="note",
    model=Note,
    page="note",
    label=_("Case note"),
    plural=_("Notes"),
    looks={
        "WRITTEN": ("info", "journal-text"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("case", "agency", "unit", "author"),
    is_corrected=False,  # it is edited
    adds={"cases": STARTS},
    contributes={"cases": {"write_note": write_note}},
    listing=Listing(
        filters=NoteFilter,
        sorts=SORTS,
        default=DEFAULT_SORT,
        related=("case", "agency", "unit", "author"),
        page="notes",
        columns=(
            columns.plain("case", _("Case no."), "case.number"),
            columns.agency("agency", _("Agency"), cell=""),
            Column(
                "author",
                _("Written by"),
                lambda note, actor: note.author.name if note.agency_id == actor.agency_id else "",
            ),
            Column(
                "seen_by",
                _("Seen by"),
                lambda note, actor: note.unit.name if note.unit else note.get_audience_display(),
            ),
            columns.moment("said_at", _("Written at"), cell=""),
            columns.choice("state", _("State"), cell=""),
            Column(
                "text", _("Text"), lambda note, actor: note.text if note.state == note.State.WRITTEN else note.reason
            ),
        ),
        handling=lambda note, actor: str(note.case.handling),
        words=lambda note, actor: str(note.case.number),
    ),
    counter=NavigationCount(
        page="notes",
        rows=lambda reader: Note.objects.waiting_for(reader.actor),
        query=lambda actor: "?unread=1",
    ),
    on_case=ON_CASE,
    summary=Summary(title="case__number"),
    api=Api(
        row=("case", "author", "audience", "unit", "about_kind", "about_id", "text", "edits", "reason", "updated_at"),
        shape=NoteShape,
    ),
)
