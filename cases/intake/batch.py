"""Many reports at once, as objects of the contract: from a connected system, and from the table of an import.

Each has its own result, as sending it alone would have; one that is refused stops no other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rest_framework.exceptions import ValidationError

from agencies.kernel.actor import Actor
from agencies.kernel.errors import ActionError, FieldError, Invalid
from agencies.kernel.json_input import read_json, readable_object
from agencies.kernel.problems import field_errors
from agencies.organisations.models import Agency

from .receiving import ReceivedReport, ReportOrder, SentReport, receive_leads
from .serializers import Report, occurred_of


@dataclass(frozen=True)
class UnreadableReport:
    """A line or an object of a batch that is not a report: why. The others are received."""

    errors: tuple[FieldError, ...]


def readable_report(read: Any) -> Any:
    """The object that `read` returns, an UnreadableReport if it is none."""
    try:
        return readable_object(read())
    except Invalid as wrong:
        return UnreadableReport(tuple(wrong.errors))


def read_lines(raw: bytes) -> Iterator[Any]:
    """One report a line (NDJSON); empty lines are left out."""
    return (readable_report(partial(read_json, line)) for line in raw.splitlines() if line.strip())


@dataclass(frozen=True)
class BatchedReport:
    """The result of one report. `sent` is None for one that is no valid report."""

    result: ReceivedReport | ActionError
    sent: SentReport | None = None


def receive_reports(reports: Iterable[Any], *, actor: Actor, agency: Agency) -> list[BatchedReport]:
    """Receives the reports that are valid, in one transaction. Returns the result of each, in their order."""
    sent, refused = read_reports(reports)
    positions = sorted(sent)
    received: Sequence[Any] = receive_leads([sent[n] for n in positions], actor=actor, agency=agency)
    found = dict(zip(positions, received, strict=True))
    return [BatchedReport(found.get(n) or refused[n], sent.get(n)) for n in range(len(sent) + len(refused))]


def read_reports(reports: Iterable[Any]) -> tuple[dict[int, SentReport], dict[int, ActionError]]:
    """The valid reports and the errors of the others, by position. One serializer reads all, because making its fields
    takes longer than reading a report."""
    form, sent, refused = Report(), dict[int, SentReport](), dict[int, ActionError]()
    for n, data in enumerate(reports):
        try:
            if isinstance(data, UnreadableReport):
                raise Invalid(data.errors)
            content = form.run_validation(data)
            order = ReportOrder(content.pop("source_version", ""))
            sent[n] = SentReport(content, occurred_of(content), order)
        except ValidationError as wrong:
            refused[n] = Invalid(field_errors(wrong.detail))
        except ActionError as wrong:
            refused[n] = wrong
    return sent, refused
