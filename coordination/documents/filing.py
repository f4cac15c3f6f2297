"""Files the scan of a signed sheet by the code on it."""

from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from cases.papers.actions import CODE, file_scan
from cases.papers.files import read_scan
from cases.papers.models import Paper

from .codes import can_read, token_in


def file_by_code(file: "File[Any]", token: str, actor: Actor) -> Paper:
    """Finds the paper by the code read or typed from the scan, and files the scan there.

    Raises Invalid for an unknown code and for a paper the actor may not see, without distinguishing the two.
    """
    scan = read_scan(file, actor=actor)
    read = token.strip().removeprefix(CODE) or token_in(file.read(), scan.media_type)
    file.seek(0)
    if not read:
        raise Invalid.field("token", "required", _no_code())
    paper = Paper.objects.visible_to(actor).filter(token=read).first()
    if paper is None:
        raise Invalid.field("token", "choice", _("No paper that you can see has this code."))
    file_scan(paper, actor=actor, file=file, token=read)
    return paper


def _no_code() -> str:
    if can_read():
        return _("No code could be read from this scan. Enter what a telephone or scanner reads from it.")
    return _("This machine reads no codes (requirements-papers.txt). Enter what a telephone or scanner reads from it.")
