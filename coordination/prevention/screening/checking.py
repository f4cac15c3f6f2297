"""Checks a name, number or address against the entries that the asker sees. Nothing is recorded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agencies.kernel.actor import Actor
from agencies.kernel.permissions import scope_or_reader
from agencies.machines.models import ApiKey
from cases.casefile.identifiers import normalize_identifier
from cases.controls.names import Grade
from cases.controls.parties import entry_index
from cases.watchlists.models import Listing

from .finding import entries_for
from .models import GradeOfMatch
from .subjects import ComparedSide
from .words import stored

MOST_NUMBERS = 20
MOST_FOUND = 100
CHECKERS = scope_or_reader(ApiKey.Scope.SCREENING_CHECK)


@dataclass(frozen=True)
class FoundEntry:
    """An entry that the question may mean, with the reasons as a match keeps them."""

    listing: Listing
    grade: Grade
    reasons: Sequence[Mapping[str, Any]]

    @property
    def grade_label(self) -> str:
        return str(GradeOfMatch(self.grade).label)


def check(actor: Actor, *, name: str = "", numbers: Iterable[str] = (), address: str = "") -> list[FoundEntry]:
    """The standing entries that agree, the surest first. A number without letters and digits agrees with nothing."""
    keys = tuple(key for number in numbers if (key := normalize_identifier(number)))
    side = ComparedSide((name,) if name else (), keys, "", (address,) if address else ())
    named = entries_for(side, entry_index())
    codes = [one.entry.code for one in named]
    seen = {one.code: one for one in Listing.objects.screened_by(actor).current_versions().filter(code__in=codes)}
    found = (one for one in named if one.entry.code in seen)
    return [FoundEntry(seen[one.entry.code], one.grade, tuple(map(stored, one.reasons))) for one in found][:MOST_FOUND]
