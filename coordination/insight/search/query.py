"""Turns typed text into a query of the index."""

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, pairwise, product

from agencies.kernel.pinyin import readings
from agencies.kernel.resource import SEARCHED
from agencies.kernel.search_parts import SearchKind

from .words import (
    DATA,
    HAN_ONLY,
    INITIALS,
    LESS_ONE,
    NUMBER,
    PINYIN,
    RUN,
    agency_word,
    core,
    cut_pinyin,
    fold,
    kind_word,
    less_one,
    number,
    own_prefix,
    pairs,
    sounds,
)

LONGEST = 200
SHORTEST_BEGINNING = 3  # minimum letters for a prefix match
SHORTEST_INITIALS = 2
SHORTEST_NUMBER = 3
MOST_SPELLINGS = 16
INITIAL_LETTERS = frozenset("abcdefghjklmnopqrstwxyz")


@dataclass(frozen=True)
class Word:
    """A word of the index; with `begins`, a prefix."""

    word: str
    begins: bool = False


@dataclass(frozen=True)
class AllOf:
    parts: tuple["QueryTree", ...]


@dataclass(frozen=True)
class AnyOf:
    parts: tuple["QueryTree", ...]


QueryTree = Word | AllOf | AnyOf


def asked_for(typed: str, agency_id: int | None = None) -> QueryTree | None:
    """Matches all typed words, or the whole as one number. None if there is no word.

    Each word is also looked for in the texts that only readers of this agency find.
    """
    text, own = fold(typed), own_prefix(agency_id)
    terms = [_with_own(part, own) for term in text.split() if (part := _term(term)) is not None]
    if not terms:
        return None
    phrase = [*_translated(text), *_in_pinyin("".join(text.split()))] if len(terms) > 1 else []
    return _either([_all(terms), Word(NUMBER + number(typed)), *phrase])


def _with_own(asked: QueryTree, prefix: str) -> QueryTree:
    return _either([asked, _prefixed(asked, prefix)]) if prefix else asked


def _prefixed(asked: QueryTree, prefix: str) -> QueryTree:
    if isinstance(asked, Word):
        return replace(asked, word=prefix + asked.word)
    return replace(asked, parts=tuple(_prefixed(part, prefix) for part in asked.parts))


def as_number(typed: str) -> Word | None:
    """A pasted number; None if the text does not look like one."""
    plain = number(typed)
    return Word(NUMBER + plain) if len(plain) >= SHORTEST_NUMBER and any(letter.isdigit() for letter in plain) else None


def mistyped(typed: str) -> QueryTree | None:
    """Names that differ by one wrong character or letter, or only in spelling."""
    bare = core(typed)
    whole, short = _mistyped(fold(typed)), _mistyped(bare)
    found = [one for one in (whole, short) if one is not None]
    return _either(found) if found else None


def alike(name: str) -> QueryTree | None:
    """Similar names: mistyped, or in pinyin instead of characters or vice versa.

    Broad, for the index; `likeness.py` then compares the names.
    """
    near, spelt = mistyped(name), _spelt(core(name))
    return _either([*([near] if near else []), *spelt]) if near or spelt else None


def _spelt(bare: str) -> list[QueryTree]:
    together = "".join(run[0] for run in RUN.finditer(bare))
    return _in_letters(together) if HAN_ONLY.fullmatch(together) else _in_pinyin(together)


def _in_letters(run: str) -> list[QueryTree]:
    """Characters as in English names: 华锐 as Huarui or Hua Rui."""
    sounds_of = [readings(character) for character in run]
    if len(run) < 2 or not all(sounds_of):
        return []
    ways = islice(product(*sounds_of), MOST_SPELLINGS)
    return [_either([Word("".join(way)), _all([Word(syllable) for syllable in way])]) for way in ways]


def _mistyped(text: str) -> QueryTree | None:
    parts = []
    for run in RUN.finditer(text):
        part = _like_han(run[0]) if run[1] else _like_latin(run[0])
        if part is None:
            return None
        parts.append(part)
    return _all(parts) if parts else None


def any_of(parts: Iterable[QueryTree]) -> QueryTree | None:
    """Matches any of these."""
    found = list(parts)
    return _either(found) if found else None


def among_kinds(asked: QueryTree, kinds: Collection[SearchKind], agency_id: int | None) -> QueryTree:
    """Limits the query to these kinds, and to entries that the agency may find where they name their agencies. None: to
    all entries.

    Where all kinds are asked, their words say nothing more than the agency, and the index would read them longer than
    all other words, because each is in many entries.
    """
    is_every = len(kinds) == len(SEARCHED)
    if agency_id is None:
        return asked if is_every else _all([_any_kind(kinds), asked])
    named, others = ([kind for kind in kinds if bool(kind.agencies) is has_some] for has_some in (True, False))
    limits = [_any_kind(others)] if others else []
    if named:
        agency = Word(agency_word(agency_id))
        limits.append(agency if is_every else _all([agency, _any_kind(named)]))
    return _all([_either(limits), asked])


