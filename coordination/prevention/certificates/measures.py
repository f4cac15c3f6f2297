"""What certificates contribute to the figures: those recorded, those that end soon, those doubted or revoked."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.measures import (
    FactCollector,
    Form,
    History,
    MeasuredFact,
    Measures,
    Metric,
    created,
    first_entered,
    labels,
)

from .models import Certificate

S = Certificate.State


def _facts(certificate: Certificate, history: History) -> Iterable[MeasuredFact]:
    found = FactCollector(certificate.agency_id, labels=labels(country=certificate.country))
    found.count("certificates.recorded", created(history) or certificate.created_at)
    found.count("certificates.doubted", first_entered(history, S.DOUBTFUL))
    found.count("certificates.revoked", first_entered(history, S.REVOKED))
    for since, until in _expiring(history):
        found.stock("certificates.expiring", since, until)
    return found.facts


def _expiring(history: History) -> Iterator[tuple[datetime, datetime | None]]:
    """The times in which its end was work: from, until (None: still).

    Events are read in the order of their records, because an edit of an earlier time may be recorded after a warning.
    An edit changes `expiry` if it changes the last day. A doubtful certificate is no work until it is valid again.
    """
    warned, state, since, at = False, "", None, None
    for event in sorted(history, key=lambda event: event.pk):
        state, at = event.to_state or state, max(event.happened_at, at or event.happened_at)
        if "expiry" in event.fields.split(","):
            warned = event.verb == "warn"
        is_work = warned and state == S.VALID
        if is_work and since is None:
            since = at
        elif since is not None and not is_work:
            yield since, at
            since = None
    if since is not None:
        yield since, None


def _rows(matters: Collection[UUID]) -> QuerySet[Certificate]:
    return Certificate.objects.filter(pk__in=matters)


FIGURES = (
    Metric(
        "certificates_recorded",
        _("Certificates recorded"),
        _("Certificates of end user and end use that were recorded."),
        measures=("certificates.recorded",),
    ),
    Metric(
        "certificates_expiring",
        _("Certificates that expire soon"),
        _("Certificates that end within sixty days, which no officer has noted, at the end of the last day."),
        form=Form.STOCK,
        measures=("certificates.expiring.stock",),
    ),
    Metric(
        "certificates_doubted",
        _("Certificates marked as doubtful"),
        _("Certificates that an officer marked as doubtful."),
        measures=("certificates.doubted",),
    ),
)
MEASURES = Measures(rows=_rows, matter=lambda certificate: certificate.pk, facts=_facts, figures=FIGURES)
