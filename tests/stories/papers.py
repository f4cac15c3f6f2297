"""Papers, scans and files."""

from typing import Any

from django.utils import timezone

from agencies.kernel.resource import resource_of
from cases.casefile.models import Case
from cases.files.actions import attach_file
from cases.files.models import Attachment
from cases.papers.actions import add_paper
from cases.papers.models import IncomingPaper, Paper
from coordination.documents.actions import draft_paper

from ..kept_stories import story
from .basics import scan, serial, walk
from .casefile import case
from .transfers import transfer


def incoming(
    cast: Any, state: str = "KEPT", matter: Case | None = None, *, by: str = "customs.officer", **changes: Any
) -> IncomingPaper:
    """A paper of the procuratorate that customs recorded on a case. It is no `story`, because a sweep of orphans in
    another test would delete its file."""
    values = {"agency": "SPP", "number": f"检函〔2026〕{serial()}号", "title": "Opinion on the evidence"}
    made = add_paper(
        matter or case(cast),
        actor=cast[by],
        **{**values, "dated": timezone.localdate(), "file": scan(), "shared": state == "SHARED", **changes},
    )
    if state == "WITHDRAWN":
        walk(cast, made, [("withdraw", "customs.lead", {"reason": "wrong case"})])
    return made


def attachment(
    cast: Any, audience: str = "agency", matter: Case | None = None, *, by: str = "customs.officer", **rest: Any
) -> Attachment:
    """A file of customs on a case. It is no `story`, as with `incoming`."""
    file = rest.pop("file", None) or scan(f"page {serial()}")
    return attach_file(matter or case(cast), actor=cast[by], audience=audience, file=file, **rest)


@story
def paper(cast: Any, state: str = "DRAFT", about: Any = None, form: str = "TRF_LETTER") -> Paper:
    """A paper of customs, by default the letter of an approved transfer."""
    made = paper_of(cast, "customs.officer", about or transfer(cast, "APPROVED"), form)
    if state != "DRAFT":
        walk(cast, made, [("issue", "customs.head", {})])
    if state == "WITHDRAWN":
        walk(cast, made, [("withdraw", "customs.head", {"reason": "wrong addressee"})])
    assert made.state == state
    return made


@story
def paper_of(cast: Any, who: str, about: Any, form: str) -> Paper:
    return draft_paper(about, resource_of(about).workflow_of(about), actor=cast[who], form=form)
