"""Which entries name the subjects of matters, by the entries as this process keeps them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agencies.journal.digests import content_digest
from agencies.kernel import times
from cases.controls.parties import EntryIndex, NamedEntry

from .models import Match
from .subjects import ComparedSide, NamedSubject, SubjectKind, side_of_entry
from .words import stored

MatchKey = tuple[UUID, str, str]  # subject, part, code of the entry


@dataclass(frozen=True)
class FoundMatch:
    """A subject and an entry that agree."""

    subject: NamedSubject
    named: NamedEntry

    @property
    def key(self) -> MatchKey:
        return self.subject.subject, self.subject.part, self.named.entry.code

    def columns(self) -> dict[str, Any]:
        """What a match holds of it, except the version of the entry."""
        return {
            "subject_name": self.subject.side.names[0],
            "subject_digest": self.subject.side.digest,
            "entry_digest": side_of_entry(self.named.entry).digest,
            "grade": str(self.named.grade),
            "reasons": [stored(reason) for reason in self.named.reasons],
        }


def version_of(index: EntryIndex) -> str:
    """A digest of the entries that stand today. It changes with a list, and on the days on which an entry ends, is
    suspended or counts again."""
    today = times.today()
    return content_digest([[one.code, one.number] for one in index.entries if one.stands_on(today)])


def entries_for(side: ComparedSide, index: EntryIndex) -> list[NamedEntry]:
    """The standing entries that agree with one side, the surest first. Some may begin later."""
    today = times.today()
    found = index.find(side.names, side.numbers, side.addresses)
    return [one for one in found if one.entry.stands_on(today)]


def found_in(kind: SubjectKind, matters: Collection[UUID], index: EntryIndex) -> dict[UUID, dict[MatchKey, FoundMatch]]:
    """Matter → its matches."""
    found: dict[UUID, dict[MatchKey, FoundMatch]] = {matter: {} for matter in matters}
    for one in _all(kind, matters, index):
        found[one.subject.matter][one.key] = one
    return found


def _all(kind: SubjectKind, matters: Collection[UUID], index: EntryIndex) -> Iterator[FoundMatch]:
    if index.entries:
        for subject in kind.subjects(matters):
            yield from (FoundMatch(subject, named) for named in entries_for(subject.side, index))


def key_of(match: Match) -> MatchKey:
    return match.subject, match.part, match.code