def _any_kind(kinds: Iterable[SearchKind]) -> QueryTree:
    return _either([Word(kind_word(kind.name)) for kind in kinds])


# Terms ---------------------------------------------------------------------------------------------------------------
def _term(term: str) -> QueryTree | None:
    plain = _plain(term)
    return None if plain is None else _either([plain, *_translated(term)])


def _plain(text: str) -> QueryTree | None:
    runs = [_exactly(run[0]) if run[1] else _latin(run[0]) for run in RUN.finditer(text)]
    return _all(runs) if runs else None


def _exactly(run: str) -> QueryTree:
    return _all([Word(pair) for pair in pairs(run)] or [Word(run)])


def _latin(word: str) -> QueryTree:
    stem = _stem(word)
    return _either([Word(stem, begins=len(stem) >= SHORTEST_BEGINNING), *_in_pinyin(word), *_by_initials(word)])


def _stem(word: str) -> str:
    """The singular as a prefix also finds the plural, so a plural only has to find its singular."""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _in_pinyin(letters: str) -> list[QueryTree]:
    if not (letters.isascii() and letters.isalpha()):
        return []
    return [_all([Word(PINYIN + a + b) for a, b in pairwise(way)]) for way in cut_pinyin(letters)]


def _by_initials(letters: str) -> list[QueryTree]:
    if len(letters) < SHORTEST_INITIALS or not INITIAL_LETTERS.issuperset(letters):
        return []
    return [_all([Word(INITIALS + pair) for pair in pairs(letters)])]


def _translated(text: str) -> list[QueryTree]:
    """The trade terms for this in the other language, with the plurals of their words."""
    others = _terms().get(_stem(" ".join(text.split())), ())
    return [
        _all([_exactly(run[0]) if run[1] else _singular_and_plural(run[0]) for run in RUN.finditer(other)])
        for other in others
    ]


def _singular_and_plural(word: str) -> QueryTree:
    """The singular and the plural. Not as a prefix: it takes the word index as long as all words that begin so."""
    stem = _stem(word)
    return _either([Word(stem), Word(f"{stem}s")])


@cache
def _terms() -> dict[str, list[str]]:
    """Trade terms in the other language, both ways."""
    found: dict[str, list[str]] = {}
    with (DATA / "terms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            zh, en = fold(row["zh"]), fold(row["en"])
            found.setdefault(zh, []).append(en)
            found.setdefault(_stem(en), []).append(zh)
    return found


# Typing errors -------------------------------------------------------------------------------------------------------
def _like_han(run: str) -> QueryTree | None:
    """The same sound, or one wrong character with its neighbours unchanged."""
    if len(run) == 1:
        return None
    alike: list[QueryTree] = []
    heard = [_either([Word(PINYIN + sound) for sound in sorted(sounds(pair))]) for pair in pairs(run) if sounds(pair)]
    if len(heard) == len(run) - 1:
        alike.append(_all(heard))
    if len(run) > 2:
        for wrong in range(len(run)):
            alike.append(_all([_exactly(part) for part in (run[:wrong], run[wrong + 1 :]) if part]))
    return _either(alike) if alike else None


def _like_latin(word: str) -> QueryTree:
    """One letter missing, added, wrong or transposed; also in a word of the trade, for texts in the other language."""
    less = less_one(word)
    if not less:
        return Word(word)
    forms = sorted(less)
    meant = dict.fromkeys(term for form in forms for term in _terms_less_one().get(form, ()))
    return _either([*(Word(LESS_ONE + form) for form in forms), *(one for term in meant for one in _translated(term))])


@cache
def _terms_less_one() -> dict[str, list[str]]:
    """Each form of a Latin trade term without one letter → these terms."""
    found: dict[str, list[str]] = {}
    for term in filter(str.isascii, _terms()):
        for form in less_one(term):
            found.setdefault(form, []).append(term)
    return found


def _all(parts: Iterable[QueryTree]) -> QueryTree:
    listed = tuple(dict.fromkeys(parts))
    return listed[0] if len(listed) == 1 else AllOf(listed)


def _either(parts: Iterable[QueryTree]) -> QueryTree:
    listed = tuple(dict.fromkeys(parts))
    return listed[0] if len(listed) == 1 else AnyOf(listed)
