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
        raise Invalid.field("token", "choice", _("There is no paper with this code that you may see."))
    file_scan(paper, actor=actor, file=file, token=read)
    return paper


def _no_code() -> str:
    if can_read():
        return _("The code on this scan could not be read. Enter the code that a telephone or scanner reads.")
    return _(
        "This server cannot read QR codes (requirements-papers.txt). Enter the code that a telephone or scanner reads."
    )
