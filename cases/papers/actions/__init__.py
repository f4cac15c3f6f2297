"""Writes on papers."""

from .incoming import CASE_ACTIONS, add_paper, move_incoming
from .outgoing import (
    CODE,
    Filling,
    content_of,
    draft,
    file_scan,
    fill_anew,
    issue,
    move_paper,
    number_drafts,
    reissue,
    send_papers,
    withdraw,
)

__all__ = [
    "CASE_ACTIONS",
    "CODE",
    "Filling",
    "add_paper",
    "content_of",
    "draft",
    "file_scan",
    "fill_anew",
    "issue",
    "move_incoming",
    "move_paper",
    "number_drafts",
    "reissue",
    "send_papers",
    "withdraw",
]
