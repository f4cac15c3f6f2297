"""Data of the triage page: the current content, the changes between two revisions, and the contributed rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from agencies.journal.models import Event, Stream
from agencies.kernel.limits import SHOWN_ROWS

from .diff import FieldDiff, diff
from .labels import NO_NAMES, PARTS, ROWS_BY_CODE, names_of, pointer_label, row_label, value_label
from .models import Contribution, Lead, Revision
from .triage import Claim, Suspicion, assess_suspicion, read_claim, read_names

MOST_EVENTS = 100


@dataclass(frozen=True)
class ChangedField:
    """One changed field as text."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class RevisionComparison:
    """`numbers` are all revisions; `older` and `newer` the two compared."""

    numbers: list[Revision]
    older: int
    newer: int
    changes: list[ChangedField]


@dataclass(frozen=True)
class ContributedRow:
    """One row that was added to the case."""

    what: str
    label: str
    contribution: Contribution


@dataclass(frozen=True)
class LeadReading:
    """`is_cut`: more exists than is shown. `content` is complete."""

    content: dict[str, Any]
    is_cut: bool
    claim: Claim
    suspicion: Suspicion
    comparison: RevisionComparison | None
    given: list[ContributedRow]
    events: QuerySet[Event]


def read_lead(
    lead: Lead, *, older: str | None = None, newer: str | None = None, most: int | None = SHOWN_ROWS
) -> LeadReading:
    """Reads a lead for its page. `older` and `newer` are revision numbers from the URL; otherwise the newest two are
    compared.

    At most `most` rows of each part, changes and contributions are read; None reads all.
    """
    listed = list(lead.revisions.defer("content"))
    numbers = {revision.number for revision in listed}
    new = _number(newer, numbers) or lead.revision
    before = [one.number for one in listed if one.number < new and not one.is_late]
    old = _number(older, numbers) or (before[-1] if before else listed[0].number)
    given = list(lead.contributions.order_by("revision", "pointer")[:most])
    wanted = {lead.revision, old, new, *(row.revision for row in given)}
    held = {revision.number: revision for revision in lead.revisions.filter(number__in=wanted)}
    newest = held[lead.revision]
    content = {name: value[:most] if name in PARTS else value for name, value in newest.content.items()}
    changes = diff(held[old].content, held[new].content) if len(listed) > 1 else []
    return LeadReading(
        content=newest.content,
        is_cut=most is not None and max(len(changes), *(len(newest.content.get(part, ())) for part in PARTS)) > most,
        claim=read_claim(content, read_names([content]), newest.flags),
        suspicion=assess_suspicion(lead, newest.content, most),
        comparison=RevisionComparison(listed, old, new, describe_changes(changes[:most])) if len(listed) > 1 else None,
        given=[_contributed_row(row, held[row.revision].content) for row in given],
        events=events_of(lead),
    )


def events_of(lead: Lead) -> QuerySet[Event]:
    """The newest events. Everyone who sees the lead sees them; reasons and names stay within their agency."""
    return Event.objects.of_stream(Stream.Kind.LEAD, lead.pk).select_related("note").order_by("-id")[:MOST_EVENTS]


def describe_changes(changes: list[FieldDiff]) -> list[ChangedField]:
    names = _names_in(changes)
    return [_as_text(change, names.get(_field(change), NO_NAMES)) for change in changes]


def _names_in(changes: list[FieldDiff]) -> dict[str, dict[str, str]]:
    """Field → code → name, one query for each changed field that holds codes."""
    codes: dict[str, list[str]] = {}
    for change in changes:
        if _field(change) in ROWS_BY_CODE:
            codes.setdefault(_field(change), []).extend(_flat(change.before) + _flat(change.after))
    return {field: names_of(*ROWS_BY_CODE[field], used) for field, used in codes.items()}


def _flat(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def _field(change: FieldDiff) -> str:
    return change.pointer.rpartition("/")[2]


def _as_text(change: FieldDiff, names: Mapping[str, str]) -> ChangedField:
    before, after = (value_label(value, _field(change), names) for value in (change.before, change.after))
    return ChangedField(pointer_label(change.pointer), before, after)


def _number(text: str | None, known: set[int]) -> int | None:
    number = int(text) if text and text.isdecimal() and len(text) < 10 else None
    return number if number in known else None


def _contributed_row(row: Contribution, content: dict[str, Any]) -> ContributedRow:
    part, number = row.pointer.strip("/").split("/")
    return ContributedRow(pointer_label(row.pointer), row_label(part, int(number), content[part][int(number)]), row)
