"""Splits texts into index words (索引词) with positions, so that matches can be marked.

Chinese is split into single characters and pairs: a pair matches a two-character word without a dictionary, and
consecutive pairs match a longer one. Other kinds of words begin with a digit, see the constants.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

from agencies.kernel.pinyin import readings, syllables
from agencies.kernel.search_parts import Phrase
from agencies.kernel.texts import latin_lookalike
from cases.casefile.identifiers import normalize_identifier

DATA = Path(__file__).parent / "data"
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"([{HAN}]+)|((?:(?![{HAN}])[^\W_])+)")
HAN_ONLY = re.compile(rf"[{HAN}]+")
# Prefixes that no text has: a whole number, a pair in pinyin, a name's word less one letter, two initials.
NUMBER, PINYIN, LESS_ONE, INITIALS = "0", "1", "2", "3"
OWN = "§"  # begins an agency, and ends the prefix of words for it; as it is no letter or digit, it cannot be typed
SHORTEST_MISTYPED = 4  # in shorter words one wrong letter makes another word
LONGEST_MISTYPED = 24

Span = tuple[str, int, int]
"""A word and its position in the text."""


def words_of(texts: Iterable[Phrase]) -> str:
    """All words of these texts, each once, as stored in the index."""
    return " ".join(sorted(set().union(*(_words_of(text) for text in texts))))


def _words_of(text: Phrase) -> Iterable[str]:
    found, prefix = _words(text.value, text.sort), own_prefix(text.agency_id)
    return {prefix + word for word in found} if prefix else found


def own_prefix(agency_id: int | None) -> str:
    """Begins the words of texts that only readers of this agency find; "" for texts of everyone."""
    return "" if agency_id is None else f"{OWN}{agency_id}{OWN}"


def agency_word(agency_id: int) -> str:
    """Stands for this agency among the words of an entry that it may find."""
    return f"{OWN}{agency_id}"


def kind_word(kind: str) -> str:
    """Stands for its kind among the words of an entry. The tokenizer of SQLite would divide it at "_"."""
    return f"{OWN}k{kind.replace('_', '')}"


def spans_of(text: Phrase) -> Iterator[Span]:
    prefix = own_prefix(text.agency_id)
    return ((prefix + word, start, end) for word, start, end in spans(text.value, text.sort))


@lru_cache(maxsize=20_000)
def _words(value: str, sort: str) -> frozenset[str]:
    return frozenset(word for word, _start, _end in spans(value, sort))


def spans(value: str, sort: str = "text") -> Iterator[Span]:
    text = fold(value)
    if sort == "number" and (whole := number(value)):
        yield NUMBER + whole, 0, len(text)
    for run in RUN.finditer(text):
        yield from (_han if run[1] else _latin)(run[0], run.start(), sort)


def fold(text: str) -> str:
    """Lower case, without full-width forms, and with look-alike letters of other alphabets as Latin; letter by letter,
    so that positions stay the same."""
    return "".join(_fold(letter) for letter in text)


@lru_cache(maxsize=10_000)
def _fold(letter: str) -> str:
    folded = latin_lookalike(unicodedata.normalize("NFKC", letter).lower())
    return folded if len(folded) == 1 else letter


def number(value: str) -> str:
    """A number in comparable form: 移〔2026〕3号 and 移[2026] 3号 are equal."""
    return "".join(letter for letter in fold(normalize_identifier(value)) if letter.isalnum())


def _han(run: str, at: int, sort: str) -> Iterator[Span]:
    for place, character in enumerate(run, at):
        yield character, place, place + 1
    for place, pair in enumerate(pairs(run), at):
        yield pair, place, place + 2
        for sound in sounds(pair):
            yield PINYIN + sound, place, place + 2
        if sort == "name":
            yield from ((INITIALS + first, place, place + 2) for first in initials(pair))


def _latin(run: str, at: int, sort: str) -> Iterator[Span]:
    end = at + len(run)
    yield run, at, end
    if sort == "name":
        yield from ((LESS_ONE + less, at, end) for less in less_one(run))


def pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


def less_one(word: str) -> set[str]:
    """The word and every form of it without one letter: two words with a common form differ by one error."""
    if not SHORTEST_MISTYPED <= len(word) <= LONGEST_MISTYPED:
        return set()
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


# Pinyin --------------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=20_000)
def sounds(pair: str) -> frozenset[str]:
    """The sounds of two characters in all their readings."""
    first, second = (readings(character) for character in pair)
    return frozenset(one + other for one in first for other in second)


@lru_cache(maxsize=20_000)
def initials(pair: str) -> frozenset[str]:
    first, second = (readings(character) for character in pair)
    return frozenset(one[0] + other[0] for one in first for other in second)


def cut_pinyin(letters: str) -> list[list[str]]:
    """Every way to read letters as two or more syllables: xian as xi an, and not as xian."""
    ways: list[list[list[str]]] = [[[]]]  # by number of letters read
    for end in range(1, len(letters) + 1):
        starts = range(max(0, end - 6), end)
        last = [(start, letters[start:end]) for start in starts if letters[start:end] in syllables()]
        ways.append([[*way, one] for start, one in last for way in ways[start]][:_MOST_WAYS])
    return [way for way in ways[-1] if len(way) > 1]


_MOST_WAYS = 16


# Names ---------------------------------------------------------------------------------------------------------------
def core(name: str) -> str:
    """A firm's name without place, trade and legal form: 深圳华锐贸易公司 becomes 华锐. The whole name if nothing is
    left."""
    folded = fold(name)
    left = " ".join(_shared_parts().sub(" ", folded).split())
    return left or folded


@cache
def _shared_parts() -> re.Pattern[str]:
    parts = sorted({part for line in _lines("name_parts.txt") for part in line.split()}, key=len, reverse=True)
    return re.compile("|".join(rf"\b{part}\b" if part.isascii() else part for part in parts))


def _lines(name: str) -> list[str]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
