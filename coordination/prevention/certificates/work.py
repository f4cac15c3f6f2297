"""Work items of certificates: those that end soon, and doubtful ones."""

from collections.abc import Iterator

from agencies.kernel.work import DeskRow, WorkRows
from coordination.exchange.letters.work import in_hand

from .models import Certificate

S = Certificate.State


def rows(certificate: Certificate) -> Iterator[DeskRow]:
    """One item of the handler. A doubtful certificate is due on no day."""
    if certificate.state == S.DOUBTFUL:
        yield in_hand(certificate, certificate.agency_id, certificate.handler_id, due_at=None, breach_at=None)
    elif certificate.state == S.VALID and certificate.expiry == Certificate.Expiry.SOON:
        yield in_hand(certificate, certificate.agency_id, certificate.handler_id)


WORK = WorkRows(kind="certificate", things=lambda: Certificate.objects.open(), rows=rows)
