"""Files as a resource."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Api, Listing, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen

from .actions import ACTIONS, TASK_ACTIONS, attach_file
from .filters import AttachmentFilter
from .models import Attachment
from .on_case import FilesOnCase
from .page import page_parts
from .shapes import FileShape
from .starts import STARTS
from .workflow import FILE as TABLE


def _file(file: Attachment) -> Iterable[Phrase]:
    yield Phrase(_("Name of the file"), file.title)
    yield Phrase(_("What it shows"), file.note)


class FileList(Listing):
    filters = AttachmentFilter
    sorts = {"attached": "created_at"}
    default = "-attached"
    related = ("case", "agency", "person")


FILE = Resource(
    name="files",
    kind="file",
    model=Attachment,
    page="file",
    label=_("File"),
    plural=_("Files"),
    looks={
        "ATTACHED": ("info", "journal-text"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("case", "agency", "person"),
    is_corrected=False,  # it is described anew or withdrawn
    adds={"cases": STARTS},
    contributes={"cases": {"attach_file": attach_file}, "tasks": TASK_ACTIONS},
    listing=FileList(),
    page_rows=lambda rows, actor: rows.select_related("counterpart"),
    page_parts=page_parts,
    on_case=FilesOnCase(),
    summary=Summary(title="title"),
    search=Search(
        kinds=(
            SearchKind(
                name="file",
                resource="files",
                model=Attachment,
                says=_file,
                read_by=seen(Attachment),
                page="file",
                only=Q(state=Attachment.State.ATTACHED),
                agencies=("case__shares__agency", "agency", "counterpart"),
            ),
        ),
    ),
    api=Api(
        row=(
            *("case", "about_kind", "about_id", "agency", "person", "audience", "title", "note", "reason"),
            *("pages", "volume", "collected_by", "collected_on"),
            *("media_type", "size", "sha256", "scanned_at", "created_at", "updated_at"),
        ),
        shape=FileShape,
    ),
)
