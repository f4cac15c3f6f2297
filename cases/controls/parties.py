"""What the names of consignee, user and owner say: a military user, and entries of the lists that name them.

The lists belong to a noun above this one, which registers where its entries are read (`read_entries_from`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .countries import country_code
from .rulebook import MilitaryTerm, Rulebook, plain

MOST_KEPT = 10_000
SHORTEST = 4  # letters of a name, or signs of a Chinese one, that another name may contain
FORMS = frozenset(
    {"co", "company", "corp", "corporation", "inc", "incorporated", "llc", "ltd", "limited", "gmbh", "plc", "sa", "ag"}
    | {"bv", "nv", "pte", "pty", "kk", "the"}
)
FORMS_ZH = ("股份有限公司", "有限责任公司", "有限公司", "株式会社", "集团", "公司")


@dataclass(frozen=True)
class CheckedParty:
    """`role` is end_user, consignee or owner, the latter of the end user. `numbers` are in their compared form."""

    name: str
    role: str
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListEntry:
    """An entry of a list that names somebody, with the days on which it is valid."""

    code: str
    watch_list: str  # "control" | "watch" | "unreliable"
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    begins: date
    ends: date | None


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
class _IndexedEntries:
    """The entries last read, each name in plain writing."""

    entries: Sequence[ListEntry] = ()
    names: list[tuple[ListEntry, str, str, str]] = []  # entry, name, in plain writing, without the form of a company
    kept: dict[
        tuple[CheckedParty, date], tuple[ListHit, ...]
    ] = {}  # a request asks about the same parties for every item


def listed(parties: Iterable[CheckedParty], on: date) -> tuple[ListHit, ...]:
    """The entries valid on a day that name one of the parties, by number, name or a similar name."""
    entries = _Source.read()
    if entries is not _IndexedEntries.entries or len(_IndexedEntries.kept) > MOST_KEPT:
        named = [(entry, name, plain(name)) for entry in entries for name in entry.names]
        _IndexedEntries.names = [(entry, name, text, core(text)) for entry, name, text in named]
        _IndexedEntries.entries, _IndexedEntries.kept = entries, {}
    if not entries:
        return ()
    asked = list(parties)
    for party in asked:
        if (party, on) not in _IndexedEntries.kept:
            _IndexedEntries.kept[party, on] = _entries_of(party, on)
    return tuple(dict.fromkeys(hit for party in asked for hit in _IndexedEntries.kept[party, on]))


def _entries_of(party: CheckedParty, on: date) -> tuple[ListHit, ...]:
    text, found = plain(party.name), dict[str, ListHit]()
    bare = core(text)
    for entry, name, other, other_bare in _IndexedEntries.names:
        if entry.begins > on or (entry.ends and entry.ends < on):
            continue
        same = (bool(text) and text == other) or bool(set(party.numbers) & set(entry.numbers))
        if (same or _is_near(bare, other_bare)) and (entry.code not in found or found[entry.code].is_near):
            found[entry.code] = ListHit(entry.code, entry.watch_list, name, party.name, party.role, is_near=not same)
    return tuple(found.values())


def core(text: str) -> str:
    """A name in plain writing without the form of a company."""
    for form in FORMS_ZH:
        text = text.removesuffix(form)
    return " ".join(word for word in text.split() if word not in FORMS)


def _is_near(one: str, other: str) -> bool:
    """Whether one name contains the other, in whole words."""
    short, long = sorted((one, other), key=len)
    if len(short) < SHORTEST:
        return False
    return f" {short} " in f" {long} " if short.isascii() else short in long


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
