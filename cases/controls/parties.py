"""What the names of consignee, user and owner say: a military user, and entries of the lists that name them.

The lists belong to a noun above this one, which registers where its entries are read (`read_entries_from`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .countries import country_code
from .names import SHORTEST, Agreement, Grade, NameIndex, Way, fold_address, strength
from .rulebook import MilitaryTerm, Rulebook, plain

MOST_KEPT = 10_000


@dataclass(frozen=True)
class CheckedParty:
    """`role` is end_user, consignee or owner, the latter of the end user. `numbers` are in their compared form."""

    name: str
    role: str
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListEntry:
    """An entry of a list that names a party, with the days on which it is valid. `binds`: the control law asks about
    it; an agency's own entries are for screening only. `numbers` are in their compared form."""

    code: str
    watch_list: str  # "control" | "watch" | "unreliable" | "own"
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    begins: date
    ends: date | None
    number: int = 1
    addresses: tuple[str, ...] = ()
    country: str = ""
    suspended_from: date | None = None
    suspended_until: date | None = None
    binds: bool = True

    def stands_on(self, day: date) -> bool:
        """Whether it is neither ended nor suspended on a day; it may begin later."""
        if self.ends is not None and self.ends < day:
            return False
        if self.suspended_from is None or day < self.suspended_from:
            return True
        return self.suspended_until is not None and self.suspended_until < day

    def counts_on(self, day: date) -> bool:
        return self.begins <= day and self.stands_on(day)


@dataclass(frozen=True)
class EntryReason:
    """One way in which a party and an entry agree: what was asked, and what the entry says."""

    agreement: Agreement
    asked: str
    listed: str


@dataclass(frozen=True)
class NamedEntry:
    """An entry with all the ways in which it agrees with a party, the strongest first."""

    entry: ListEntry
    reasons: tuple[EntryReason, ...]

    @property
    def grade(self) -> Grade:
        return self.reasons[0].agreement.grade


@dataclass(frozen=True)
class ListHit:
    """An entry that names a party. `is_near`: the name is similar only, and a person compares them."""

    code: str
    watch_list: str
    listed: str
    party: str
    role: str
    is_near: bool


@dataclass(frozen=True)
class MilitaryReading:
    """What names say of a user: yes, near (to be asked) or unknown, and the country of the forces if it is known."""

    state: str = "unknown"
    country: str = ""
    said_by: str = ""


class _Source:
    read: Callable[[], Sequence[ListEntry]] = staticmethod(lambda: ())


def read_entries_from(read: Callable[[], Sequence[ListEntry]]) -> None:
    """Registers where entries are read. The function returns the same object until they change."""
    _Source.read = staticmethod(read)


# Lists ---------------------------------------------------------------------------------------------------------------
class EntryIndex:
    """Entries, prepared to be asked which of them name a party."""

    def __init__(self, entries: Sequence[ListEntry]) -> None:
        self.entries = entries
        self._of_name = [entry for entry in entries for _name in entry.names]
        self._names = NameIndex(name for entry in entries for name in entry.names)
        self._numbers: dict[str, list[ListEntry]] = defaultdict(list)
        self._addresses: dict[str, list[ListEntry]] = defaultdict(list)
        for entry in entries:
            for number in entry.numbers:
                self._numbers[number].append(entry)
            for address in entry.addresses:
                self._addresses[fold_address(address)].append(entry)
        self._addresses.pop("", None)
        self.kept: dict[tuple[CheckedParty, date], tuple[ListHit, ...]] = {}

    def find(
        self, names: Iterable[str], numbers: Iterable[str] = (), addresses: Iterable[str] = ()
    ) -> list[NamedEntry]:
        """The entries that agree with one of the names, numbers (in their compared form) or addresses, on any day."""
        found: dict[str, tuple[ListEntry, list[EntryReason]]] = {}
        for entry, reason in self._reasons(names, numbers, addresses):
            found.setdefault(entry.code, (entry, []))[1].append(reason)
        named = [
            NamedEntry(entry, tuple(sorted(reasons, key=lambda one: strength(one.agreement))))
            for entry, reasons in found.values()
        ]
        return sorted(named, key=lambda one: (strength(one.reasons[0].agreement), one.entry.code))

    def _reasons(
        self, names: Iterable[str], numbers: Iterable[str], addresses: Iterable[str]
    ) -> Iterator[tuple[ListEntry, EntryReason]]:
        for number in numbers:
            for entry in self._numbers.get(number, ()):
                yield entry, EntryReason(Agreement(Grade.EXACT, Way.NUMBER), number, number)
        for name in names:
            for place, agreement in self._names.find(name):
                yield self._of_name[place], EntryReason(agreement, name, self._names.names[place].name)
        for address in addresses:
            for entry in self._addresses.get(fold_address(address), ()):
                yield entry, EntryReason(Agreement(Grade.POSSIBLE, Way.ADDRESS), address, address)


