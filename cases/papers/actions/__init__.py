"""Actions on papers."""

from .incoming import add_paper, move_incoming
from .outgoing import (
    CODE,
    PaperData,
    assign_draft_numbers,
    content_of,
    draft,
    edit,
    file_scan,
    issue,
    issue_with_subject,
    move_paper,
    note_reading,
    refill,
    reissue,
    send_papers,
    withdraw,
)
