"""The resource of case notes."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import Api, Column, EmptyList, Listing, Resource, Summary
from agencies.work.reading import DeskReader

from .actions import ACTIONS, write_note
from .filters import NoteFilter
from .models import Note, NoteQuerySet
from .on_case import NAMED, PARTS, NotesOnCase
from .page import page_parts
from .shapes import NoteShape
from .starts import STARTS
from .workflow import NOTE as TABLE


class NoteList(Listing):
    filters = NoteFilter
    sorts = {"said": "said_at"}
    default = "-said"
    related = ("case", *PARTS)
    prefetch = (NAMED,)
    page = "notes"
    columns = (
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
        Column("text", _("Text"), lambda note, actor: note.text if note.state == note.State.WRITTEN else note.reason),
    )
    empty = EmptyList(
        _("No note yet"),
        _("Notes are written on the page of a case."),
        "journal-text",
        "cases",
        _("Go to the cases"),
    )
    facets = ("state", "audience", "agency")
    chips_label = _("Note filter")

    def shown(self, rows: NoteQuerySet, actor: Actor) -> NoteQuerySet:
        return rows.with_unread(actor)

    def handling(self, thing: Note, actor: Actor) -> str:
        return str(thing.case.handling)

    def words(self, thing: Note, actor: Actor) -> str:
        return str(thing.case.number)

    def chips(self, visible: NoteQuerySet, actor: Actor) -> Iterable[CountedList]:
        yield _("Unread"), "unread=1", visible.unread_by(actor)
        yield _("Mentioning me"), "named=1", visible.standing().mentioning(actor)
        yield _("Mine"), "mine=1", visible.written_by(actor)
        yield _("All"), "", visible


class UnreadNotes(NavigationPage):
    """The notes, with the number of those that wait for the reader."""

    def rows(self, reader: DeskReader) -> NoteQuerySet:
        return Note.objects.waiting_for(reader.actor)


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
    listing=NoteList(),
    page_parts=page_parts,
    navigation=UnreadNotes(group=Group.BETWEEN_AGENCIES, place=54, key="n", waiting="?unread=1"),
    on_case=NotesOnCase(),
    summary=Summary(title="case__number"),
    api=Api(
        row=("case", "author", "audience", "unit", "about_kind", "about_id", "text", "edits", "reason", "updated_at"),
        shape=NoteShape,
    ),
)
