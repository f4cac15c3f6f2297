"""Work items of letters to exporters. Releases have none: people of the agency who do not decide would see it."""

from collections.abc import Iterator

from agencies.kernel.work import Decider, DeskRow, Side, WorkRows
from coordination.exchange.letters.work import in_hand, item

from .models import ExporterLetter

S = ExporterLetter.State


def rows(letter: ExporterLetter) -> Iterator[DeskRow]:
    """The step of the handler, of another reader, of the lead or of the responsible person. An agency whose
    release is awaited is not named."""
    if letter.state == S.AWAITS_RELEASE:
        yield item(letter, Side.AWAITS, letter.agency_id, person_id=letter.handler_id, due_at=None, breach_at=None)
        return
    due_at = letter.due_at if letter.owes_answer else None
    yield in_hand(
        letter,
        letter.agency_id,
        None if letter.state == S.REVIEW else letter.handler_id,
        due_at=due_at,
        breach_at=due_at,
        returned=letter.state == S.DRAFT and bool(letter.to_revise),
        decides=_decider(letter),
    )


def _decider(letter: ExporterLetter) -> Decider:
    if letter.state == S.AT_OFFICE or (letter.state == S.RELEASED and letter.is_notice):
        return Decider.HEAD
    return Decider.LEAD if letter.state in (S.READ, S.RELEASED, S.NOT_RELEASED) else Decider.NONE


WORK = WorkRows(kind="letter", things=lambda: ExporterLetter.objects.open(), rows=rows)