class _InUse:
    index = EntryIndex(())


def entry_index() -> EntryIndex:
    """The entries as this process keeps them; another object after one changed."""
    entries = _Source.read()
    if entries is not _InUse.index.entries:
        _InUse.index = EntryIndex(entries)
    return _InUse.index


def listed(parties: Iterable[CheckedParty], on: date) -> tuple[ListHit, ...]:
    """The entries valid on a day that name one of the parties, by number, name or a similar name."""
    index = entry_index()
    if not index.entries:
        return ()
    if len(index.kept) > MOST_KEPT:
        index.kept.clear()
    asked = list(parties)
    for party in asked:  # a request asks about the same parties for every item
        if (party, on) not in index.kept:
            index.kept[party, on] = tuple(_hits_of(party, on, index))
    return tuple(dict.fromkeys(hit for party in asked for hit in index.kept[party, on]))


def _hits_of(party: CheckedParty, on: date, index: EntryIndex) -> Iterator[ListHit]:
    for found in index.find([party.name], party.numbers):
        if found.entry.binds and found.entry.counts_on(on):
            first = found.reasons[0]
            name = found.entry.names[0] if first.agreement.way == Way.NUMBER else first.listed
            near = found.grade != Grade.EXACT
            yield ListHit(found.entry.code, found.entry.watch_list, name, party.name, party.role, is_near=near)


# Military users ------------------------------------------------------------------------------------------------------
RANKS = ("yes", "near", "unknown")


def read_military(names: Iterable[str], book: Rulebook, on: date) -> MilitaryReading:
    """The strongest that these names say."""
    found = [_military_kept(name, book, on) for name in dict.fromkeys(names) if name]
    return min(found, key=lambda one: (RANKS.index(one.state), not one.country), default=MilitaryReading())


def _military_kept(name: str, book: Rulebook, on: date) -> MilitaryReading:
    """A request asks about the same names for every item, destination and day."""
    if len(book.kept) > MOST_KEPT:
        book.kept.clear()
    if (name, on) not in book.kept:
        book.kept[name, on] = _military(name, book.military, on)
    found: MilitaryReading = book.kept[name, on]
    return found


def _military(name: str, terms: tuple[MilitaryTerm, ...], on: date) -> MilitaryReading:
    valid = [one for one in terms if (not one.begins or one.begins <= on) and (not one.ends or on <= one.ends)]
    text = f" {plain(name)} "
    for one in (one for one in valid if one.kind == "not"):
        text = text.replace(f" {one.text} " if one.text.isascii() else one.text, "  ")
    found = sorted(_said(text, valid), key=lambda one: (RANKS.index(one.state), not one.country, -len(one.said_by)))
    if not found:
        return MilitaryReading()
    is_company = any(_within(one.text, text) for one in valid if one.kind == "company")
    return MilitaryReading("near", found[0].country, found[0].said_by) if is_company else found[0]


def _said(text: str, terms: Iterable[MilitaryTerm]) -> Iterator[MilitaryReading]:
    for one in terms:
        if one.kind not in ("name", "branch") or not _within(one.text, text):
            continue
        before = text[: text.index(one.text)].strip()
        owner = _country_at_end(before)
        stands_free = one.kind == "name" or bool(owner) or text.strip() == one.text
        yield MilitaryReading("yes" if stands_free else "near", one.country or owner, one.text)


def _within(term: str, text: str) -> bool:
    return f" {term} " in text if term.isascii() else term in text


def _country_at_end(text: str) -> str:
    """The country that ends a text: 泰国 of 泰国海军, Poland of "Republic of Poland"."""
    words = text.split()
    for n in range(min(len(words), 4), 0, -1):
        named = " ".join(words[-n:])
        if len(named) >= SHORTEST and (code := country_code(named)):
            return code
    last = words[-1] if words else ""
    if last.isascii():
        return ""
    return next((code for n in range(min(len(last), 8), 1, -1) if (code := country_code(last[-n:]))), "")
