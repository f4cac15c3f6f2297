"""Issued and incoming papers as resources."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Api, Listing, Notices, Resource, Summary, by_verb
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns

from . import actions
from .filters import IncomingFilter, PaperFilter
from .models import IncomingPaper, Paper
from .on_case import IncomingOnCase, PapersOnCase
from .open_items import OpenPapers
from .page import page_parts
from .reassigning import PaperReassignment
from .shapes import IncomingShape, PaperShape
from .starts import STARTS
from .workflow import INCOMING as INCOMING_TABLE
from .workflow import PAPER as TABLE


def _paper(paper: Paper) -> Iterable[Phrase]:
    yield Phrase(_("Number"), paper.number, "number")
    yield Phrase(_("Title"), paper.title)
    yield Phrase(_("Addressee"), paper.addressee, "name")


class PaperList(Listing):
    filters = PaperFilter
    sorts = {"updated": "updated_at"}
    default = "-updated"
    related = ("case", "agency", "to")


PAPER = Resource(
    name="papers",
    kind="paper",
    model=Paper,
    page="paper",
    label=_("Paper"),
    plural=_("Papers"),
    looks={
        "ISSUED": ("good", "file-earmark-check"),
    },
    workflows=(TABLE,),
    actions=by_verb(
        *(actions.move_paper, TABLE),
        edit=actions.edit,
        file_scan=actions.file_scan,
        withdraw=actions.withdraw,
        reissue=actions.reissue,
    ),
    related=("case", "agency__signs_as", "to", "replaces"),
    is_corrected=False,  # it is withdrawn or issued again
    opened=actions.note_reading,
    adds={"cases": STARTS},
    contributes={"cases": {"add_paper": actions.add_paper}},
    listing=PaperList(),
    open_items=OpenPapers(),
    reassign=PaperReassignment(),
    on_case=PapersOnCase(),
    summary=Summary(title="title", sight=ByColumns(own={"agency_id": "", "to_id": "sent_at"}, wall="proceeding_id")),
    notices=Notices(in_hand=("drafter",)),
    search=Search(
        kinds=(
            SearchKind(
                name="paper",
                resource="papers",
                model=Paper,
                says=_paper,
                read_by=seen(Paper),
                page="paper",
                agencies=("agency", "to"),
            ),
        ),
    ),
    api=Api(
        row=(
            *("case", "agency", "to", "form", "subject_kind", "subject_id", "number", "title", "edition", "issued_at"),
            *("digest", "updated_at"),
        ),
        detail=(
            *("addressee", "body", "annexes", "copies", "urgency", "secrecy", "secret_for", "copy_number", "tables"),
            *("replaces", "content", "signed_copies"),
        ),
        shape=PaperShape,
    ),
)


def _incoming(paper: IncomingPaper) -> Iterable[Phrase]:
    yield Phrase(_("Number"), paper.number, "number")
    yield Phrase(_("Title"), paper.title)


class IncomingList(Listing):
    filters = IncomingFilter
    sorts = {"updated": "updated_at", "dated": "dated"}
    default = "-updated"
    related = ("case", "agency", "keeper")


INCOMING = Resource(
    name="incoming",
    kind="incoming",
    model=IncomingPaper,
    page="incoming",
    label=_("Incoming paper"),
    plural=_("Incoming papers"),
    looks={
        "KEPT": ("info", "inbox"),
        "SHARED": ("good", "share"),
    },
    workflows=(INCOMING_TABLE,),
    actions=by_verb(actions.move_incoming, INCOMING_TABLE),
    related=("case", "agency", "keeper"),
    sentences={("agency", "quarantine_file"): _("sent a file with malware, which was put into quarantine")},
    listing=IncomingList(),
    page_parts=page_parts,
    on_case=IncomingOnCase(),
    summary=Summary(title="title", sight=ByColumns(own={"keeper_id": ""})),
    notices=Notices(in_hand=("case__proceedings__handler", "case__proceedings__team")),
    search=Search(
        kinds=(
            SearchKind(
                name="incoming",
                resource="incoming",
                model=IncomingPaper,
                says=_incoming,
                read_by=seen(IncomingPaper),
                page="incoming",
                agencies=("case__shares__agency", "keeper"),
            ),
        ),
    ),
    api=Api(
        row=(
            *("case", "agency", "keeper", "number", "dated", "title", "laboratory", "accreditation", "media_type"),
            *("size", "sha256", "scanned_at", "created_at", "updated_at"),
        ),
        shape=IncomingShape,
    ),
)
